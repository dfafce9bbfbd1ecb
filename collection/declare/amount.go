package declare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/yamltree"
)

const mostAmount = 1 << 50

// amount reads a whole number from 1, of bytes also with KiB, MiB or GiB.
func (r *reader) amount(n yamltree.Node, key string, bytes bool, example string) int64 {
	text, ok := r.text(n, key, example)
	if !ok {
		return 0
	}
	digits, unit := text, int64(1)
	if bytes {
		for i, name := range []string{"KiB", "MiB", "GiB"} {
			if rest, found := strings.CutSuffix(text, name); found {
				digits, unit = rest, 1<<(10*(i+1))
			}
		}
	}
	amount, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case err != nil && bytes:
		r.wrong(n.Line, key, fmt.Sprintf("is %q, not a size such as 65536, 512KiB, 10MiB or 1GiB", text), example)
	case err != nil:
		r.wrong(n.Line, key, fmt.Sprintf("is %q, not a whole number", text), example)
	case amount < 1:
		r.wrong(n.Line, key, fmt.Sprintf("is %s, but 1 is the least; leave it out for no bound", text), example)
	case amount > mostAmount/unit:
		r.wrong(n.Line, key, fmt.Sprintf("is %s, too large a number", text), example)
	}
	return amount * unit
}
