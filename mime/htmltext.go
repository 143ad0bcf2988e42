package mime

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTMLToText gives what a page says, for readers without HTML: paragraphs apart, links as "text (url)", items of
// lists with a sign, cells of tables side by side. Styles, scripts and pictures without a description are left out.
func HTMLToText(page string) string {
	t := &textMaker{data: dataTables(page)}
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				t.write(string(z.Raw()))
			}
			return t.finish()
		case html.TextToken:
			t.text(html.UnescapeString(string(z.Raw())))
		case html.StartTagToken, html.SelfClosingTagToken:
			token, closed := z.Token(), kind == html.SelfClosingTagToken
			if !t.hides(token, closed) {
				t.open(token, closed)
			}
		case html.EndTagToken:
			if token := z.Token(); !t.unhides(token) {
				t.close(token.DataAtom)
			}
		}
	}
}

// textMaker collects text. Blanks and line breaks wait until text follows them, so that none pile up.
type textMaker struct {
	out     strings.Builder
	breaks  int  // line breaks to write before the next text
	blank   bool // a blank to write before the next text
	skip    int  // elements around whose text is not shown
	pre     int  // elements around whose blanks count
	quote   int  // quotations around
	lists   []int
	links   []link
	pending string // sign of a list item, to be written with its text
	cells   int    // cells so far in the row
	hidden  hiddenElement
	data    []bool // tells which tables are collected
	tables  int    // begun so far
	table   *textTable
}

// unordered marks a list without numbers.
const unordered = -1

func (t *textMaker) open(token html.Token, closed bool) {
	if t.table != nil && t.openInTable(token, closed) || token.DataAtom == atom.Table && t.openTable() {
		return
	}
	switch a := token.DataAtom; a {
	case atom.Script, atom.Style, atom.Head, atom.Template, atom.Noscript, atom.Title:
		if !closed {
			t.skip++
		}
	case atom.Body: // whatever was left open before it
		t.skip = 0
		t.atLeast(1)
	case atom.Br:
		t.lineBreak()
	case atom.Hr:
		t.atLeast(1)
		t.write("----------")
		t.atLeast(1)
	case atom.A:
		t.links = append(t.links, link{attr(token, "href"), t.out.Len()})
	case atom.Del, atom.S, atom.Strike:
		t.text("~~")
	case atom.Img:
		t.text(" " + attr(token, "alt") + " ")
	case atom.Ul, atom.Ol:
		t.openList(a, token)
	case atom.Li:
		t.item()
	case atom.Td, atom.Th:
		t.cell()
	default:
		t.openBlock(a)
	}
}

func (t *textMaker) openBlock(a atom.Atom) {
	switch {
	case a == atom.Blockquote:
		t.atLeast(2)
		t.quote++
	case a == atom.Pre:
		t.atLeast(2)
		t.pre++
	case a == atom.Tr:
		t.atLeast(1)
		t.cells = 0
	default:
		t.atLeast(spaceAround(a))
	}
}

func (t *textMaker) close(a atom.Atom) {
	if t.table != nil && t.closeInTable(a) {
		return
	}
	switch a {
	case atom.Script, atom.Style, atom.Head, atom.Template, atom.Noscript, atom.Title:
		t.skip = max(0, t.skip-1)
	case atom.A:
		t.closeLink()
	case atom.Del, atom.S, atom.Strike: // else the text would say the opposite
		t.blank = false
		t.text("~~")
	case atom.Ul, atom.Ol:
		if n := len(t.lists); n > 0 {
			t.lists = t.lists[:n-1]
		}
		t.pending = ""
		t.atLeast(2 - min(len(t.lists), 1))
	case atom.Blockquote:
		t.quote = max(0, t.quote-1)
		t.atLeast(2)
	case atom.Pre:
		t.pre = max(0, t.pre-1)
		t.atLeast(2)
	case atom.Tr, atom.Li:
		t.atLeast(1)
	default:
		t.atLeast(spaceAround(a))
	}
}

// spaceAround is the number of line breaks that an element has before and after it.
func spaceAround(a atom.Atom) int {
	switch a {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Table, atom.Dl, atom.Figure, atom.Fieldset:
		return 2
	case atom.Div, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Main, atom.Nav, atom.Aside, atom.Address,
		atom.Form, atom.Dt, atom.Dd, atom.Caption, atom.Figcaption, atom.Center, atom.Body, atom.Html, atom.Option:
		return 1
	default:
		return 0
	}
}

func attr(token html.Token, name string) string {
	for _, a := range token.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func (t *textMaker) openList(a atom.Atom, token html.Token) {
	t.atLeast(2 - min(len(t.lists), 1))
	number := unordered
	if a == atom.Ol {
		number = 1
		if n, err := strconv.Atoi(attr(token, "start")); err == nil && n >= 0 {
			number = n
		}
	}
	t.lists = append(t.lists, number)
}

func (t *textMaker) item() {
	t.atLeast(1)
	n := len(t.lists)
	if n == 0 {
		t.pending = "* "
		return
	}
	indent := strings.Repeat("  ", min(n-1, 10))
	if t.lists[n-1] == unordered {
		t.pending = indent + "* "
		return
	}
	t.pending = indent + strconv.Itoa(t.lists[n-1]) + ". "
	t.lists[n-1]++
}

// cell keeps the cells of a row apart.
func (t *textMaker) cell() {
	if t.cells++; t.cells > 1 && t.breaks == 0 {
		t.blank = false
		t.write(" |")
		t.blank = true
		return
	}
	t.blank = false
}

// atLeast makes sure that n line breaks stand before the next text.
func (t *textMaker) atLeast(n int) {
	if n > 0 && t.skip == 0 {
		t.breaks, t.blank = max(t.breaks, n), false
	}
}

func (t *textMaker) lineBreak() {
	if t.skip == 0 {
		t.breaks, t.blank = min(t.breaks+1, 3), false
	}
}

// text adds words; outside of preformatted text any run of white space is one blank.
func (t *textMaker) text(s string) {
	if t.skip > 0 || t.hidden.depth > 0 {
		return
	}
	if t.table != nil && t.table.cell != nil {
		t.table.cell.text(s)
		return
	}
	if t.pre > 0 {
		t.preformatted(s)
		return
	}
	for s != "" {
		i := strings.IndexAny(s, " \t\r\n\f")
		switch {
		case i == 0:
			t.blank = t.breaks == 0
			s = strings.TrimLeft(s, " \t\r\n\f")
			continue
		case i < 0:
			i = len(s)
		}
		t.write(s[:i])
		s = s[i:]
	}
}

func (t *textMaker) preformatted(s string) {
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r", ""), "\n") {
		if i > 0 {
			t.lineBreak()
		}
		if line != "" {
			t.write(line)
		}
	}
}

// write adds s after what waits to stand before it.
func (t *textMaker) write(s string) {
	if t.skip > 0 || s == "" {
		return
	}
	start := t.out.Len() == 0
	if !start {
		for range t.breaks {
			t.out.WriteByte('\n')
		}
	}
	if start || t.breaks > 0 {
		t.out.WriteString(strings.Repeat("> ", min(t.quote, 10)))
	}
	if t.blank && t.breaks == 0 && !start {
		t.out.WriteByte(' ')
	}
	t.out.WriteString(t.pending + s)
	t.breaks, t.blank, t.pending = 0, false, ""
}

func (t *textMaker) finish() string {
	if g := t.table; g != nil { // never closed
		g.closeCell()
		t.table = nil
		t.writeTable(g)
	}
	text := strings.ReplaceAll(strings.TrimRight(t.out.String(), " \t\n"), "\u00a0", " ")
	if text == "" {
		return ""
	}
	return text + "\n"
}
