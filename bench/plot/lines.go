package plot

import (
	"fmt"
	"math"
	"strings"
)

// Line is one series of a plot of lines, a value for each mark of the axis.
type Line struct {
	Name   string
	Values []float64
	// Dashed is for what is not the matter itself.
	Dashed bool
}

// colors and shapes tell lines apart, also without the other.
var (
	colors = []string{"#0969da", "#bc4c00", "#1a7f37", "#8250df"}
	shapes = []string{"circle", "square", "diamond", "triangle"}
)

const (
	left, right = 56.0, 16.0
	top, tall   = 84.0, 300.0
)

// Lines draws values from zero up to most, over marks that lie equally far from
// each other. Lines of one color belong together: each has a dashed twin behind
// it where there is one. Levels are drawn across, with their names.
func Lines(title string, marks []string, most float64, levels map[string]float64, lines []Line) string {
	d := &drawing{}
	d.text(margin, margin+large, large, "start", title)
	x := func(i int) float64 {
		return left + 30 + (width-left-right-60)*float64(i)/math.Max(1, float64(len(marks)-1))
	}
	y := func(v float64) float64 { return top + tall*(1-math.Min(v, most)/most) }
	for v := 0.0; v <= most+1e-9; v += most / 4 {
		d.line(left, y(v), width-right, y(v), faint)
		d.text(left-8, y(v)+6, small, "end", fmt.Sprintf("%.2g", v))
	}
	for name, v := range levels {
		fmt.Fprintf(d, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#cf222e" stroke-dasharray="2 5" stroke-width="2"/>`+"\n", left, y(v), width-right, y(v))
		d.text(width-right, y(v)-6, small, "end", name)
	}
	for i, mark := range marks {
		d.text(x(i), top+tall+26, small, "middle", mark)
	}
	for i, l := range lines {
		d.series(l, colors[i/2%len(colors)], shapes[i/2%len(shapes)], x, y)
	}
	height := top + tall + 44
	for i, l := range lines {
		height += 28
		d.series(Line{Values: []float64{height - 6, height - 6}, Dashed: l.Dashed}, colors[i/2%len(colors)], shapes[i/2%len(shapes)],
			func(i int) float64 { return margin + 10 + 40*float64(i) }, func(v float64) float64 { return v })
		d.text(margin+66, height, small, "start", l.Name)
	}
	return d.finish(height+margin, title)
}

// series draws one line with a mark at each value.
func (d *drawing) series(l Line, color, shape string, x func(int) float64, y func(float64) float64) {
	var points []string
	for i, v := range l.Values {
		points = append(points, fmt.Sprintf("%.1f,%.1f", x(i), y(v)))
	}
	dash := ""
	if l.Dashed {
		dash = ` stroke-dasharray="7 6"`
	}
	fmt.Fprintf(d, `<polyline points="%s" fill="none" stroke="%s" stroke-width="3"%s/>`+"\n", strings.Join(points, " "), color, dash)
	for i, v := range l.Values {
		fmt.Fprintf(d, `<path d="%s" transform="translate(%.1f %.1f)" fill="%s"/>`+"\n", outlines[shape], x(i), y(v), color)
	}
}

// outlines are the marks, around the middle.
var outlines = map[string]string{
	"circle":   "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z",
	"square":   "M-5 -5h10v10h-10z",
	"diamond":  "M0 -8l8 8l-8 8l-8 -8z",
	"triangle": "M0 -7l7 12h-14z",
}
