package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/bench/plot"
)

// grownNames are the kinds as the benchmark of pages calls them, and how many
// times the first the last may take.
var grownNames = map[string]struct {
	pages string
	times float64
}{
	grownRead: {"read", 1.3}, grownList: {"list", 1.3}, grownCreate: {"create", 1.5}, grownFeed: {"feed", 1.3},
}

// grownSizes are those that were measured.
func grownSizes(r *result) (list []int) {
	for _, size := range sizes {
		if r.of(strconv.Itoa(size), grownRead) != nil {
			list = append(list, size)
		}
	}
	return list
}

func pagesAt(r *result, kind string, size int) float64 {
	return r.Figures[fmt.Sprintf("pages %s %d", grownNames[kind].pages, size)]
}

func growthSection(r *result) string {
	measuredSizes := grownSizes(r)
	heads := []string{"p50 ms (p99 ms; pages)"}
	for _, size := range measuredSizes {
		heads = append(heads, thousands(int64(size)))
	}
	t := newTable(heads...)
	for _, kind := range grownKinds {
		cells := []string{kind}
		for _, size := range measuredSizes {
			row := r.of(strconv.Itoa(size), kind)
			cells = append(cells, fmt.Sprintf("%.2f (%s; %s)", row.median(p50), short(row.median(p99)), short(pagesAt(r, kind, size))))
		}
		t.line(cells...)
	}
	return measured(r) + "\n![What requests take among more and more documents](images/growth.svg)\n\n" + t.String() + "\n" + barTable(growthBars(r))
}

func growthBars(r *result) (bars []bar) {
	all := grownSizes(r)
	first, last := all[0], all[len(all)-1]
	among := fmt.Sprintf(", among %s, of %s", thousands(int64(last)), thousands(int64(first)))
	for _, kind := range grownKinds {
		asked := grownNames[kind].times
		bars = append(bars,
			atMost("p50, "+kind+among, asked, ratio(r.of(strconv.Itoa(last), kind), r.of(strconv.Itoa(first), kind), p50), " times"),
			atMost("pages, "+kind+among, asked, pagesAt(r, kind, last)/pagesAt(r, kind, first), " times"))
	}
	return bars
}

// growthPlot shows all values as multiples of the first.
func growthPlot(r *result) string {
	all := grownSizes(r)
	var marks []string
	most := 2.0
	for _, size := range all {
		marks = append(marks, strings.NewReplacer(",000,000", " M", ",000", " k").Replace(thousands(int64(size))))
	}
	var lines []plot.Line
	for _, kind := range grownKinds {
		first := r.of(strconv.Itoa(all[0]), kind)
		time, pages := plot.Line{Name: kind + ": p50"}, plot.Line{Name: kind + ": pages of the file", Dashed: true}
		for _, size := range all {
			time.Values = append(time.Values, ratio(r.of(strconv.Itoa(size), kind), first, p50))
			pages.Values = append(pages.Values, pagesAt(r, kind, size)/pagesAt(r, kind, all[0]))
		}
		lines = append(lines, time, pages)
		for _, v := range append(time.Values, pages.Values...) {
			for v > most {
				most += 2
			}
		}
	}
	return plot.Lines("More documents, as multiples of the first", marks, most, map[string]float64{"1.3": 1.3, "1.5, creates": 1.5}, lines)
}
