package data

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
)

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
