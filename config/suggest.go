package config

import (
	"strings"

	"github.com/postern-dev/postern/mistake"
)

// spellingsFor collects every way to name a setting, each shown as the source
// at hand would write it.
func spellingsFor(settings []setting, shown func(setting, string) string) []mistake.Name {
	var all []mistake.Name
	for _, s := range settings {
		names := []string{s.key, s.flag}
		for _, v := range s.env {
			names = append(names, v.name, strings.TrimPrefix(v.name, "AUTH0_"))
		}
		for _, name := range names {
			if as := shown(s, name); name != "" && as != "" {
				all = append(all, mistake.Name{Name: name, Shown: as})
			}
		}
	}
	return all
}
