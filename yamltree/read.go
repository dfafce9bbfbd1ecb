package yamltree

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/postern-dev/postern/mistake"
)

// The parser's time grows with the square of a file's lines: 50,000 tokens,
// some 16,000 lines, are read within a second or so and are far more than
// anybody writes.
const (
	mostBytes  = 1 << 20
	mostTokens = 50_000
	mostDepth  = 100 // brackets within brackets
)

// Fault is one thing that is wrong in a file.
type Fault struct {
	// Line is where; 0 where the whole file is meant.
	Line int
	// Problem is the rest of a sentence that the place begins.
	Problem string
}

func faultAt(line int, format string, args ...any) Fault {
	return Fault{Line: line, Problem: fmt.Sprintf(format, args...)}
}

// Read reads the one mapping that a file is: at most 1 MiB and 50,000 words
// and signs, brackets 100 deep. The zero Node is an empty file. With a fault that leaves
// something to look at, the node holds the rest.
func Read(data []byte) (Node, []Fault) {
	if len(data) > mostBytes {
		return Node{}, []Fault{faultAt(0, "is larger than 1 MiB")}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return Node{}, []Fault{faultAt(lineOfBadUTF8(data), "is not UTF-8")}
	}
	tokens := lexer.Tokenize(string(data))
	if len(tokens) > mostTokens {
		return Node{}, []Fault{faultAt(0, "is too long: more than %d words and signs", mostTokens)}
	}
	if line := tooDeep(tokens); line > 0 {
		return Node{}, []Fault{faultAt(line, "has brackets nested more than %d deep", mostDepth)}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // all duplicates are found below
	if err != nil {
		return Node{}, []Fault{syntaxFault(err)}
	}
	return readDocuments(file)
}

// tooDeep is the line where brackets are nested too deep, or 0.
func tooDeep(tokens token.Tokens) int {
	depth := 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			if depth++; depth > mostDepth {
				return t.Position.Line
			}
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
	}
	return 0
}

func lineOfBadUTF8(data []byte) int {
	good := 0
	for good < len(data) {
		r, size := utf8.DecodeRune(data[good:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		good += size
	}
	return 1 + bytes.Count(data[:good], []byte("\n"))
}

func syntaxFault(err error) Fault {
	f := faultAt(0, "is not YAML")
	var at yaml.Error
	if !errors.As(err, &at) {
		return f
	}
	if token := at.GetToken(); token != nil && token.Position != nil {
		f.Line = token.Position.Line
	}
	f.Problem += ": " + at.GetMessage()
	return f
}

// readDocuments wants one document at most, and a mapping in it.
func readDocuments(file *ast.File) (Node, []Fault) {
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); doc.Body != nil && !directive {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 {
		return Node{}, nil
	}
	if len(bodies) > 1 {
		return Node{}, []Fault{faultAt(lineOf(bodies[1]), "begins a second document (---), which is not used here")}
	}
	root := fromNode(bodies[0])
	if root.Kind != Mapping {
		return Node{}, []Fault{faultAt(root.Line, "is %s, but a mapping of settings (key: value) is meant", root.Kind)}
	}
	return unique(root)
}

// unique drops the second of two equal keys, here and below, and reports it:
// which of them counts would be a guess.
func unique(n Node) (Node, []Fault) {
	var faults []Fault
	var kept []Member
	first := map[string]int{}
	for _, m := range n.Members {
		if line, twice := first[m.Key]; twice {
			faults = append(faults, faultAt(m.Line, "has the key %s again, which line %d has already", mistake.Quote(m.Key), line))
			continue
		}
		first[m.Key] = m.Line
		var below []Fault
		m.Value, below = unique(m.Value)
		kept, faults = append(kept, m), append(faults, below...)
	}
	n.Members = kept
	for i, item := range n.Items {
		var below []Fault
		n.Items[i], below = unique(item)
		faults = append(faults, below...)
	}
	return n, faults
}
