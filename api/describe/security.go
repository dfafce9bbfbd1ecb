package describe

import (
	"slices"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// mostWays bounds the alternatives that security lists; a rule that has more is
// told by its text alone.
const mostWays = 16

// security lists what a token needs to meet one of the rules: nothing at all,
// or a token with all scopes and permissions of one way. What the rules ask of
// the document is not for a token to say.
func security(rules ...collection.Rule) jsonvalue.Value {
	var ways [][]string
	open := false
	for _, rule := range rules {
		open = open || rule.For(collection.Caller{}).IsAlways()
		for _, way := range waysOf(rule) {
			if !contains(ways, way) {
				ways = append(ways, way)
			}
		}
	}
	if len(ways) == 0 || len(ways) > mostWays {
		ways = [][]string{nil}
	}
	var all []jsonvalue.Value
	if open {
		all = append(all, object())
	}
	for _, way := range ways {
		all = append(all, object("bearer", list(way...)))
	}
	return jsonvalue.ArrayOf(all...)
}

// waysOf are the sets of scopes and permissions that a rule asks for, each
// sorted; one that is empty asks for a token or less.
func waysOf(r collection.Rule) [][]string {
	switch r.Kind {
	case collection.Nobody:
		return nil
	case collection.Scope, collection.Permission:
		return [][]string{{r.Name}}
	case collection.Any:
		var ways [][]string
		for _, rule := range r.Of {
			ways = append(ways, waysOf(rule)...)
		}
		return ways
	case collection.All:
		ways := [][]string{{}}
		for _, rule := range r.Of {
			ways = product(ways, waysOf(rule))
			if len(ways) > mostWays {
				return [][]string{{}}
			}
		}
		return ways
	}
	return [][]string{{}}
}

func contains(ways [][]string, way []string) bool {
	return slices.ContainsFunc(ways, func(w []string) bool { return slices.Equal(w, way) })
}

func product(ways, more [][]string) [][]string {
	var all [][]string
	for _, left := range ways {
		for _, right := range more {
			both := slices.Concat(left, right)
			slices.Sort(both)
			if both = slices.Compact(both); !contains(all, both) {
				all = append(all, both)
			}
		}
	}
	return all
}
