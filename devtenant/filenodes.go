package devtenant

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
)

// maxWords bounds the time to parse a file, which grows faster than its size.
const maxWords = 10_000

// parseYAML returns the one document of a file.
func parseYAML(data []byte) (ast.Node, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8")
	}
	words := lexer.Tokenize(strings.TrimPrefix(string(data), "\ufeff"))
	if len(words) > maxWords {
		return nil, fmt.Errorf("the file has more than %d words and signs", maxWords)
	}
	file, err := parser.Parse(words, 0, parser.AllowDuplicateMapKey()) // duplicates are found below, with all else
	if err != nil {
		return nil, notYAML(err)
	}
	var documents []ast.Node
	for _, document := range file.Docs {
		if document.Body != nil {
			documents = append(documents, document.Body)
		}
	}
	if len(documents) != 1 {
		return nil, fmt.Errorf("the file must hold one document, not %d", len(documents))
	}
	return documents[0], nil
}

func notYAML(err error) error {
	at, ok := errors.AsType[yaml.Error](err)
	if !ok || at.GetToken() == nil || at.GetToken().Position == nil {
		return errors.New("the file is neither YAML nor JSON")
	}
	return fmt.Errorf("line %d: the file is neither YAML nor JSON: %s", at.GetToken().Position.Line, at.GetMessage())
}

// nodeReader takes a file apart and goes on after a mistake, so that all are
// found at once. Anchors, aliases and tags are mistakes as well.
type nodeReader struct{ mistakes []error }

// read takes one node; at says where it stands, for people.
type read func(at string, n ast.Node)

// wholeFile is where the outermost mapping stands.
const wholeFile = "the file"

type members map[string]read

func (r *nodeReader) wrong(n ast.Node, format string, args ...any) {
	if token := n.GetToken(); token != nil && token.Position != nil {
		format = fmt.Sprintf("line %d: ", token.Position.Line) + format
	}
	r.mistakes = append(r.mistakes, fmt.Errorf(format, args...))
}

func (r *nodeReader) mapping(at string, n ast.Node, known members) {
	var pairs []*ast.MappingValueNode
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode:
		pairs = []*ast.MappingValueNode{n}
	default:
		r.wrong(n, "%s must be a mapping with %s", at, names(known))
		return
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		key := keyOf(pair)
		take, ok := known[key]
		switch {
		case !ok:
			r.wrong(pair.Key, "%s has the unknown key %q: known are %s", at, key, names(known))
		case seen[key]:
			r.wrong(pair.Key, "%s has %s twice", at, key)
		default:
			take(below(at, key), pair.Value)
		}
		seen[key] = true
	}
}

func below(at, key string) string {
	if at == wholeFile {
		return key
	}
	return at + ": " + key
}

func keyOf(pair *ast.MappingValueNode) string {
	if key, ok := pair.Key.(*ast.StringNode); ok {
		return key.Value
	}
	return pair.Key.String()
}

func names(known members) string {
	return strings.Join(slices.Sorted(maps.Keys(known)), ", ")
}

// each reads a list; its items are counted from 1.
func (r *nodeReader) each(take read) read {
	return func(at string, n ast.Node) {
		list, ok := n.(*ast.SequenceNode)
		if !ok {
			r.wrong(n, "%s must be a list", at)
			return
		}
		for i, item := range list.Values {
			take(fmt.Sprintf("%s %d", at, i+1), item)
		}
	}
}

func (r *nodeReader) text(into *string) read {
	return func(at string, n ast.Node) {
		text, ok := n.(*ast.StringNode)
		if !ok {
			r.wrong(n, "%s must be a plain text; put a number, true or null in \"quotes\"", at)
			return
		}
		*into = text.Value
	}
}

func (r *nodeReader) texts(into *[]string) read {
	return r.each(func(at string, n ast.Node) {
		var text string
		r.text(&text)(at, n)
		*into = append(*into, text)
	})
}
