package main

import "fmt"

func dataSection(r *result) string {
	kinds := []string{readID, list, create}
	t := newTable("requests/s (CPU s for 1,000; p99 ms)", kinds[0], kinds[1], kinds[2], "MiB")
	for _, name := range []string{postern, pocketBase, jsonServer} {
		if r.of(name, readID) == nil {
			continue
		}
		cells := []string{name}
		for _, kind := range kinds {
			cells = append(cells, rateCell(r.of(name, kind)))
		}
		t.line(append(cells, short(r.of(name, readID).Memory))...)
	}
	t.line(plain, "", "", short(r.of(plain, create).median(rate)), "")
	return measured(r) + "\n![Requests a second](images/data.svg)\n\n" + t.String() + "\n" + fmt.Sprintf("The protected route that does nothing: %s.\n\n", rateCell(r.of(postern, hello))) +
		barTable(dataBars(r))
}

func rateCell(r *row) string {
	if r == nil {
		return "none"
	}
	return fmt.Sprintf("%s (%.4f; %s)", short(r.median(rate)), r.median(cost), short(r.median(p99)))
}

func dataBars(r *result) (bars []bar) {
	if r.of(pocketBase, readID) != nil {
		for _, asked := range []struct {
			kind  string
			times float64
		}{{create, 4}, {readID, 5}, {list, 3}} {
			bars = append(bars, atLeast("requests/s, "+asked.kind+", of PocketBase's", asked.times,
				ratio(r.of(postern, asked.kind), r.of(pocketBase, asked.kind), rate), " times"))
		}
		bars = append(bars, atMost("resident memory, of PocketBase's", 1.0/3, r.of(postern, readID).Memory/r.of(pocketBase, readID).Memory, " times"))
	}
	return append(bars,
		atLeast("requests/s, durable create over HTTP, of plain inserts", 0.6, ratio(r.of(postern, create), r.of(plain, create), rate), " times"),
		atMost("CPU, read by id, of the protected route that does nothing", 1.6, ratio(r.of(postern, readID), r.of(postern, hello), cost), " times"))
}
