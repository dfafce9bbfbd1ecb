package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/bench/plot"
)

// draw writes the plot of a phase, where it has one.
func (s section) draw(images string, r *result) error {
	if s.plot == nil {
		return nil
	}
	return errors.Join(os.MkdirAll(images, 0o755), os.WriteFile(filepath.Join(images, s.phase+".svg"), []byte(s.plot(r)), 0o644))
}

func tokensPlot(r *result) string {
	var bars []plot.Bar
	for _, name := range tokenNames() {
		if row := r.of(name, many); row != nil {
			bars = append(bars, plot.Bar{Name: name, Value: row.median(cost), Label: fmt.Sprintf("%.3f s", row.median(cost)), Own: name == postern})
		}
	}
	return plot.Bars("CPU for 1,000 requests, 10,000 tokens in turn", []plot.Group{{Bars: bars}})
}

func dataPlot(r *result) string {
	var groups []plot.Group
	for _, kind := range []string{readID, list, create} {
		g := plot.Group{Name: kind}
		for _, name := range []string{postern, pocketBase, jsonServer, plain} {
			if row := r.of(name, kind); row != nil {
				g.Bars = append(g.Bars, plot.Bar{Name: name, Value: row.median(rate), Label: short(row.median(rate)), Own: name == postern})
			}
		}
		groups = append(groups, g)
	}
	return plot.Bars(fmt.Sprintf("Requests a second, %s documents", thousands(int64(r.Figures[documentsStored]))), groups)
}
