package explain

import (
	"fmt"
	"io"
	"strings"
)

// Print writes the report for people.
func (r *Report) Print(to io.Writer) error {
	var b strings.Builder
	title := strings.ToUpper(string(r.Verdict[:1])) + string(r.Verdict[1:])
	if r.Code != "" {
		title += " (" + string(r.Code) + ")"
	}
	fmt.Fprintf(&b, "%s: %s\n", title, r.Says)
	printMembers(&b, "Header", r.Header)
	printMembers(&b, "Claims", r.Claims)
	b.WriteString("\nChecks\n")
	width := len("algorithm")
	for _, c := range r.Checks {
		width = max(width, len(c.Name))
	}
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "  %-9s  %-*s  %s\n", c.State, width, c.Name, c.Says)
		printMend(&b, c.Mend)
	}
	r.printAccess(&b)
	_, err := io.WriteString(to, b.String())
	return err
}

func printMembers(b *strings.Builder, title string, list []Member) {
	if len(list) == 0 {
		return
	}
	width := 0
	for _, m := range list {
		width = max(width, len(m.Name))
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, m := range list {
		fmt.Fprintf(b, "  %-*s  %s\n", width, m.Name, m.Value)
	}
}

func printMend(b *strings.Builder, mend string) {
	if mend != "" {
		fmt.Fprintf(b, "             mend:      %s\n", mend)
	}
}

func (r *Report) printAccess(b *strings.Builder) {
	if len(r.Access) == 0 {
		return
	}
	title := "What it opens"
	if r.Verdict != Accepted {
		title = "What it would open if it were accepted"
	}
	fmt.Fprintf(b, "\n%s\n", title)
	width := 0
	for _, a := range r.Access {
		width = max(width, len(a.What))
	}
	for _, a := range r.Access {
		line := fmt.Sprintf("  %-9s  %-*s  needs %s", a.May, width, a.What, a.Needs)
		if len(a.Missing) > 0 {
			line += "; lacks " + strings.Join(a.Missing, ", ")
		}
		b.WriteString(line + "\n")
		printMend(b, a.Mend)
	}
}
