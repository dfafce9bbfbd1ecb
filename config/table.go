package config

import (
	"strconv"
	"time"
)

// setting is one row of the table that everything else reads: loading, flags,
// documentation, suggestions.
type setting struct {
	key      string     // in postern.yaml
	env      []variable // the first that is set wins; none: in the file only
	flag     string     // without dashes; "" = none
	fallback string     // what holds when nobody says anything; "" = nothing
	example  string     // a right value, also as YAML
	allowed  string     // bounds or words; "" = see doc
	doc      string     // what it means, in whole sentences
	set      setter
}

// variable is an environment variable of a setting.
type variable struct {
	name    string
	example string
	read    func(string) (string, error) // into the setting's own form; nil = it is
	file    bool                         // the value is in the file that it names
}

func env(name string) []variable { return []variable{{name: name}} }

// table is every setting, in the order in which they are documented.
func table() []setting {
	all := identityTable()
	all = append(all, browserTable()...)
	all = append(all, keysTable()...)
	all = append(all, limitsTable()...)
	all = append(all, dataTable()...)
	all = append(all, sessionTable()...)
	all = append(all, logTable()...)
	return append(all, collectionsTable()...)
}

func (s setting) duration(field func(*Settings) *time.Duration, least, most time.Duration) setting {
	s.allowed = sayDuration(least) + " to " + sayDuration(most)
	s.set = one(field, within(least, most, parseDuration, sayDuration))
	return s
}

func (s setting) number(field func(*Settings) *int, least, most int) setting {
	s.allowed = strconv.Itoa(least) + " to " + strconv.Itoa(most)
	s.set = one(field, within(least, most, parseNumber, strconv.Itoa))
	return s
}

func (s setting) size(field func(*Settings) *int64, least, most int64) setting {
	s.allowed = saySize(least) + " to " + saySize(most)
	s.set = one(field, within(least, most, parseSize, saySize))
	return s
}

// accepts reports whether text is a right value.
func (s setting) accepts(text string) bool {
	return len(s.set(&Settings{}, textValue(text, 0))) == 0
}
