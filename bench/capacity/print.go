package main

import "fmt"

func (m measured) print() {
	lite, pg := m["sqlite"], m["postgres"]
	fmt.Printf("%-34s %12s %12s %12s\n", "CPU, ms", "on SQLite", "PostgreSQL:", "")
	fmt.Printf("%-34s %12s %12s %12s\n", "", "server", "server", "database")
	for _, r := range []struct {
		name     string
		lite, pg cost
	}{
		{"protected, no document", lite.Hello, pg.Hello},
		{"read by id", lite.Read, pg.Read},
		{"page of 20", lite.Page, pg.Page},
		{"durable create", lite.Create, pg.Create},
		{"durable update", lite.Update, pg.Update},
		{"a token seen for the first time", lite.Fresh, pg.Fresh},
		{"a change, for each further server", lite.Reading, pg.Reading},
		{"a change told to 1,000 followers", lite.Event.times(1000), pg.Event.times(1000)},
		{"1,000 idle followers, each second", lite.Follower.times(1000), pg.Follower.times(1000)},
		{"a followed server, each second", lite.Poll, pg.Poll},
	} {
		fmt.Printf("%-34s %12.3f %12.3f %12.3f\n", r.name, r.lite.Server, r.pg.Server, r.pg.Database)
	}
	fmt.Printf("%-34s %12.1f %12.1f\n", "KiB of a follower", lite.Memory, pg.Memory)
	fmt.Printf("%-34s %12.0f %12.0f\n", "creates a second, 64 clients", lite.Creates, pg.Creates)
	fmt.Printf("%-34s %12s %12.0f\n", "positions given a second", "", pg.Settled)
}

func printNeeds(name string, needs []need) {
	fmt.Printf("\nneeded on %s\n", name)
	line := func(what, format string, value func(need) float64) {
		fmt.Printf("%-34s", what)
		for _, n := range needs {
			fmt.Printf(" %14s", fmt.Sprintf(format, value(n)))
		}
		fmt.Println()
	}
	line("users a day", "%.0f", func(n need) float64 { return n.users })
	line("requests a second, busiest hour", "%.1f", func(n need) float64 { return n.rate })
	line("writes a second", "%.2f", func(n need) float64 { return n.writes })
	line("followers online", "%.0f", func(n need) float64 { return n.followers })
	line("their memory, GiB", "%.2f", func(n need) float64 { return n.memory })
	line("documents, GiB", "%.1f", func(n need) float64 { return n.disk })
	line("cores busy in servers", "%.2f", func(n need) float64 { return n.server })
	if name == "sqlite" {
		line("cores, with headroom", "%.1f", func(n need) float64 { return n.serverCores })
		line("writes, by the most reached", "%.3f", func(n need) float64 { return n.creating })
		return
	}
	line("servers, with headroom", "%.0f", func(n need) float64 { return n.servers })
	line("cores busy in the database", "%.2f", func(n need) float64 { return n.database })
	line("its cores, with headroom", "%.1f", func(n need) float64 { return n.databaseCores })
	line("positions, by the most reached", "%.3f", func(n need) float64 { return n.settling })
}
