package data

import (
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

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
