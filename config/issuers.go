package config

import (
	"slices"

	"github.com/postern-dev/postern/mistake"
)

// issuerMember is one key of an entry in the file's list of issuers.
type issuerMember struct {
	key     string
	example string
	set     func(*Issuer, value) []fault
}

func issuerMembers() []issuerMember {
	return []issuerMember{
		{"url", "https://login.example.com/", func(i *Issuer, v value) (bad []fault) {
			i.URL, bad = parseOne(v, parseIssuer)
			return bad
		}},
		{"audience", "https://hello-world.example.com", func(i *Issuer, v value) (bad []fault) {
			i.Audiences, bad = parseMany(v, parseText)
			return orNone(bad, v)
		}},
		{"algorithms", "RS256", func(i *Issuer, v value) (bad []fault) {
			i.Algorithms, bad = parseMany(v, parseAlgorithm)
			return orNone(bad, v)
		}},
		{"dpop", "required", func(i *Issuer, v value) (bad []fault) {
			i.DPoP, bad = parseOne(v, oneOf(dpopChoices()))
			return bad
		}},
		{"jwksUrl", "https://login.example.com/.well-known/jwks.json", func(i *Issuer, v value) (bad []fault) {
			i.JWKSURL, bad = parseOne(v, parseKeysURL)
			return bad
		}},
		{"formerly", "https://your-tenant.eu.auth0.com/", func(i *Issuer, v value) (bad []fault) {
			i.Formerly, bad = parseMany(v, parseIssuer)
			return bad
		}},
	}
}

// setIssuers reads the list that only the file can hold.
func setIssuers(s *Settings, v value) []fault {
	if v.kind != aList {
		return v.mustBe("a list of issuers")
	}
	var faults []fault
	for _, item := range v.items {
		issuer, bad := readIssuer(item)
		if len(bad) == 0 {
			bad = alreadyTrusted(s.Issuers, issuer, item.line)
		}
		s.Issuers = append(s.Issuers, issuer)
		faults = append(faults, bad...)
	}
	return orNone(faults, v)
}

func readIssuer(v value) (Issuer, []fault) {
	var issuer Issuer
	if v.kind != aMapping {
		return issuer, v.mustBe("a mapping with url and more")
	}
	var faults []fault
	hasURL := false
	for _, m := range v.members {
		faults = append(faults, readIssuerMember(&issuer, m)...)
		hasURL = hasURL || m.key == "url"
	}
	if !hasURL {
		faults = append(faults, fault{line: v.line, key: "url", problem: "has no url", mend: "https://login.example.com/"})
	}
	return issuer, faults
}

func readIssuerMember(issuer *Issuer, m member) []fault {
	known := issuerMembers()
	at := slices.IndexFunc(known, func(k issuerMember) bool { return k.key == m.key })
	if at < 0 {
		return []fault{unknownIssuerMember(m, known)}
	}
	faults := known[at].set(issuer, m.value)
	for i, f := range faults {
		faults[i].key = m.key
		if f.mend == "" || len(known[at].set(&Issuer{}, textValue(f.mend, 0))) > 0 {
			faults[i].mend = known[at].example
		}
	}
	return faults
}

func unknownIssuerMember(m member, known []issuerMember) fault {
	var names []mistake.Name
	for _, k := range known {
		names = append(names, mistake.Names(k.key)...)
	}
	f := wrong("has the key %s, which an issuer does not have%s", quote(m.key), mistake.DidYouMean(m.key, names))
	f.line = m.line
	return f
}

// alreadyTrusted finds a URL that two issuers claim: a token of it would have
// two sets of keys and audiences.
func alreadyTrusted(before []Issuer, issuer Issuer, line int) []fault {
	var taken []string
	for _, b := range before {
		taken = append(taken, b.names()...)
	}
	for _, url := range issuer.names() {
		if slices.Contains(taken, url) {
			return []fault{{line: line, problem: "has the issuer " + quote(url) + " twice"}}
		}
		taken = append(taken, url)
	}
	return nil
}

func (i Issuer) names() []string { return append([]string{i.URL}, i.Formerly...) }

// orNone refuses an empty list where nothing would be accepted then.
func orNone(faults []fault, v value) []fault {
	if v.kind == aList && len(v.items) == 0 {
		return append(faults, faultAt(v.line, wrong("is an empty list")))
	}
	return faults
}
