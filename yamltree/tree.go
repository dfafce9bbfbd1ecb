package yamltree

import (
	"regexp"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// fromNode translates the parser's tree into ours.
func fromNode(node ast.Node) Node {
	n := Node{Kind: Unusual, Line: lineOf(node)}
	switch from := node.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode:
		n.Kind, n.Text = kindOfScalar(from.GetToken()), from.GetToken().Value
	case *ast.LiteralNode:
		n.Kind, n.Text = Text, from.Value.Value
	case *ast.BoolNode:
		n.Kind, n.Text = Bool, from.GetToken().Value
	case *ast.NullNode:
		n.Kind = Nothing
	case *ast.SequenceNode:
		n.Kind = List
		for _, item := range from.Values {
			n.Items = append(n.Items, fromNode(item))
		}
	case *ast.MappingNode:
		n.Kind = Mapping
		for _, pair := range from.Values {
			n.Members = append(n.Members, fromPair(pair))
		}
	}
	return n
}

func fromPair(pair *ast.MappingValueNode) Member {
	m := Member{Key: pair.Key.GetToken().Value, Line: lineOf(pair.Key), Value: fromNode(pair.Value)}
	if m.Value.Kind == Nothing {
		m.Value.Line = m.Line
	}
	switch pair.Key.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
	default: // <<, an anchor or ? before a key
		m.Value = Node{Kind: Unusual, Line: m.Line}
	}
	return m
}

func lineOf(node ast.Node) int { return node.GetToken().Position.Line }

// coreNumber is a number of YAML 1.2's core schema.
var coreNumber = regexp.MustCompile(`^(0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)$`)

// kindOfScalar does not leave numbers to the parser alone: it takes large ones
// and those with an exponent for text.
func kindOfScalar(t *token.Token) Kind {
	switch t.Type {
	case token.SingleQuoteType, token.DoubleQuoteType:
		return Text
	case token.IntegerType, token.BinaryIntegerType, token.OctetIntegerType, token.HexIntegerType, token.FloatType:
		return Number
	}
	if coreNumber.MatchString(t.Value) {
		return Number
	}
	return Text
}
