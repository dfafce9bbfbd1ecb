package mistake

import "strings"

// Name is a name that could be meant, and how it is shown.
type Name struct{ Name, Shown string }

// Names are names that are shown as they are.
func Names(all ...string) []Name {
	var names []Name
	for _, name := range all {
		names = append(names, Name{name, name})
	}
	return names
}

// DidYouMean is a half sentence with the name that was most likely meant, or "".
func DidYouMean(word string, known []Name) string {
	best, shown := 0, ""
	for _, k := range known {
		d, near := distance(bare(word), bare(k.Name))
		if near && (shown == "" || d < best) {
			best, shown = d, k.Shown
		}
	}
	if shown == "" {
		return ""
	}
	return "; did you mean " + shown + "?"
}

// bare drops what people vary: case, separators and our prefix, which would
// make all names alike.
func bare(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "postern_")
	return strings.NewReplacer("_", "", "-", "").Replace(name)
}

// distance counts the letters to insert, drop, change or swap between a and b,
// and tells whether that is few for words of this length.
func distance(a, b string) (int, bool) {
	x, y := []rune(a), []rune(b)
	most := max(1, min(len(x), len(y))/3)
	if len(x)-len(y) > most || len(y)-len(x) > most {
		return 0, false // also keeps a word as long as a book from costing anything
	}
	d := editDistance(x, y)
	return d, d <= most
}

func editDistance(x, y []rune) int {
	var before []int // the row of x[:i-1]
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		next := make([]int, len(y)+1)
		next[0] = i + 1
		for j := range y {
			change := row[j]
			if x[i] != y[j] {
				change++
			}
			next[j+1] = min(row[j+1]+1, next[j]+1, change)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(y)]
}
