// Package plot draws what was measured as SVG: bars and lines with large
// letters, so that they can be read on a phone. Each is drawn on a white ground,
// which dark pages need.
package plot

import (
	"fmt"
	"html"
	"strings"
)

// width of all plots; a phone shows them at about half of it.
const width = 640

const (
	margin   = 16
	large    = 22 // letters
	small    = 18
	ink      = "#1f2328"
	faint    = "#d0d7de"
	chosen   = "#0969da"
	ordinary = "#8c959f"
)

// drawing is an SVG that is being written.
type drawing struct{ strings.Builder }

// finish puts the frame around it. Those who do not see it are told what it
// shows.
func (d *drawing) finish(height float64, shows string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" role="img" aria-label="%s" font-family="system-ui, sans-serif" fill="%s">
<rect width="100%%" height="100%%" fill="#ffffff"/>
%s</svg>
`, width, height, html.EscapeString(shows), ink, d.String())
}

// text writes; anchor is start, middle or end.
func (d *drawing) text(x, y float64, size int, anchor, text string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" font-size="%d" text-anchor="%s">%s</text>`+"\n", x, y, size, anchor, html.EscapeString(text))
}

func (d *drawing) bar(x, y, w, h float64, color string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", x, y, w, h, color)
}

func (d *drawing) line(x1, y1, x2, y2 float64, color string) {
	fmt.Fprintf(d, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`+"\n", x1, y1, x2, y2, color)
}

// Bar is one value with what is written beside it.
type Bar struct {
	Name  string
	Value float64
	Label string
	// Own marks the one that the reader looks for.
	Own bool
}

// Group is a part with bars that are compared with each other.
type Group struct {
	Name string
	Bars []Bar
}

// Bars draws horizontal bars. Each group has a scale of its own.
func Bars(title string, groups []Group) string {
	const step, thick, room = 54.0, 18.0, 130.0 // room for the label behind the longest bar
	d, y := &drawing{}, float64(margin+large)
	d.text(margin, y, large, "start", title)
	for _, g := range groups {
		if g.Name != "" {
			y += 38
			d.text(margin, y, large, "start", g.Name)
		}
		longest := 0.0
		for _, b := range g.Bars {
			longest = max(longest, b.Value)
		}
		for _, b := range g.Bars {
			color := ordinary
			if b.Own {
				color = chosen
			}
			long := max(2, (width-2*margin-room)*b.Value/longest)
			d.text(margin, y+30, small, "start", b.Name)
			d.bar(margin, y+38, long, thick, color)
			d.text(margin+long+8, y+38+thick-2, small, "start", b.Label)
			y += step
		}
	}
	return d.finish(y+margin+8, title)
}
