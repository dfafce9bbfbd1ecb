package config

// Description is what there is to know about one setting, for help texts, the
// documentation and the command line.
type Description struct {
	// Key is its name in postern.yaml and in [Sources.Flags].
	Key string
	// Env are its environment variables; the first that is set wins. None: it
	// can be set in the file only.
	Env []string
	// Flag is its name on the command line, without dashes; "" = it has none.
	Flag string
	// Default holds where nobody says anything; "" = nothing.
	Default string
	// Example is a right value.
	Example string
	// Allowed is the bounds, both included, or the words; "" = Doc says it.
	Allowed string
	// Doc says what it means, in Markdown.
	Doc string
}

// Describe returns all settings in the order of docs/settings.md.
func Describe() []Description {
	var all []Description
	for _, s := range table() {
		d := Description{Key: s.key, Flag: s.flag, Default: s.fallback, Example: s.example, Allowed: s.allowed, Doc: s.doc}
		for _, v := range s.env {
			d.Env = append(d.Env, v.name)
		}
		all = append(all, d)
	}
	return all
}
