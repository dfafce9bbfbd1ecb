package yamltree

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/mistake"
)

func indexIs(name string, i int) bool { return name == strconv.Itoa(i) }

// JSON is the node as a JSON value: numbers with every digit, quoted ones as
// strings, an empty place as null. What YAML says in two ways at once, such as
// 010 and 1_000, is a fault.
func (n Node) JSON() (jsonvalue.Value, []Fault) {
	switch n.Kind {
	case Nothing:
		return jsonvalue.NullValue(), nil
	case Bool:
		return jsonvalue.Bool(n.IsTrue()), nil
	case Text:
		return n.text()
	case Number:
		return n.number()
	case List:
		return n.list()
	case Mapping:
		return n.object()
	}
	return jsonvalue.NullValue(), []Fault{faultAt(n.Line, "is %s", n.Kind)}
}

func (n Node) text() (jsonvalue.Value, []Fault) {
	if strings.ContainsRune(n.Text, 0) {
		return jsonvalue.NullValue(), []Fault{faultAt(n.Line, "has the character U+0000, which databases cannot keep")}
	}
	return jsonvalue.String(n.Text), nil
}

var (
	leadingZero = regexp.MustCompile(`^[-+]?0[0-9]`)
	otherBase   = regexp.MustCompile(`^0[xo]`)
)

func (n Node) number() (jsonvalue.Value, []Fault) {
	none := jsonvalue.NullValue()
	switch {
	case len(n.Text) > 1000:
		return none, []Fault{faultAt(n.Line, "is a number of more than 1,000 characters")}
	case !coreNumber.MatchString(n.Text) || leadingZero.MatchString(n.Text):
		return none, []Fault{faultAt(n.Line, "is %s, which not everybody reads as the same number; write its decimal digits, or quotes around it", n.Text)}
	case otherBase.MatchString(n.Text):
		whole, _ := new(big.Int).SetString(n.Text, 0)
		return jsonvalue.Number(whole.String()), nil
	}
	if literal := decimal(n.Text); jsonvalue.IsNumber(literal) {
		return jsonvalue.Number(literal), nil
	}
	return none, []Fault{faultAt(n.Line, "is a number that is too large")}
}

// decimal writes what YAML allows and JSON does not: +1, .5 and 5.
func decimal(text string) string {
	text = strings.TrimPrefix(text, "+")
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	if strings.HasPrefix(text, ".") {
		text = "0" + text
	}
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		at = len(text)
	}
	return sign + strings.TrimSuffix(text[:at], ".") + text[at:]
}

func (n Node) list() (jsonvalue.Value, []Fault) {
	var items []jsonvalue.Value
	var faults []Fault
	for _, item := range n.Items {
		v, bad := item.JSON()
		items, faults = append(items, v), append(faults, bad...)
	}
	return jsonvalue.ArrayOf(items...), faults
}

func (n Node) object() (jsonvalue.Value, []Fault) {
	var members []jsonvalue.Member
	var faults []Fault
	for _, m := range n.Members {
		if strings.ContainsRune(m.Key, 0) {
			faults = append(faults, faultAt(m.Line, "has the character U+0000 in the key %s", mistake.Quote(m.Key)))
		}
		v, bad := m.Value.JSON()
		members, faults = append(members, jsonvalue.Member{Name: m.Key, Value: v}), append(faults, bad...)
	}
	return jsonvalue.ObjectOf(members...), faults
}
