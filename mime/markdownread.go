package mime

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Bounds of what a text may ask of the parser. Signs that open something, of which each looks for its end, take time
// that grows with the square of a paragraph's length: half a second at this bound, which prose of any length is far
// from. What nests deeper is no text that a person wrote.
const (
	markdownWork  = 200_000_000
	markdownDepth = 100
	markdownCells = 200_000
)

// markdownSpent is where a parse keeps what its paragraphs have cost so far.
var markdownSpent = parser.NewContextKey() //nolint:gochecknoglobals // a name

// MarkdownBound has a form measure its paragraphs, for ReadMarkdown.
func MarkdownBound() goldmark.Option {
	return goldmark.WithParserOptions(parser.WithParagraphTransformers(util.Prioritized(measured{}, 999))) // behind that of tables
}

// ReadMarkdown parses a text with a form that has MarkdownBound, in bounded time. The error is an *Error.
func ReadMarkdown(form goldmark.Markdown, source []byte) (ast.Node, error) {
	if tableCells(source) > markdownCells {
		return nil, &Error{Field: "markdown", What: "the tables of the text have more than " + itoa(markdownCells) + " cells"}
	}
	spent, targets := 0, 0
	for line := range bytes.Lines(source) {
		switch { // each target of links that a paragraph begins with is cut from it by moving all lines behind it
		case len(bytes.TrimSpace(line)) == 0:
			targets = 0
		case bytes.Contains(line, []byte("]:")):
			targets++
			spent += 2 * targets
		}
		if nesting(string(line)) > markdownDepth {
			return nil, &Error{Field: "markdown", What: "the text nests deeper than " + itoa(markdownDepth) + " levels"}
		}
		if bytes.ContainsAny(line, "#|") { // a heading or the row of a table, which are no paragraphs
			spent += markdownCost(line)
		}
		if spent > markdownWork {
			return nil, errMarkdownWork()
		}
	}
	pc := parser.NewContext()
	pc.Set(markdownSpent, spent)
	doc := form.Parser().Parse(text.NewReader(source), parser.WithContext(pc))
	if spent, ok := pc.Get(markdownSpent).(int); !ok || spent > markdownWork {
		return nil, errMarkdownWork()
	}
	return doc, nil
}

func errMarkdownWork() error {
	return &Error{Field: "markdown", What: "a paragraph of the text has too many of the signs * _ [ ( < ~", Advice: "a blank line begins another paragraph; code stands between lines of ```"}
}

// measured counts what the paragraphs of a text will cost, and empties those that nobody could wait for.
type measured struct{}

// Transform implements parser.ParagraphTransformer.
func (measured) Transform(p *ast.Paragraph, r text.Reader, pc parser.Context) {
	spent, _ := pc.Get(markdownSpent).(int)
	if lines := p.Lines(); lines.Len() > 0 {
		spent = min(spent+markdownCost(lines.Value(r.Source())), 2*markdownWork)
		if spent > markdownWork {
			lines.Clear()
		}
	}
	pc.Set(markdownSpent, spent)
}

func markdownCost(b []byte) int {
	marks := 0
	for _, c := range b {
		if strings.IndexByte("*_[(<~`", c) >= 0 {
			marks++
		}
	}
	return marks * len(b)
}

// tableCells counts at least what tables will have: a row without cells gets as many as the header has, so that few
// octets could make a page of any length.
func tableCells(source []byte) (cells int) {
	columns := 0
	for line := range bytes.Lines(source) {
		switch line = bytes.Trim(line, "> \t\r\n"); {
		case len(line) == 0:
			columns = 0
		case bytes.IndexByte(line, '|') >= 0 && len(bytes.Trim(line, "|:- \t")) == 0:
			columns = max(columns, bytes.Count(line, []byte("|"))-1)
		}
		cells += columns
	}
	return cells
}

// nesting counts the quotations and lists that a line opens.
func nesting(line string) int {
	if strings.Trim(line, "-*_ \t\r\n") == "" { // a line across the page
		return 0
	}
	n := 0
	for {
		line = strings.TrimLeft(line, " \t")
		rest := strings.TrimLeft(line, "0123456789")
		isNumber := len(rest) < len(line) && (strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ")"))
		switch {
		case strings.HasPrefix(line, ">"):
			line = line[1:]
		case isNumber:
			line = rest[1:]
		case line != "" && strings.IndexByte("-*+", line[0]) >= 0 && strings.HasPrefix(strings.TrimLeft(line[1:], "\t"), " "):
			line = line[1:]
		default:
			return n
		}
		n++
	}
}
