package main

import "math"

// cost is CPU time in milliseconds: of Postern and of the database's own
// processes. SQLite has none.
type cost struct {
	Server   float64 `json:"server"`
	Database float64 `json:"database"`
}

// times is the cost of so many.
func (c cost) times(n float64) cost { return cost{c.Server * n, c.Database * n} }

func (c cost) plus(o cost) cost { return cost{c.Server + o.Server, c.Database + o.Database} }

// costs are what is measured of one kind of database.
type costs struct {
	Hello  cost `json:"hello"` // a protected route without a document
	Read   cost `json:"read"`
	Page   cost `json:"page"`
	Create cost `json:"create"`
	Update cost `json:"update"`
	// Reading is what one more server with followers spends on one change.
	Reading cost `json:"reading"`
	// Poll is a second of a server with followers to which nothing happens,
	// Follower a second of each of them, Event one change told to one.
	Poll     cost `json:"poll"`
	Follower cost `json:"follower"`
	Event    cost `json:"event"`
	// Fresh is the check of a token that the server has not seen before.
	Fresh cost `json:"fresh"`
	// Memory is that of one follower, in KiB.
	Memory float64 `json:"memoryKiB"`
	// Creates and Settled are how many creates a second, and how many changes
	// given their positions a second, were reached.
	Creates float64 `json:"createsPerSecond"`
	Settled float64 `json:"settledPerSecond"`
}

// assumptions are what nobody can measure beforehand.
type assumptions struct {
	requests  float64 // of a user and day
	peak      float64 // busiest hour by the mean
	writes    float64 // share of requests
	pages     float64 // share of reads
	creates   float64 // share of writes, the others being updates
	fresh     float64 // share of requests whose token the server sees first
	online    float64 // share of users who follow at the busiest hour
	told      float64 // followers who are told of one write
	documents float64 // stored for each user of a day
	size      float64 // of one, in KiB, as it is stored
	cores     float64 // of a machine
	target    float64 // share of a machine's CPU that may be used
}

// need is what so many users a day need.
type need struct {
	users, rate, writes, followers float64
	// server and database are cores at the busiest hour, without headroom.
	server, database float64
	// servers are machines, with headroom; infinite where reading the changes
	// of all takes a whole one. The database is one machine with so many cores.
	servers, serverCores, databaseCores float64
	memory, disk                        float64 // GiB
	// creating and settling are shares of the highest rates that were reached.
	creating, settling float64
}

const secondsPerDay = 24 * 60 * 60

// workOut is pure: costs and assumptions in, machines out.
func workOut(c costs, a assumptions, users float64, shared bool) need {
	n := need{users: users, rate: users * a.requests / secondsPerDay * a.peak, followers: users * a.online}
	n.writes = n.rate * a.writes
	all := c.mixed(a).times(n.rate).
		plus(c.Follower.times(n.followers)).
		plus(c.Event.times(n.writes * a.told))
	own := c.Poll.plus(c.Reading.times(n.writes)) // of each server, whatever else it does
	n.servers = 1
	if shared {
		n.servers = machines(all.Server+c.Poll.Server, own.Server, a.cores*a.target*1000)
	}
	// The cost of creates and updates has the first server's reading in it.
	total := all.plus(own.times(n.servers - 1)).plus(c.Poll)
	n.server, n.database = total.Server/1000, total.Database/1000
	n.serverCores, n.databaseCores = n.server/a.target, n.database/a.target
	n.creating, n.settling = n.writes/c.Creates, n.writes/max(c.Settled, 1)
	const kibPerGiB = 1 << 20
	n.memory, n.disk = n.followers*c.Memory/kibPerGiB, users*a.documents*a.size/kibPerGiB
	return n
}

// mixed is the mean request.
func (c costs) mixed(a assumptions) cost {
	read := c.Read.times(1 - a.pages).plus(c.Page.times(a.pages))
	write := c.Create.times(a.creates).plus(c.Update.times(1 - a.creates))
	return read.times(1 - a.writes).plus(write.times(a.writes)).plus(c.Fresh.times(a.fresh))
}

// machines is how many of the room it takes where each but the first adds work
// of its own. All are milliseconds a second.
func machines(all, own, room float64) float64 {
	if all <= room {
		return 1
	}
	if own >= room {
		return math.Inf(1)
	}
	return math.Ceil((all - own) / (room - own))
}
