package data

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Bounds of what aliases add to a text.
const (
	yamlAliased      = 100_000  // values
	yamlAliasedTexts = 10 << 20 // octets of texts
)

// yamlReader builds the values of one document.
type yamlReader[T any] struct {
	source  yamlSource
	options JSONOptions
	build   JSONMaker[T]
	anchors map[string]*yamlAnchor
	depth   int
	met     int // values so far
	aliases int // aliases that are being read, within each other
	aliased int // values that aliases have added
	octets  int // of texts that aliases have added
}

// yamlAnchor is a value that has a name.
type yamlAnchor struct {
	value ast.Node
	open  bool // it is being read
}

// value builds what a node stands for, and tells whether it is a null.
func (r *yamlReader[T]) value(n ast.Node) (v T, null bool, err error) {
	if err := r.count(n); err != nil {
		return r.build.Null, false, err
	}
	switch n := n.(type) {
	case nil, *ast.CommentGroupNode:
		return r.build.Null, true, nil
	case *ast.MappingNode:
		v, err = r.nested(n, func() (T, error) { return r.object(n.Values) })
	case *ast.MappingValueNode:
		v, err = r.nested(n, func() (T, error) { return r.object([]*ast.MappingValueNode{n}) })
	case *ast.SequenceNode:
		v, err = r.nested(n, func() (T, error) { return r.array(n.Values) })
	case *ast.AnchorNode:
		return r.anchor(n)
	case *ast.AliasNode:
		err = r.alias(n, func(to ast.Node) (err error) { v, null, err = r.value(to); return err })
	case *ast.TagNode:
		return r.tagged(n)
	default:
		return r.scalar(n)
	}
	return v, null, err
}

// count bounds what aliases make of a small text, and asks Check.
func (r *yamlReader[T]) count(n ast.Node) error {
	if r.met++; r.met%checkEvery == 0 && r.options.Check != nil {
		if err := r.options.Check(); err != nil {
			return err
		}
	}
	if r.aliases == 0 {
		return nil
	}
	if r.aliased++; r.aliased > yamlAliased || r.octets > yamlAliasedTexts {
		return r.fail(n, fmt.Sprintf("aliases make more than %d values of this text, or %d octets of texts", yamlAliased, yamlAliasedTexts), "")
	}
	return nil
}

func (r *yamlReader[T]) fail(n ast.Node, what, hint string) error {
	if n == nil {
		return r.source.fail(nil, what, hint)
	}
	return r.source.fail(n.GetToken(), what, hint)
}

func (r *yamlReader[T]) nested(n ast.Node, read func() (T, error)) (T, error) {
	if r.depth == yamlDepth {
		return r.build.Null, r.fail(n, fmt.Sprintf("values nest deeper than %d", yamlDepth), "")
	}
	r.depth++
	defer func() { r.depth-- }()
	return read()
}

func (r *yamlReader[T]) array(nodes []ast.Node) (T, error) {
	values := make([]T, 0, len(nodes))
	for _, n := range nodes {
		v, _, err := r.value(n)
		if err != nil {
			return v, err
		}
		values = append(values, v)
	}
	return r.build.Array(values), nil
}

func (r *yamlReader[T]) anchor(n *ast.AnchorNode) (v T, null bool, err error) {
	a := &yamlAnchor{value: n.Value, open: true}
	r.anchors[n.Name.GetToken().Value] = a
	v, null, err = r.value(n.Value)
	a.open = false
	return v, null, err
}

// alias reads once more what the name stands for, so that no two fields are
// the same table.
func (r *yamlReader[T]) alias(n *ast.AliasNode, read func(ast.Node) error) error {
	name := n.Value.GetToken().Value
	a := r.anchors[name]
	switch {
	case a == nil:
		return r.fail(n, fmt.Sprintf("*%s: there is no &%s before it", shorten(name), shorten(name)), "")
	case a.open:
		return r.fail(n, fmt.Sprintf("*%s stands within &%s itself", shorten(name), shorten(name)), "")
	}
	r.aliases++
	a.open = true
	err := read(a.value)
	r.aliases--
	a.open = false
	return err
}

// scalarText is the text of a scalar as it is meant.
func scalarText(n ast.Node) string {
	switch n := n.(type) {
	case nil:
		return ""
	case *ast.StringNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.NullNode:
		if n.Token.Type == token.ImplicitNullType {
			return ""
		}
	}
	return n.GetToken().Value
}
