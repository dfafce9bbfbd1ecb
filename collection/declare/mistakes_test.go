package declare_test

import (
	"fmt"
	"strings"
	"testing"
)

// notes is a declaration with a schema, from line 2; more begins in line 5.
func notes(more string) string {
	return "collections:\n  notes:\n    owner: true\n" +
		"    schema: {type: object, additionalProperties: false, properties: {title: {type: string}, n: {type: integer}, editors: {type: array, items: {type: string}}, lead: {type: [string, 'null']}, free: true, by: {type: object, properties: {who: {type: string}}}, day: {type: string, format: date}}}\n" +
		more
}

func tests(lines string) string {
	return "collections:\n  notes: {read: public, create: authenticated}\n  lists: {owner: true, read: owner, write: owner}\ntests:\n" + lines
}

// Each bad declaration has one mistake: its line, its place, what is wrong,
// and a right value where there is one.
func TestMistakes(t *testing.T) {
	deep := strings.Repeat("{any: [", 7) + "public" + strings.Repeat("]}", 7)
	leaves := "{any: [" + strings.Repeat("authenticated, ", 33) + "public]}"
	four := "{any: [owner, authenticated, {scope: a}, {scope: b}]}"
	for _, tt := range []struct{ file, want string }{
		{"collections: []", `postern.yaml:1: collections is a list, but a mapping of names to collections is meant; for example: collections: {notes:`},
		{"collections: notes", `postern.yaml:1: collections is one value, but a mapping`},
		{"collections:\n  notes:", `postern.yaml:2: collections.notes is empty, but a mapping of what the collection declares is meant; for example: notes: {owner: true`},
		{"collections:\n  notes: [a]", `postern.yaml:2: collections.notes is a list`},
		{"collections:\n  a: {}\n  Notes: {}", `postern.yaml:3: collections has the name "Notes"; a name is a-z, 0-9, - and _, begins with a letter and has at most 40 characters; for example: notes:`},
		{"collections:\n  2do: {}", `the name "2do"; a name is`},
		{"collections:\n  my notes: {}", `for example: my-notes:`},
		{"collections:\n  " + strings.Repeat("a", 41) + ": {}", `at most 40 characters`},
		{"collections:\n  _notes: {}", `for example: notes:`},
		{"collections:\n  me: {}", `postern.yaml:2: collections.me is a name that the API needs for itself; for example: me-list:`},
		{"collections:\n  batch: {}", `needs for itself`},
		{"collections:\n  changes: {}", `needs for itself`},
		{"collections:\n  collections: {}", `needs for itself`},
		{"collections:\n" + many("  n%d: {}\n", 201), `has 201 collections; 200 are the most`},
		{"collections:\n  notes:\n    raed: public", `postern.yaml:3: notes has the key "raed", which a collection does not have; did you mean read?`},
		{"collections:\n  notes:\n    wallpaper: 1", `postern.yaml:3: notes has the key "wallpaper", which a collection does not have`},
		{"collections:\n  notes: {owners: true}", `did you mean owner?`},

		{notes("    description: [a]"), `postern.yaml:5: notes.description is a list, but one value is meant; for example: description: What`},
		{notes("    description: ''"), `notes.description is empty`},
		{notes("    description: " + strings.Repeat("x", 2001)), `more than 2,000 bytes`},
		{"collections:\n  notes: {owner: yes}", `postern.yaml:2: notes.owner is one value, but true or false is meant; for example: owner: true`},
		{notes("    showOwner: 1"), `postern.yaml:5: notes.showOwner is one value, but true or false is meant`},

		{notes("    read: everybody"), `postern.yaml:5: notes.read is "everybody", not one of public, authenticated, owner, proof, {member: ...}, {scope: ...}, {permission: ...}, {acr: ...}, {maxAge: ...}, {any: [...]} or {all: [...]}; for example: read: owner`},
		{notes("    read: pubic"), `did you mean public?`},
		{notes("    read: Owner"), `did you mean owner?`},
		{notes("    read: true"), `notes.read is true or false, but a rule is meant: public,`},
		{notes("    read:"), `notes.read is empty, but a rule is meant`},
		{notes("    read: {}"), `is a mapping of keys to values, but a rule is meant`},
		{notes("    read: scope"), `notes.read is scope alone; for example: read: {scope: read:notes}`},
		{notes("    read: member"), `is member alone; for example: read: {member: editors}`},
		{notes("    read: [owner, public]"), `is a list; say whether one of it is enough or all are needed; for example: read: {any: [owner, {permission: edit:all}]}`},
		{notes("    read: {scope: a, permission: b}"), `is a mapping with several keys; say whether one is enough or all are needed; for example: read: {all:`},
		{notes("    read: {scopes: a}"), `has the key "scopes", which a rule does not have; did you mean scope?; for example: read: owner`},
		{notes("    read: {scope: ''}"), `notes.read is empty; for example: read: {scope: read:notes}`},
		{notes("    read: {scope: a b}"), `has "a b" with a blank or a comma in it; name each alone within all or any`},
		{notes("    read: {scope: 'a,b'}"), `with a blank or a comma`},
		{notes("    read: {permission: 'a\"b'}"), `which has characters that no scope has; for example: read: {permission: read:notes}`},
		{notes("    read: {permission: é}"), `characters that no scope has`},
		{notes("    read: {permission: " + strings.Repeat("p", 201) + "}"), `more than 200 characters`},
		{notes("    read: {scope: [a]}"), `is a list, but one value is meant`},
		{notes("    read: {any: owner}"), `is one value, but a list of rules is meant; for example: read: {any: [owner, {permission: read:all}]}`},
		{notes("    read: {all: []}"), `is an empty list of rules`},
		{notes("    read: {any: [owner, nobody]}"), `has nobody beside others`},
		{notes("    read:\n      any:\n      - owner\n      - ovner"), `postern.yaml:8: notes.read is "ovner"`},
		{notes("    read: " + deep), `is nested more than 6 deep`},
		{notes("    read: " + leaves), `has 34 conditions; 32 are the most`},
		{notes("    read: {all: [" + four + ", " + four + ", " + four + "]}"), `amounts to 64 alternatives when any is multiplied out of all; 32 are the most`},
		{"collections:\n  notes:\n    write: owner", `postern.yaml:3: notes.write is owner, but nobody owns documents of this collection; for example: owner: true`},
		{"collections:\n  notes:\n    owner: false\n    delete: {any: [{scope: a}, owner]}", `postern.yaml:4: notes.delete is owner, but nobody owns`},
		{notes("    read: {member: owner}"), `names the member owner; the rule for it is the word owner; for example: read: owner`},
		{notes("    read: {member: editor}"), `postern.yaml:5: notes.read has "editor", which the schema does not declare; did you mean editors?`},
		{notes("    read: {member: n}"), `names "n", which the schema does not say to be a string or a list of strings; for example: {type: array`},
		{notes("    read: {member: by}"), `names "by", which the schema does not say`},
		{notes("    read: {member: free}"), `names "free", which the schema does not say`},
		{notes("    read: {member: by.whom}"), `has "by.whom", which the schema does not declare; did you mean by.who?`},
		{notes("    read: {member: by..who}"), `has "by..who", which is not member names with dots between`},
		{"collections:\n  notes:\n    read: {member: editors}", `has "editors", but the collection has no schema that declares it`},

		{notes("    indexes: title"), `postern.yaml:5: notes.indexes is one value, but a list of members and of lists of members is meant; for example: indexes: [done, [project, -due]]`},
		{notes("    indexes: [tilte]"), `notes.indexes has "tilte", which the schema does not declare; did you mean title?`},
		{notes("    indexes: [editors]"), `has "editors", which is a list or an object and has no order`},
		{notes("    indexes: [by]"), `a list or an object`},
		{notes("    indexes: [free]"), `has "free", of which the schema does not say one type; for example: free: {type: string}`},
		{notes("    indexes: [owner]"), `has owner, which is in front of each index of its own accord`},
		{notes("    indexes: [can]"), `has can, which is not stored`},
		{notes("    indexes: [[]]"), `has an index of 0 members; 1 to 4 it can have`},
		{notes("    indexes: [[title, n, lead, day, by.who]]"), `has an index of 5 members`},
		{notes("    indexes: [[title, -title]]"), `has "title" twice in one index`},
		{notes("    indexes: [title, n, [title]]"), `has [title] twice`},
		{notes("    indexes: [{title: 1}]"), `is a mapping of keys to values, but one value is meant`},
		{notes("    indexes: [true]"), `is true or false, but one value is meant`},
		{notes("    indexes: [" + strings.Repeat("title, ", 21) + "]"), `has 21 indexes; 20 are the most`},
		{"collections:\n  notes:\n    indexes: [done]", `postern.yaml:3: notes.indexes has "done", but the collection has no schema that declares it`},

		{notes("    unique: [owner, title]"), `postern.yaml:5: notes.unique has owner alone; members that are unique together are a list within the list; for example: unique: [[owner, slug]]`},
		{notes("    unique: owner"), `has owner alone`},
		{notes("    unique: [[owner]]"), `has an entry of 0 members; 1 to 4 it can have`},
		{notes("    unique: []"), `has 0 entries; 1 to 20`},
		{notes("    unique: [[owner, titel]]"), `has "titel", which the schema does not declare; did you mean title?`},
		{notes("    unique: [[owner, editors]]"), `a list or an object and has no order`},
		{notes("    unique: [[owner, id]]"), `has id, which the server fills`},
		{notes("    unique: [[owner, title, title]]"), `has "title" twice in one entry`},
		{notes("    unique: [[owner, title], [owner, title]]"), `has [owner, title] twice`},
		{notes("    unique: [title]"), `has [title]: a refusal would tell that a document has the value which the caller may not read; compare within the owner, or accept it with reveals: true; for example: unique: [{on: [title], reveals: true}]`},
		{notes("    read: authenticated\n    create: public\n    unique: title"), `postern.yaml:7: notes.unique has [title]: a refusal would tell`},
		{notes("    read: {any: [owner, {scope: x}]}\n    unique: [{on: title}]"), `a refusal would tell`},
		{notes("    unique: [{reveals: true}]"), `has no on; for example: unique: [{on:`},
		{notes("    unique: [{on: title, reveal: true}]"), `has the key "reveal"`},
		{notes("    unique: [{on: title, reveals: yes}]"), `notes.unique.reveals is one value, but true or false is meant`},
		{"collections:\n  notes:\n    schema: {type: object, properties: {a: {type: string}}}\n    read: public\n    unique: [[owner, a]]", `postern.yaml:5: notes.unique has owner, but nobody owns documents of this collection; for example: owner: true`},

		{notes("    id: uuidv7"), `postern.yaml:5: notes.id is one value, but a mapping with format is meant; for example: id: {format: slug}`},
		{notes("    id: {}"), `has no format`},
		{notes("    id: {format: UUID}"), `notes.id.format is "UUID", not one of uuidv7, uuidv4, slug, any`},
		{notes("    id: {format: slug, length: 3}"), `has the key "length", which id does not have`},
		{notes("    quota: 100"), `notes.quota is one value, but a mapping with documents, bytes or both is meant`},
		{notes("    quota: {}"), `has neither documents nor bytes`},
		{notes("    quota: {documents: many}"), `notes.quota.documents is "many", not a whole number`},
		{notes("    quota: {documents: 1KiB}"), `is "1KiB", not a whole number`},
		{notes("    quota: {documents: 0}"), `is 0, but 1 is the least; leave it out for no bound`},
		{notes("    quota: {bytes: 10MB}"), `notes.quota.bytes is "10MB", not a size such as 65536, 512KiB, 10MiB or 1GiB; for example: quota:`},
		{notes("    quota: {bytes: 99999999GiB}"), `too large a number`},
		{notes("    quota: {document: 1}"), `has the key "document", which a quota does not have; did you mean documents?`},

		{notes("    seed: {title: milk}"), `notes.seed is a mapping of keys to values, but a list of documents is meant`},
		{notes("    seed: [milk]"), `notes.seed is one value, but a document is meant`},
		{notes("    seed:\n    - title: milk\n    - title: 3"), `postern.yaml:7: notes.seed.1.title must be a string`},
		{notes("    seed:\n    - {title: milk,\n       tilte: 3}"), `postern.yaml:7: notes.seed.0.tilte is not declared by the schema`},
		{notes("    seed: [{id: x}]"), `notes.seed.0.id is filled by the server`},
		{notes("    seed: [{n: 012}]"), `notes.seed.0 has a value that is 012, which not everybody reads as the same number`},
		{notes("    seed: [{title: &a x}]"), `has a value that is a part of YAML that is not used here`},
		{notes("    seed: [" + strings.Repeat("{}, ", 1001) + "]"), `has 1001 documents; 1000 are the most`},
		{notes("    seed: [{title: " + strings.Repeat("x", 300<<10) + "}]"), `is larger than 256 KiB`},

		{"collections:\n  notes:\n    schema: 3", `postern.yaml:3: notes.schema is one value, but a JSON Schema or the name of a file with one is meant; for example: schema: {type: object`},
		{"collections:\n  notes:\n    schema: []", `notes.schema is a list`},
		{"collections:\n  notes:\n    schema: {}", `notes.schema does not say that documents are objects; for example: type: object`},
		{"collections:\n  notes:\n    schema:\n      type: object\n      properties:\n        title: {type: strin}", `postern.yaml:6: notes.schema.properties.title.type is strin, not one of null, boolean`},
		{"collections:\n  notes:\n    schema:\n      type: object\n      properties:\n        a:\n          minLenght: 3", `postern.yaml:7: notes.schema.properties.a.minLenght is no keyword of JSON Schema 2020-12; did you mean minLength?`},
		{"collections:\n  notes:\n    schema:\n      type: object\n      properties:\n        id: {type: string}", `postern.yaml:6: notes.schema.properties.id is filled by the server and cannot be declared`},
		{"collections:\n  notes:\n    schema:\n      $schema: http://json-schema.org/draft-07/schema#\n      type: object", `postern.yaml:4: notes.schema.$schema is "http://json-schema.org/draft-07/schema#", but schemas are read as JSON Schema 2020-12; for example: $schema: https://json-schema.org/draft/2020-12/schema`},
		{"collections:\n  notes:\n    schema:\n      type: object\n      const: !!int 3", `postern.yaml:5: notes.schema has a value that is a part of YAML`},
		{"collections:\n  notes:\n    schema:\n      type: object\n      properties:\n        a:\n          pattern: a(?!b)", `postern.yaml:7: notes.schema.properties.a.pattern is the pattern "a(?!b)", which has a negative lookahead`},
		{"collections:\n  notes:\n    schema: ''", `notes.schema is empty; for example: schema: schemas/note.json`},
		{"collections:\n  notes:\n    schema: ../note.json", `is "../note.json"; a schema is a file in the folder of postern.yaml or below it`},
		{"collections:\n  notes:\n    schema: /etc/note.json", `is "/etc/note.json"; a schema is a file in the folder`},
		{"collections:\n  notes:\n    schema: https://example.com/note.json", `a schema is a file in the folder`},
		{"collections:\n  notes:\n    schema: schemas/../../note.json", `a schema is a file in the folder`},
		{"collections:\n  notes:\n    schema: nope.json", `postern.yaml:3: notes.schema names "nope.json", which cannot be read: file does not exist`},
		{"collections:\n  notes:\n    schema: schemas", `names "schemas", which cannot be read`},
		{"collections:\n  notes:\n    schema: bad/large.json", `cannot be read: it is larger than 1 MiB`},
		{"collections:\n  notes:\n    schema: bad/note.txt", `bad/note.txt is neither .json nor .yaml`},
		{"collections:\n  notes:\n    schema: bad/syntax.json", `bad/syntax.json:3 is no JSON`},
		{"collections:\n  notes:\n    schema: bad/syntax.yaml", `bad/syntax.yaml:1 is not YAML`},
		{"collections:\n  notes:\n    schema: bad/anchor.yaml", `bad/anchor.yaml:1 is a part of YAML`},
		{"collections:\n  notes:\n    schema: bad/keyword.json", `bad/keyword.json:3: requird is no keyword of JSON Schema 2020-12; did you mean required?`},
		{"collections:\n  notes:\n    schema: bad/keyword.yaml", `bad/keyword.yaml:4: properties.a.typ is no keyword of JSON Schema 2020-12; did you mean type?`},
		{"collections:\n  notes:\n    schema: bad/keyword.json\n    indexes: [title]\n    read: {member: x}\n    seed: [{title: 3}]", `bad/keyword.json:3: requird`},

		{"tests: {}", `postern.yaml:1: tests is a mapping of keys to values, but a list of tests is meant`},
		{tests("- 3"), `postern.yaml:5: tests.0 is one value, but a test is meant; for example: - {as:`},
		{tests("- {do: GET /notes}"), `postern.yaml:5: tests.0 has no expect; for example: expect: 403`},
		{tests("- {expect: 200}"), `tests.0 has no do; for example: do: GET /notes`},
		{tests("- {do: GET /notes, expect: 200, if: x}"), `has the key "if", which a test does not have`},
		{tests("- {do: GET /note, expect: 200}"), `tests.0.do is about "note", which is not a declared collection; did you mean notes?`},
		{tests("- {do: FETCH /notes, expect: 200}"), `begins with "FETCH", not one of GET, HEAD, POST, PUT, PATCH, DELETE`},
		{tests("- {do: get /notes, expect: 200}"), `begins with "get"`},
		{tests("- {do: GET notes, expect: 200}"), `has the path "notes", which does not begin with one /`},
		{tests("- {do: GET //notes, expect: 200}"), `does not begin with one /`},
		{tests("- {do: GET, expect: 200}"), `has the path ""`},
		{tests("- {do: 'POST /notes {title: 1}', expect: 200}"), `has a body that is no JSON`},
		{tests("- do: GET /notes\n  expect: yes"), `postern.yaml:6: tests.0.expect is "yes", not a status from 200 to 599`},
		{tests("- {do: GET /notes, expect: 100}"), `is "100", not a status`},
		{tests("- {do: GET /notes, expect: {code: x}}"), `tests.0.expect has no status`},
		{tests("- {do: GET /notes, expect: {status: 403, cod: x}}"), `has the key "cod", which what is expected does not have; did you mean code?`},
		{tests("- {as: ada, do: GET /notes, expect: 200}"), `tests.0.as is one value, but a mapping with sub and more; leave it out for nobody is meant`},
		{tests("- {as: {scope: a}, do: GET /notes, expect: 200}"), `tests.0.as has no sub`},
		{tests("- {as: {sub: a, scopes: a}, do: GET /notes, expect: 200}"), `has the key "scopes", which who asks does not have; did you mean scope?`},
		{tests("- {given: [], do: GET /notes, expect: 200}"), `tests.0.given is a list, but a mapping of collections to documents is meant`},
		{tests("- {given: {note: []}, do: GET /notes, expect: 200}"), `tests.0.given.note is not a declared collection; did you mean notes?`},
		{tests("- {given: {notes: {}}, do: GET /notes, expect: 200}"), `tests.0.given.notes is a mapping of keys to values, but a list of documents is meant`},
		{tests("- {given: {notes: [{version: 3}]}, do: GET /notes, expect: 200}"), `tests.0.given.notes.0.version is filled by the server`},
		{tests(strings.Repeat("- {do: GET /notes, expect: 200}\n", 2001)), `has 2001 tests; 2000 are the most`},
	} {
		_, mistakes := read(t, tt.file)
		if len(mistakes) != 1 || !strings.Contains(mistakes[0].String(), tt.want) {
			var got []string
			for _, m := range mistakes {
				got = append(got, m.String())
			}
			t.Errorf("%.300s\ngot:  %.600s\nwant: %s", tt.file, strings.Join(got, "\n      "), tt.want)
		}
	}
}

func many(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// All mistakes are told at once, in the order of the file.
func TestMistakesComeTogether(t *testing.T) {
	_, mistakes := read(t, `collections:
  notes:
    read: ovner
    write: {scope: ''}
    indexes: [a]
    colour: red
  Tasks:
    owner: maybe
tests:
- {do: GET /tasks, expect: 7}
`)
	var lines []string
	for _, m := range mistakes {
		lines = append(lines, strings.TrimPrefix(m.Source, "postern.yaml:"))
	}
	if got := strings.Join(lines, " "); got != "3 4 5 6 7 8 10 10" {
		t.Errorf("lines %s: %v", got, mistakes)
	}
}
