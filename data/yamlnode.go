package data

import (
	"encoding/base64"
	"fmt"
	"strings"

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

// yamlFieldsOf are the fields of a mapping; of equal keys the last counts.
type yamlFieldsOf[T any] struct {
	keys   []string
	values []T
}

func (r *yamlReader[T]) object(nodes []*ast.MappingValueNode) (T, error) {
	f, err := r.fields(nodes)
	if err != nil {
		return r.build.Null, err
	}
	return r.build.Object(f.keys, f.values), nil
}

// fields reads a mapping: first what it merges, then its own.
func (r *yamlReader[T]) fields(nodes []*ast.MappingValueNode) (merged yamlFieldsOf[T], err error) {
	var own yamlFieldsOf[T]
	seen := make(map[string]bool, len(nodes))
	for _, n := range nodes {
		if n.Key.IsMergeKey() {
			if err := r.merge(n.Value, &merged); err != nil {
				return merged, err
			}
			continue
		}
		key, err := r.name(n.Key)
		if err != nil {
			return merged, err
		}
		if seen[key] {
			return merged, r.fail(n.Key, fmt.Sprintf("the name %q is in this mapping twice", shorten(key)), "")
		}
		seen[key] = true
		v, null, err := r.value(n.Value)
		if err != nil {
			return merged, err
		}
		if !null || !r.options.DropNulls {
			own.keys, own.values = append(own.keys, key), append(own.values, v)
		}
	}
	merged.keys, merged.values = append(merged.keys, own.keys...), append(merged.values, own.values...)
	return merged, nil
}

// merge puts the fields of << before those that are there, which count more.
func (r *yamlReader[T]) merge(n ast.Node, into *yamlFieldsOf[T]) error {
	if err := r.count(n); err != nil {
		return err
	}
	if r.depth++; r.depth > yamlDepth {
		return r.fail(n, fmt.Sprintf("values nest deeper than %d", yamlDepth), "")
	}
	defer func() { r.depth-- }()
	switch n := n.(type) {
	case *ast.AliasNode:
		return r.alias(n, func(to ast.Node) error { return r.merge(to, into) })
	case *ast.AnchorNode:
		r.anchors[n.Name.GetToken().Value] = &yamlAnchor{value: n.Value}
		return r.merge(n.Value, into)
	case *ast.MappingValueNode:
		return r.mergeFields([]*ast.MappingValueNode{n}, into)
	case *ast.MappingNode:
		return r.mergeFields(n.Values, into)
	case *ast.SequenceNode:
		for _, element := range n.Values {
			if _, isList := element.(*ast.SequenceNode); isList {
				return r.fail(element, "<< takes mappings, or a list of these", "")
			}
			if err := r.merge(element, into); err != nil {
				return err
			}
		}
		return nil
	}
	return r.fail(n, "<< takes mappings, or a list of these", "")
}

func (r *yamlReader[T]) mergeFields(nodes []*ast.MappingValueNode, into *yamlFieldsOf[T]) error {
	f, err := r.fields(nodes)
	into.keys, into.values = append(f.keys, into.keys...), append(f.values, into.values...)
	return err
}

// name is a key as a text.
func (r *yamlReader[T]) name(n ast.Node) (name string, err error) {
	switch n := n.(type) {
	case *ast.MappingKeyNode:
		return r.name(n.Value)
	case *ast.AnchorNode:
		r.anchors[n.Name.GetToken().Value] = &yamlAnchor{value: n.Value}
		return r.name(n.Value)
	case *ast.TagNode:
		return r.name(n.Value)
	case *ast.AliasNode:
		err = r.alias(n, func(to ast.Node) (err error) { name, err = r.name(to); return err })
		return name, err
	case nil, *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		return "", r.fail(n, "a field's name must be a text or a number", "")
	}
	return scalarText(n), nil
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

// tagged reads a value of which the text says the type.
func (r *yamlReader[T]) tagged(n *ast.TagNode) (v T, null bool, err error) {
	tag := n.Start.Value
	if long, ok := strings.CutPrefix(tag, "!<tag:yaml.org,2002:"); ok {
		tag = "!!" + strings.TrimSuffix(long, ">")
	}
	want, known := map[string]plainKind{"!!int": plainInteger, "!!float": plainFloat, "!!bool": plainBool, "!!null": plainNull}[tag]
	switch tag {
	case "!!map", "!!seq", "!!timestamp":
		return r.value(n.Value)
	case "!!str", "!":
		return r.build.Text(scalarText(n.Value)), false, r.isScalar(n.Value, tag)
	case "!!binary":
		octets, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(scalarText(n.Value)), ""))
		if err != nil {
			return v, false, r.fail(n, "!!binary must be base64", "")
		}
		return r.build.Text(string(octets)), false, nil
	}
	if !known {
		return v, false, r.fail(n, fmt.Sprintf("the tag %s is not known", shorten(tag)), "")
	}
	if err := r.isScalar(n.Value, tag); err != nil {
		return v, false, err
	}
	text := scalarText(n.Value)
	kind := plainKindOf(text)
	if kind != want && (want != plainFloat || kind != plainInteger) {
		return v, false, r.fail(n, fmt.Sprintf("%q is no %s", shorten(text), strings.TrimPrefix(tag, "!!")), "")
	}
	return r.plain(n.GetToken(), text)
}

func (r *yamlReader[T]) isScalar(n ast.Node, tag string) error {
	switch n.(type) {
	case nil, *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.AliasNode, *ast.AnchorNode, *ast.TagNode:
		return r.fail(n, fmt.Sprintf("%s must be followed by one value", shorten(tag)), "")
	}
	return nil
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
