package data

import (
	htmltemplate "html/template"
	"io"
	texttemplate "text/template"
	"text/template/parse"
)

// Cut is a template that is texts with gaps between: Texts[0] Gaps[0] Texts[1] … Whoever holds it can put fields into
// the gaps without the template packages.
type Cut struct {
	Texts []string // one more than Gaps
	Gaps  []Gap
}

// Gap is the place of a field, or of what another action gives.
type Gap struct {
	Path   []string // {{.a.b}} is a, b
	Action string   // without a path: "{{.a | upper}}", a template of its own
	// Escape appends a value as its place demands; nil appends it as it is.
	Escape func(dst []byte, value string) []byte
}

// Cut takes the template apart. ok is false for one that has conditions, loops or variables, and with html also for one
// that has other actions than fields, or a field in a place for which only the template packages know how to escape,
// such as a script or a style.
func (t *Template) Cut() (cut Cut, ok bool) {
	root := t.escaped()
	if root == nil {
		return Cut{}, false
	}
	text := ""
	for _, n := range root.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			text += string(n.Text)
		case *parse.ActionNode:
			if comment, ok := keptComment(n); ok {
				text += comment
				continue
			}
			gap, ok := gapOf(n)
			if !ok && (t.html || len(n.Pipe.Decl) > 0) {
				return Cut{}, false
			}
			if !ok {
				gap = Gap{Action: n.String()}
			}
			cut.Texts, cut.Gaps = append(cut.Texts, text), append(cut.Gaps, gap)
			text = ""
		default:
			return Cut{}, false
		}
	}
	cut.Texts = append(cut.Texts, text)
	return cut, true
}

// escaped parses once more, without checkFields, and gives the root with the escapers that html/template puts in.
func (t *Template) escaped() *parse.ListNode {
	if !t.html {
		parsed, err := texttemplate.New(t.name).Funcs(t.functions()).Parse(t.text)
		if err != nil || len(parsed.Templates()) > 1 || parsed.Tree == nil {
			return nil
		}
		return parsed.Root
	}
	parsed, err := htmltemplate.New(t.name).Funcs(t.functions()).Parse(t.text)
	if err != nil || len(parsed.Templates()) > 1 || parsed.Tree == nil {
		return nil
	}
	_ = parsed.Execute(io.Discard, nil) // escapes; that there is no data is no matter
	return parsed.Tree.Root
}

// gapOf reads {{.a.b}} and the escapers behind it.
func gapOf(n *parse.ActionNode) (gap Gap, ok bool) {
	if len(n.Pipe.Decl) > 0 || len(n.Pipe.Cmds) == 0 || len(n.Pipe.Cmds[0].Args) != 1 {
		return gap, false
	}
	field, ok := n.Pipe.Cmds[0].Args[0].(*parse.FieldNode)
	if !ok {
		return gap, false
	}
	gap.Path = field.Ident
	names := ""
	for _, cmd := range n.Pipe.Cmds[1:] {
		id, ok := cmd.Args[0].(*parse.IdentifierNode)
		if !ok || len(cmd.Args) != 1 {
			return gap, false
		}
		names += " " + id.Ident
	}
	gap.Escape, ok = escaperOf(names)
	return gap, ok
}
