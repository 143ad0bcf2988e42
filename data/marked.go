package data

import (
	"fmt"
	htmltemplate "html/template"
	"strconv"
	"strings"
	texttemplate "text/template"
	"text/template/parse"
)

// Marked is a template of a text that goes through another language before it is a page, such as Markdown. A value
// must not become markup on the way, so a mark takes its place: a word of letters and digits, which is put back when
// the way is done.
type Marked struct {
	template *Template
	parsed   *texttemplate.Template
	word     string // begins every mark
	actions  []string
	text     string // with marks for the actions
}

// markFunc notes a value and gives its mark.
const markFunc = "_mark"

// ParseMarked reads a template.
func ParseMarked(name, text string) (*Marked, error) {
	t := &Template{name: name, text: text}
	m := &Marked{template: t, word: markWord(text)}
	parsed, err := texttemplate.New(name).Funcs(t.functions()).Funcs(texttemplate.FuncMap{markFunc: fmt.Sprint}).Parse(text)
	if err != nil {
		return nil, t.wrap(err)
	}
	for _, one := range parsed.Templates() {
		checkFields(one.Tree, text)
		if one.Tree != nil && one.Root != nil {
			markList(one.Root)
		}
	}
	m.parsed = parsed
	m.text, m.actions = m.mask(text)
	return m, nil
}

// Static tells whether the actions do nothing but write: no conditions, loops, variables.
func (m *Marked) Static() bool {
	if len(m.parsed.Templates()) > 1 || m.parsed.Tree == nil {
		return false
	}
	for _, n := range m.parsed.Root.Nodes {
		switch n := n.(type) {
		case *parse.TextNode, *parse.CommentNode:
		case *parse.ActionNode:
			if len(n.Pipe.Decl) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// Text is the text with a mark in place of every action.
func (m *Marked) Text() string { return m.text }

// Has tells whether a part of the marked text holds a mark.
func (m *Marked) Has(s string) bool { return strings.Contains(s, m.word) }

// Restore puts the actions back. What only looks like an action, because the way made it, is kept from being one.
func (m *Marked) Restore(s string) string {
	return m.put(strings.ReplaceAll(s, "{{", "{&#123;"), func(n int) string { return m.actions[n] }, len(m.actions))
}

// put replaces the marks.
func (m *Marked) put(s string, value func(n int) string, count int) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, m.word)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		number, rest, closed := strings.Cut(after, "z")
		if n, err := strconv.Atoi(number); closed && err == nil && n < count {
			b.WriteString(value(n))
			s = rest
		} else {
			b.WriteString(m.word)
			s = after
		}
	}
}

func (m *Marked) mark(n int) string { return m.word + strconv.Itoa(n) + "z" }

// markWord finds a word that the text does not hold.
func markWord(text string) string {
	word := "gap"
	for strings.Contains(strings.ToLower(text), word) {
		word += "q"
	}
	return word + "q"
}

// mask replaces every action; the text is known to be well-formed.
func (m *Marked) mask(text string) (masked string, actions []string) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "{{")
		b.WriteString(before)
		if !found {
			return b.String(), actions
		}
		end := actionEnd(after)
		b.WriteString(m.mark(len(actions)))
		actions = append(actions, "{{"+after[:end])
		text = after[end:]
	}
}

// actionEnd is the length of an action behind its "{{", quotations and comments within it skipped.
func actionEnd(s string) int {
	if body := strings.TrimLeft(strings.TrimPrefix(s, "-"), " \t\r\n"); strings.HasPrefix(body, "/*") {
		if i := strings.Index(s, "*/"); i >= 0 {
			return i + strings.Index(s[i:]+"}}", "}}") + 2
		}
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case '"', '\'', '`':
			i += quotedLength(s[i:], c) - 1
		case '}':
			if strings.HasPrefix(s[i:], "}}") {
				return i + 2
			}
		}
	}
	return len(s)
}

func quotedLength(s string, quote byte) int {
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote != '`':
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return len(s)
}

// markList makes every action that writes something write a mark.
func markList(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				id := parse.NewIdentifier(markFunc).SetPos(n.Pos)
				n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos, Args: []parse.Node{id}})
			}
		case *parse.IfNode:
			markBranch(&n.BranchNode)
		case *parse.RangeNode:
			markBranch(&n.BranchNode)
		case *parse.WithNode:
			markBranch(&n.BranchNode)
		}
	}
}

func markBranch(b *parse.BranchNode) {
	markList(b.List)
	markList(b.ElseList)
}

// Filled is the text of one row, with marks in place of the values.
type Filled struct {
	Text   string
	marked *Marked
	values []string
}

// Fill executes the template for one row.
func (m *Marked) Fill(row any) (*Filled, error) {
	f := &Filled{marked: m}
	note := func(v any) string {
		f.values = append(f.values, fmt.Sprint(v))
		return m.mark(len(f.values) - 1)
	}
	t, err := m.parsed.Clone()
	if err != nil {
		return nil, m.template.wrap(err)
	}
	var out strings.Builder
	if err := t.Funcs(texttemplate.FuncMap{markFunc: note}).Execute(&out, row); err != nil {
		return nil, m.template.wrap(err)
	}
	f.Text = out.String()
	return f, nil
}

// Page puts the values into the page that was made of the text, escaped as their place demands.
func (f *Filled) Page(page string) (string, error) {
	left, right := "{{"+f.marked.word+" ", " "+f.marked.word+"}}"
	page = strings.ReplaceAll(page, "{{", "{&#123;")
	page = f.marked.put(page, func(n int) string { return left + "index . " + strconv.Itoa(n) + right }, len(f.values))
	t, err := htmltemplate.New(f.marked.template.name).Delims(left, right).Parse(page)
	if err != nil {
		return "", f.marked.template.wrap(err)
	}
	var out strings.Builder
	if err := t.Execute(&out, f.values); err != nil {
		return "", f.marked.template.wrap(err)
	}
	return out.String(), nil
}

// Place puts the values into a text. The function gets what stands before the value, as far as it is filled already.
func (f *Filled) Place(text string, escape func(before, value string) string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, f.marked.word)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		number, rest, closed := strings.Cut(after, "z")
		if n, err := strconv.Atoi(number); closed && err == nil && n < len(f.values) {
			b.WriteString(escape(b.String(), f.values[n]))
			text = rest
		} else {
			b.WriteString(f.marked.word)
			text = after
		}
	}
}
