package declare

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

const schemaExample = "schema: {type: object, properties: {title: {type: string}}}"

// readSchema reads a schema that stands here or in a file beside the file.
func (d *draft) readSchema(n yamltree.Node) {
	switch n.Kind {
	case yamltree.Mapping:
		d.inlineSchema(n)
	case yamltree.Text:
		d.schemaFile(n)
	default:
		d.kind(n, yamltree.Mapping, d.key("schema"), "a JSON Schema or the name of a file with one", schemaExample)
		d.broken = true
	}
}

func (d *draft) inlineSchema(n yamltree.Node) {
	source, faults := n.JSON()
	for _, f := range faults {
		d.wrong(f.Line, d.key("schema"), "has a value that "+f.Problem, "")
	}
	if len(faults) > 0 {
		d.broken = true
		return
	}
	d.compile(source, func(p schema.Problem) {
		d.wrong(n.LineAt(p.Path), d.key(append([]string{"schema"}, p.Path...)...), p.Detail, pasted(p))
	})
}

// compile keeps the schema, or has its problems reported.
func (d *draft) compile(source jsonvalue.Value, report func(schema.Problem)) {
	compiled, problems := schema.Compile(source)
	for _, p := range problems {
		report(p)
	}
	if compiled == nil {
		d.broken = true
		return
	}
	d.schema = compiled
}

// pasted is the example with the keyword before it.
func pasted(p schema.Problem) string {
	if p.Example == "" || len(p.Path) == 0 || strings.Contains(p.Example, ": ") {
		return p.Example
	}
	return p.Path[len(p.Path)-1] + ": " + p.Example
}

// schemaFile reads a schema in JSON or YAML.
func (d *draft) schemaFile(n yamltree.Node) {
	d.broken = true // until it is read
	name, ok := d.text(n, d.key("schema"), "schema: schemas/note.json")
	if !ok {
		return
	}
	if !fs.ValidPath(name) {
		d.wrong(n.Line, d.key("schema"), "is "+mistake.Quote(name)+
			"; a schema is a file in the folder of "+path.Base(d.from.File)+" or below it", "schema: schemas/note.json")
		return
	}
	data, err := d.open(name)
	if err != nil {
		d.wrong(n.Line, d.key("schema"), "names "+mistake.Quote(name)+", which cannot be read: "+err.Error(), "")
		return
	}
	f := file{d: d, name: path.Join(path.Dir(d.from.File), name), line: n.Line}
	source, tree, ok := f.parse(data)
	if !ok {
		return
	}
	d.broken = false
	d.compile(source, func(p schema.Problem) {
		f.wrong(tree.LineAt(p.Path), strings.Join(p.Path, "."), p.Detail, pasted(p))
	})
}

// mostSchema is what [schema.Compile] takes, and something for white space.
const mostSchema = 1 << 20

func (d *draft) open(name string) ([]byte, error) {
	if d.from.Folder == nil {
		return nil, fs.ErrNotExist
	}
	f, err := d.from.Folder.Open(name)
	if err != nil {
		return nil, bare(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, mostSchema+1))
	if len(data) > mostSchema {
		return nil, errors.New("it is larger than 1 MiB")
	}
	return data, bare(err)
}

// bare leaves the path out, which is said already.
func bare(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// file is a file with a schema; its mistakes come where it is named.
type file struct {
	d    *draft
	name string
	line int
}

func (f file) wrong(line int, key, problem, example string) {
	source := f.name
	if line > 0 {
		source = fmt.Sprintf("%s:%d", f.name, line)
	}
	f.d.found = append(f.d.found, found{f.line, mistake.Mistake{Source: source, Key: key, Problem: problem, Example: example}})
}

// parse reads JSON or YAML, with the tree that tells lines. JSON has none
// where it is not YAML at the same time, as with tabs.
func (f file) parse(data []byte) (jsonvalue.Value, yamltree.Node, bool) {
	switch path.Ext(f.name) {
	case ".json":
		v, err := jsonvalue.Parse(data, jsonvalue.Limits{Depth: 200})
		if err != nil {
			f.wrong(lineOf(data, err), "", "is no JSON: "+err.Error(), "")
			return v, yamltree.Node{}, false
		}
		tree, _ := yamltree.Read(data)
		return v, tree, true
	case ".yaml", ".yml":
		tree, faults := yamltree.Read(data)
		if len(faults) == 0 {
			v, more := tree.JSON()
			if len(more) == 0 {
				return v, tree, true
			}
			faults = more
		}
		for _, fault := range faults {
			f.wrong(fault.Line, "", fault.Problem, "")
		}
		return jsonvalue.Value{}, tree, false
	}
	f.wrong(0, "", "is neither .json nor .yaml", "schema: schemas/note.json")
	return jsonvalue.Value{}, yamltree.Node{}, false
}

func lineOf(data []byte, err error) int {
	var at *jsonvalue.SyntaxError
	if !errors.As(err, &at) {
		return 0
	}
	return 1 + strings.Count(string(data[:min(at.Offset, int64(len(data)))]), "\n")
}
