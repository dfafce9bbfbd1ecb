package main

import "fmt"

// peerBars are how many times Postern's CPU time each peer has to take.
var peerBars = []struct {
	name  string
	times float64
}{
	{flask, 15}, {fastAPI, 4}, {expressBearer, 5}, {expressJWT, 5}, {fastifyVerify, 0}, {fastifyCached, 1.2}, {stockGin, 2},
}

func tokensSection(r *result) string {
	t := newTable("CPU s for 1,000 requests", "public", "one token", "10,000 tokens", "requests/s", "p50 ms", "p99 ms", "MiB")
	for _, name := range tokenNames() {
		p, o, m := r.of(name, public), r.of(name, oneToken), r.of(name, many)
		if m == nil {
			continue
		}
		t.line(name, costCell(p), costCell(o), costCell(m), short(m.median(rate)), short(m.median(p50)), short(m.median(p99)), short(m.Memory))
	}
	return measured(r) + "\n![CPU time of each server](images/tokens.svg)\n\n" + t.String() + "\nThe last four columns are with 10,000 tokens.\n\n" +
		firstTable(r) + "\n" + peerTable(r) + "\n" + barTable(tokenBars(r)) + "\n" + underLoad(r)
}

// underLoad tells what no server on net/http can go below.
func underLoad(r *result) string {
	text := fmt.Sprintf("Bare net/http takes %s times for a request with one of 10,000 tokens what it takes for one without: its field is read.",
		short(ratio(r.of(bare, many), r.of(bare, public), cost)))
	if gin := r.of(stockGin, many); gin != nil {
		check := gin.median(cost) - r.of(stockGin, public).median(cost)
		text += fmt.Sprintf(" The library's check takes %.4f s for 1,000 under the load of a server (Gin + go-jwt-middleware, its public request taken away), and %.4f alone.",
			check, r.of(library, firstTime).median(cost))
	}
	return text + "\n"
}

// tokenNames are the servers as the table and the plot have them.
func tokenNames() []string {
	names := []string{bare, postern}
	for _, p := range peerBars {
		names = append(names, p.name)
	}
	return names
}

func costCell(r *row) string { return fmt.Sprintf("%.4f", r.median(cost)) }

// firstTable is what a token costs that nobody has seen, and how far that is
// from the one thing that nobody can leave out.
func firstTable(r *result) string {
	t := newTable("a token never seen", "CPU s for 1,000", "of a bare verification")
	limit := r.of(signature, firstTime)
	for _, part := range []struct {
		name string
		row  *row
	}{
		{"whole request", r.of(postern, firstTime)}, {"public request", r.of(postern, public)},
		{library, r.of(library, firstTime)}, {signature, limit},
	} {
		t.line(part.name, costCell(part.row), short(ratio(part.row, limit, cost)))
	}
	return t.String()
}

func tokenBars(r *result) (bars []bar) {
	for _, kind := range []string{oneToken, many} {
		bars = append(bars,
			atMost("CPU, "+kind+", of Postern's public GET", 1.15, ratio(r.of(postern, kind), r.of(postern, public), cost), " times"),
			atMost("CPU, "+kind+", of bare net/http given the same requests", 1.35, ratio(r.of(postern, kind), r.of(bare, kind), cost), " times"))
	}
	return append(bars, firstBar(r))
}

// peerTable holds the peers against Postern, with 10,000 tokens.
func peerTable(r *result) string {
	if r.of(stockGin, many) == nil && r.of(flask, many) == nil {
		return "" // no peers were asked for
	}
	t := newTable("against Postern, 10,000 tokens", "CPU, times Postern's", "asked", "its requests/s", "its p99", "")
	own := r.of(postern, many)
	for _, p := range peerBars {
		other := r.of(p.name, many)
		if other == nil {
			continue
		}
		bars := []bar{atLeast("CPU", max(p.times, 1), ratio(other, own, cost), ""),
			atMost("requests/s", 1, ratio(other, own, rate), ""), atLeast("p99", 1, ratio(other, own, p99), "")}
		t.line(p.name, short(bars[0].measured), "at least "+short(bars[0].asked), short(bars[1].measured), short(bars[2].measured), verdict(bars...))
	}
	return t.String()
}

// firstBar compares with one ValidateToken of the library and a public request.
func firstBar(r *result) bar {
	alone, open := r.of(library, firstTime), r.of(postern, public)
	measured := against(r.of(postern, firstTime), cost, func(round int) float64 {
		return alone.Samples[round].Cost + open.Samples[round].Cost
	})
	return atMost("CPU, a token never seen, of the library's ValidateToken and a public request", 1.2, measured, " times")
}
