package config

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// The parser's time grows with the square of a file's lines: 50,000 tokens,
// some 16,000 lines, are read within a second or so and are far more than
// anybody writes.
const (
	mostBytes  = 1 << 20
	mostTokens = 50_000
)

// readYAML reads the one mapping that a settings file is. It keeps the line of
// everything and the text of numbers, and decides nothing about names.
func readYAML(data []byte) ([]member, []fault) {
	if len(data) > mostBytes {
		return nil, []fault{wrong("is larger than 1 MiB")}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) {
		return nil, []fault{faultAt(lineOfBadUTF8(data), wrong("is not UTF-8"))}
	}
	tokens := lexer.Tokenize(string(data))
	if len(tokens) > mostTokens {
		return nil, []fault{wrong("is too long: more than %d words and signs", mostTokens)}
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey()) // all duplicates are found below
	if err != nil {
		return nil, []fault{syntaxFault(err)}
	}
	return readDocuments(file)
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

func syntaxFault(err error) fault {
	f := wrong("is not YAML")
	var at yaml.Error
	if !errors.As(err, &at) {
		return f
	}
	if token := at.GetToken(); token != nil && token.Position != nil {
		f.line = token.Position.Line
	}
	f.problem += ": " + at.GetMessage()
	return f
}

// readDocuments wants one document at most, and a mapping in it.
func readDocuments(file *ast.File) ([]member, []fault) {
	var bodies []ast.Node
	for _, doc := range file.Docs {
		if _, directive := doc.Body.(*ast.DirectiveNode); doc.Body != nil && !directive {
			bodies = append(bodies, doc.Body)
		}
	}
	if len(bodies) == 0 {
		return nil, nil
	}
	if len(bodies) > 1 {
		return nil, []fault{faultAt(lineOf(bodies[1]), wrong("begins a second document (---), which is not used here"))}
	}
	root := fromNode(bodies[0])
	if root.kind != aMapping {
		return nil, root.mustBe("a mapping of settings (key: value)")
	}
	return unique(root)
}

// fromNode translates the parser's tree into ours.
func fromNode(node ast.Node) value {
	v := value{kind: unusual, line: lineOf(node)}
	switch n := node.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode:
		return textValue(n.GetToken().Value, v.line)
	case *ast.LiteralNode:
		return textValue(n.Value.Value, v.line)
	case *ast.BoolNode:
		v.kind = trueFalse
	case *ast.NullNode:
		v.kind = noValue
	case *ast.SequenceNode:
		v.kind = aList
		for _, item := range n.Values {
			v.items = append(v.items, fromNode(item))
		}
	case *ast.MappingNode:
		v.kind = aMapping
		for _, pair := range n.Values {
			v.members = append(v.members, fromPair(pair))
		}
	}
	return v
}

func fromPair(pair *ast.MappingValueNode) member {
	m := member{key: pair.Key.GetToken().Value, line: lineOf(pair.Key), value: fromNode(pair.Value)}
	if m.value.kind == noValue {
		m.value.line = m.line
	}
	return m
}

func lineOf(node ast.Node) int { return node.GetToken().Position.Line }

// unique drops the second of two equal keys, here and below, and reports it:
// which of them counts would be a guess.
func unique(v value) ([]member, []fault) {
	var kept []member
	var faults []fault
	first := map[string]int{}
	for _, m := range v.members {
		if line, twice := first[m.key]; twice {
			faults = append(faults, faultAt(m.line, wrong("has the key %s again, which line %d has already", quote(m.key), line)))
			continue
		}
		first[m.key] = m.line
		var below []fault
		m.value, below = uniqueBelow(m.value)
		kept, faults = append(kept, m), append(faults, below...)
	}
	return kept, faults
}

func uniqueBelow(v value) (value, []fault) {
	var faults []fault
	if v.kind == aMapping {
		v.members, faults = unique(v)
	}
	for i, item := range v.items {
		var below []fault
		v.items[i], below = uniqueBelow(item)
		faults = append(faults, below...)
	}
	return v, faults
}
