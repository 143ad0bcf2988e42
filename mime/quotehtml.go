package mime

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// quotedHTML is the message's page, reduced to what is safe to stand within another page: well-nested tags for text,
// links to the web and to addresses. Without a page it is the text.
func (m *Message) quotedHTML() string {
	leaf := m.Body("html")
	if leaf == nil {
		var lines []string
		for _, p := range m.paragraphs() {
			lines = append(lines, strings.Repeat("> ", p.depth)+p.text)
		}
		return textToHTML(strings.Join(lines, "\n"))
	}
	page, _ := leaf.Text()
	q := quoter{z: html.NewTokenizer(strings.NewReader(page))}
	q.run()
	return q.b.String()
}

// nestingLimit is how deep quoted tags may nest; deeper ones are left out.
const nestingLimit = 100

// quoter copies a page, tag by tag.
type quoter struct {
	z    *html.Tokenizer
	b    strings.Builder
	open []atom.Atom
	skip int // depth within an element that is left out whole
	hide atom.Atom
}

func (q *quoter) run() {
	for kind := q.z.Next(); kind != html.ErrorToken; kind = q.z.Next() {
		switch t := q.z.Token(); kind {
		case html.TextToken:
			if q.skip == 0 {
				q.b.WriteString(html.EscapeString(t.Data))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			q.start(&t, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			q.end(t.DataAtom)
		}
	}
	for _, tag := range slices.Backward(q.open) {
		q.b.WriteString("</" + tag.String() + ">")
	}
}

func (q *quoter) start(t *html.Token, closed bool) {
	switch {
	case q.skip > 0:
		if t.DataAtom == q.hide && !closed {
			q.skip++
		}
	case slices.Contains(hiddenTags, t.DataAtom):
		if !closed {
			q.skip, q.hide = 1, t.DataAtom
		}
	case t.DataAtom == atom.Img:
		for _, a := range t.Attr {
			if a.Key == "alt" {
				q.b.WriteString(html.EscapeString(a.Val))
			}
		}
	case t.DataAtom == atom.Br || t.DataAtom == atom.Hr:
		q.b.WriteString("<" + t.DataAtom.String() + ">")
	case slices.Contains(quotedTags, t.DataAtom) && len(q.open) < nestingLimit:
		q.b.WriteString("<" + t.DataAtom.String() + quotedAttributes(t) + ">")
		q.open = append(q.open, t.DataAtom)
	}
}

// end closes a tag, and those that were left open within it.
func (q *quoter) end(tag atom.Atom) {
	if q.skip > 0 {
		if tag == q.hide {
			q.skip--
		}
		return
	}
	at := -1
	for i, open := range slices.Backward(q.open) {
		if open == tag {
			at = i
			break
		}
	}
	if at < 0 {
		return
	}
	for _, open := range slices.Backward(q.open[at:]) {
		q.b.WriteString("</" + open.String() + ">")
	}
	q.open = q.open[:at]
}

func quotedAttributes(t *html.Token) string {
	text := ""
	for _, a := range t.Attr {
		keep := false
		switch a.Key {
		case "href":
			keep = t.DataAtom == atom.A && isWebLink(a.Val)
		case "colspan", "rowspan", "dir", "lang":
			keep = true
		}
		if keep {
			text += " " + a.Key + `="` + html.EscapeString(a.Val) + `"`
		}
	}
	return text
}

func isWebLink(url string) bool {
	url = strings.ToLower(strings.TrimSpace(url))
	return strings.HasPrefix(url, "https:") || strings.HasPrefix(url, "http:") || strings.HasPrefix(url, "mailto:")
}

// hiddenTags are left out with all that is in them, quotedTags are kept, of all others the content is kept.
var (
	hiddenTags = []atom.Atom{
		atom.Head, atom.Title, atom.Style, atom.Script, atom.Noscript, atom.Template, atom.Iframe, atom.Object, atom.Svg, atom.Math,
		atom.Audio, atom.Video, atom.Canvas, atom.Select, atom.Textarea, atom.Noembed, atom.Noframes,
	}
	quotedTags = []atom.Atom{
		atom.A, atom.Abbr, atom.B, atom.Big, atom.Blockquote, atom.Caption, atom.Center, atom.Cite, atom.Code, atom.Dd, atom.Del, atom.Div, atom.Dl, atom.Dt,
		atom.Em, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.I, atom.Ins, atom.Kbd, atom.Li, atom.Ol, atom.P, atom.Pre, atom.Q, atom.S,
		atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead,
		atom.Tr, atom.Tt, atom.U, atom.Ul, atom.Var,
	}
)
