package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

// Load reads the settings: a flag wins over the environment, the environment
// over the file, the file over the default. A value that something else wins
// over is not looked at. No setting is required here; see
// [Settings.CheckForServe]. The error is [Mistakes], and the settings are
// empty then, but for Collections, Tests and File: those are judged by another
// package, so that all mistakes can still be reported at once.
func Load(from Sources) (Settings, error) {
	l := &loader{from: from, table: table(), found: map[string]given{}}
	l.openFile()
	for _, s := range l.table {
		l.take(s)
	}
	l.checkNames()
	l.checkTogether()
	s := &l.settings
	if s.Collections.Line > 0 || s.Tests.Line > 0 {
		s.File = l.fileName()
	}
	if len(l.mistakes) > 0 {
		return Settings{Collections: s.Collections, Tests: s.Tests, File: s.File}, l.mistakes
	}
	s.inherit()
	return *s, nil
}

// loader is one call of Load.
type loader struct {
	from     Sources
	table    []setting
	file     map[string]member
	found    map[string]given // what somebody set, defaults left out
	settings Settings
	mistakes Mistakes
}

func (l *loader) add(m Mistake) { l.mistakes = append(l.mistakes, m) }

// openFile fills l.file, and reports what is wrong with the file as a whole.
func (l *loader) openFile() {
	tree, faults := yamltree.Read(l.readFile())
	in := place{inFile, l.fileName()}
	for _, f := range faults {
		l.add(Mistake{Source: in.source(f.Line), Problem: f.Problem})
	}
	l.file = map[string]member{}
	known := spellingsFor(l.table, asKey)
	for _, m := range l.flat(fromTree(tree).members) {
		if l.setting(m.key) == nil {
			l.add(Mistake{Source: in.source(m.line), Problem: "has the unknown key " + quote(m.key) + mistake.DidYouMean(m.key, known)})
			continue
		}
		l.file[m.key] = m
	}
}

// flat puts the members of a group, such as session, among the others, by their
// whole keys.
func (l *loader) flat(members []member) (all []member) {
	for _, m := range members {
		group := func(s setting) bool { return strings.HasPrefix(s.key, m.key+".") }
		switch {
		case !slices.ContainsFunc(l.table, group):
			all = append(all, m)
		case m.value.kind != aMapping:
			in := place{inFile, l.fileName()}
			l.add(Mistake{Source: in.source(m.line), Key: m.key, Problem: "is " + string(m.value.kind) + ", but a mapping of keys to values is meant"})
		default:
			for _, inner := range m.value.members {
				all = append(all, member{m.key + "." + inner.key, inner.line, inner.value})
			}
		}
	}
	return all
}

func (l *loader) setting(key string) *setting {
	i := slices.IndexFunc(l.table, func(s setting) bool { return s.key == key })
	if i < 0 {
		return nil
	}
	return &l.table[i]
}

// take sets one setting from the place that wins.
func (l *loader) take(s setting) {
	g, ok := l.find(s)
	if ok && g.place.sort != ofDefault && slices.Contains(l.from.Ignore, s.key) {
		l.settings.Ignored = append(l.settings.Ignored, g.place.source(g.value.line))
		g, ok = given{value: textValue(s.fallback, 0)}, s.fallback != ""
	}
	if !ok {
		return
	}
	if g.place.sort != ofDefault {
		l.found[s.key] = g
	}
	for _, f := range g.put(&l.settings, s) {
		l.addFault(s, g, f)
	}
}

// put reads the value in the form of its place, then in that of the setting.
func (g given) put(into *Settings, s setting) []fault {
	if g.read == nil {
		return s.set(into, g.value)
	}
	text, err := g.read(g.value.text)
	if err != nil {
		return []fault{faultAt(0, err)}
	}
	return s.set(into, textValue(text, 0))
}

// addFault turns what a value's parser said into a mistake at its place.
func (l *loader) addFault(s setting, g given, f fault) {
	key, subject, example := s.key, s.key, g.example
	switch {
	case f.key != "":
		key, subject, example = f.key, s.key+"."+f.key, asYAML(f.mend)
	case f.mend != "" && s.accepts(f.mend):
		example = g.place.quoted(f.mend)
	}
	l.add(g.mistake(subject, max(f.line, g.value.line), f.problem, g.place.write(key, example)))
}

// mistake names the setting where its place does not.
func (g given) mistake(key string, line int, problem, example string) Mistake {
	m := Mistake{Source: g.place.source(line), Problem: problem, Example: example}
	if g.place.sort == inFile {
		m.Key = key
	}
	return m
}

// checkNames reports variables of ours that we do not know, and flags and
// ignored keys that the program itself has wrong.
func (l *loader) checkNames() {
	for _, name := range unknownVariables(l.from.Environ, l.table) {
		l.add(Mistake{Source: name, Problem: "is not a variable of Postern" +
			mistake.DidYouMean(name, spellingsFor(l.table, asVariable))})
	}
	for _, key := range slices.Sorted(maps.Keys(l.from.Flags)) {
		if s := l.setting(key); s == nil || s.flag == "" {
			l.add(Mistake{Source: "--" + key, Problem: "is not the key of a setting that has a flag"})
		}
	}
	for _, key := range l.from.Ignore {
		if l.setting(key) == nil {
			l.add(Mistake{Source: key, Problem: "is to be ignored but is not the key of a setting"})
		}
	}
}

// checkTogether reports values that are right alone and wrong side by side.
func (l *loader) checkTogether() {
	first := ""
	for _, key := range []string{"auth0Domain", "issuer", "issuers"} {
		g, ok := l.found[key]
		switch {
		case ok && first == "":
			first = g.place.source(g.value.line)
		case ok:
			l.add(g.mistake(key, g.value.line, "names issuers, and so does "+first+"; keep one of the two",
				g.place.write(key, g.example)+" without "+first))
		}
	}
	ttl, stale := l.settings.JWKSTTL, l.settings.JWKSMaxStale
	if g, ok := l.found["jwksMaxStale"]; ok && stale > 0 && stale < ttl { // 0 = refused already
		problem := "is " + sayDuration(stale) + ", shorter than the keys' life of " + sayDuration(ttl) + " (jwksTTL)"
		l.add(g.mistake("jwksMaxStale", g.value.line, problem, g.place.write("jwksMaxStale", g.example)))
	}
}

// inherit gives each issuer what it does not say itself.
func (s *Settings) inherit() {
	for i := range s.Issuers {
		issuer := &s.Issuers[i]
		if len(issuer.Audiences) == 0 {
			issuer.Audiences = slices.Clone(s.Audiences)
		}
		if len(issuer.Algorithms) == 0 {
			issuer.Algorithms = slices.Clone(s.Algorithms)
		}
		if issuer.DPoP == "" {
			issuer.DPoP = s.DPoP
		}
	}
}
