package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"moonpost/mime"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Markdown is a text in CommonMark with tables, bare links, task lists and strikethrough. Unlike package mime's it is
// taken for data: HTML within is shown as it stands, and links lead to whole addresses alone.
type Markdown struct {
	source []byte
	doc    ast.Node
	form   goldmark.Markdown
	page   string
}

// Bounds of a text: longer ones are attached, and what nests deeper than HTML's parsers allow is no page.
const (
	maxMarkdown      = 64 << 10
	maxMarkdownDepth = 100
)

// MarkdownError is a text that is too much for a page.
type MarkdownError struct{ What, advice string }

func (e *MarkdownError) Error() string { return e.What }

// Hint tells how to write it instead, or is empty.
func (e *MarkdownError) Hint() string { return e.advice }

// Kind is that of a wrong argument.
func (e *MarkdownError) Kind() string { return "argument" }

// NewMarkdown reads a text. The error is a *TextError or a *MarkdownError.
func NewMarkdown(source string) (*Markdown, error) {
	if err := checkText("the text", source); err != nil {
		return nil, err
	}
	if len(source) > maxMarkdown {
		return nil, &MarkdownError{What: fmt.Sprintf("the text has %d KB; a page takes %d at once", len(source)>>10, maxMarkdown>>10)}
	}
	m := &Markdown{source: []byte(Clean(source)), form: goldmark.New(
		goldmark.WithExtensions(extension.GFM), mime.MarkdownBound(),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(markdownNodes{}, 100))),
	)}
	var err error
	var fault *mime.Error
	if m.doc, err = mime.ReadMarkdown(m.form, m.source); errors.As(err, &fault) {
		return nil, &MarkdownError{fault.What, fault.Advice}
	}
	if depthOf(m.doc) > maxMarkdownDepth {
		return nil, &MarkdownError{What: fmt.Sprintf("the text nests deeper than %d levels", maxMarkdownDepth)}
	}
	m.page, err = m.html(m.doc)
	return m, err
}

func depthOf(n ast.Node) int {
	deepest, depth := 0, 0
	_ = ast.Walk(n, func(_ ast.Node, entering bool) (ast.WalkStatus, error) { // the walker never fails
		if entering {
			depth++
			deepest = max(deepest, depth)
		} else {
			depth--
		}
		return ast.WalkContinue, nil
	})
	return deepest
}

// html renders a node.
func (m *Markdown) html(n ast.Node) (string, error) {
	var b bytes.Buffer
	err := m.form.Renderer().Render(&b, m.source, n)
	return b.String(), err
}

func (m *Markdown) writeHTML(w *htmlWriter) { m.writeBlock(w, " md") }

func (m *Markdown) writeBlock(w *htmlWriter, class string) {
	w.block(class)
	page := m.page
	if w.rtl { // quotation marks of texts are escaped
		page = strings.ReplaceAll(page, ` align="left">`, ` align="right">`)
	}
	w.WriteString("<div" + w.direction(string(m.source)) + ">\n" + page + "</div>")
	w.endBlock()
}

func (m *Markdown) writeText(w *textWriter) {
	for n := m.doc.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			w.heading(cleanLine(m.textOf(n)), n.Level)
		case *extast.Table:
			m.writeTable(w, n)
		case *ast.ThematicBreak:
			Rule{}.writeText(w)
		default:
			var lines []string
			for line := range strings.Lines(m.textOf(n)) {
				lines = append(lines, wrapLead(strings.TrimRight(line, "\n"))...)
			}
			w.block(lines...)
		}
	}
}

// textOf is what a node says, links as "text (url)".
func (m *Markdown) textOf(n ast.Node) string {
	page, err := m.html(n)
	if err != nil { // the buffer has none, and no node is unknown
		return ""
	}
	return strings.Trim(mime.HTMLToText(page), "\n")
}

// writeTable aligns a table within the text as Grid does.
func (m *Markdown) writeTable(w *textWriter, t *extast.Table) {
	f := &face{align: make([]Align, len(t.Alignments)), short: make([]bool, len(t.Alignments))}
	for i, a := range t.Alignments {
		f.align[i] = map[extast.Alignment]Align{extast.AlignRight: AlignRight, extast.AlignCenter: AlignCenter}[a]
	}
	for row := t.FirstChild(); row != nil; row = row.NextSibling() {
		texts := make([]string, len(f.align))
		i := 0
		for cell := row.FirstChild(); cell != nil && i < len(texts); cell = cell.NextSibling() {
			texts[i] = m.cellText(cell)
			i++
		}
		if row.Kind() == extast.KindTableHeader {
			f.head = texts
		} else {
			f.cells = append(f.cells, texts)
		}
	}
	lines := f.records
	if widths := f.widths(); widths != nil {
		lines = func() []string { return f.aligned(widths) }
	}
	w.block(lines()...)
}

func (m *Markdown) cellText(cell ast.Node) string {
	var b strings.Builder
	for n := cell.FirstChild(); n != nil; n = n.NextSibling() {
		page, err := m.html(n)
		if err != nil {
			return ""
		}
		b.WriteString(page)
	}
	return cleanLine(strings.TrimSpace(mime.HTMLToText(b.String())))
}
