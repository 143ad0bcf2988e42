package data

import (
	"strconv"
	"strings"
	"text/template/parse"
)

// Names of the functions by which checkFields replaces field access. Being no
// words of English they do not get in a template author's way.
const (
	fieldFunc    = "_field"
	optionalFunc = "_optional"
)

// fieldRewriter replaces .a.b and $x.a.b by calls of our own, which know the
// line and can name a missing field and its neighbours as values, not as text.
type fieldRewriter struct{ text string }

func checkFields(tree *parse.Tree, text string) {
	if tree != nil && tree.Root != nil {
		fieldRewriter{text}.list(tree.Root)
	}
}

func (r fieldRewriter) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		r.node(n)
	}
}

func (r fieldRewriter) node(n parse.Node) {
	switch n := n.(type) {
	case *parse.ActionNode:
		r.pipe(n.Pipe)
	case *parse.TemplateNode:
		r.pipe(n.Pipe)
	case *parse.IfNode:
		r.branch(&n.BranchNode)
	case *parse.RangeNode:
		r.branch(&n.BranchNode)
	case *parse.WithNode:
		r.branch(&n.BranchNode)
	}
}

func (r fieldRewriter) branch(b *parse.BranchNode) {
	r.pipe(b.Pipe)
	r.list(b.List)
	r.list(b.ElseList)
}

func (r fieldRewriter) pipe(p *parse.PipeNode) {
	if p == nil {
		return
	}
	for i, cmd := range p.Cmds {
		feedsDefault := i+1 < len(p.Cmds) && calls(p.Cmds[i+1], "default") && len(p.Cmds[i+1].Args) == 2
		if feedsDefault {
			mayMiss(cmd)
		}
		r.command(cmd, i == 0, feedsDefault || calls(cmd, "default"))
	}
}

func calls(cmd *parse.CommandNode, name string) bool {
	id, ok := cmd.Args[0].(*parse.IdentifierNode)
	return ok && id.Ident == name
}

// mayMiss lets index find nothing, for default.
func mayMiss(cmd *parse.CommandNode) {
	if calls(cmd, "index") {
		cmd.Args[0] = parse.NewIdentifier(indexFunc).SetPos(cmd.Args[0].Position())
	}
}

// command leaves alone what may be a method with arguments: .a.B x, or x | .a.B.
func (r fieldRewriter) command(cmd *parse.CommandNode, first, optional bool) {
	for i, arg := range cmd.Args {
		if i == 0 && (len(cmd.Args) > 1 || !first) {
			continue
		}
		cmd.Args[i] = r.operand(arg, optional)
	}
}

func (r fieldRewriter) operand(n parse.Node, optional bool) parse.Node {
	switch n := n.(type) {
	case *parse.PipeNode:
		if optional {
			mayMiss(n.Cmds[len(n.Cmds)-1])
		}
		r.pipe(n)
	case *parse.FieldNode:
		return r.call(n, &parse.DotNode{NodeType: parse.NodeDot, Pos: n.Pos}, n.Ident, optional)
	case *parse.VariableNode:
		if len(n.Ident) > 1 {
			base := &parse.VariableNode{NodeType: parse.NodeVariable, Pos: n.Pos, Ident: n.Ident[:1]}
			return r.call(n, base, n.Ident[1:], optional)
		}
	case *parse.ChainNode:
		return r.call(n, r.operand(n.Node, optional), n.Field, optional)
	}
	return n
}

// lineAt counts from 1.
func lineAt(text string, n parse.Node) int {
	return 1 + strings.Count(text[:min(int(n.Position()), len(text))], "\n")
}

// call builds (_field LINE base "a" "b").
func (r fieldRewriter) call(at parse.Node, base parse.Node, path []string, optional bool) parse.Node {
	name := fieldFunc
	if optional {
		name = optionalFunc
	}
	pos := at.Position()
	line := strconv.Itoa(lineAt(r.text, at))
	args := []parse.Node{
		parse.NewIdentifier(name).SetPos(pos),
		&parse.StringNode{NodeType: parse.NodeString, Pos: pos, Quoted: strconv.Quote(line), Text: line},
		base,
	}
	for _, ident := range path {
		args = append(args, &parse.StringNode{NodeType: parse.NodeString, Pos: pos, Quoted: strconv.Quote(ident), Text: ident})
	}
	cmd := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: args}
	return &parse.PipeNode{NodeType: parse.NodePipe, Pos: pos, Cmds: []*parse.CommandNode{cmd}}
}
