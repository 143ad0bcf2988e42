package report

import (
	"fmt"
	"html"
	"strings"
)

// htmlWriter collects the HTML of a page. Everything that comes from a script goes through text or attribute.
type htmlWriter struct {
	strings.Builder

	words *Words
	width int // of what a block may fill, in CSS pixels
}

// sidePadding is what page.css leaves free at either side of a block.
const sidePadding = 24

const layout = `role="presentation" cellpadding="0" cellspacing="0" border="0"`

// html is the page before its styles are put into the elements. Tables make the layout: nothing else holds in all mail
// programs.
func (p *Page) html() string {
	w := &htmlWriter{words: &p.Words, width: p.Width - 2*sidePadding}
	w.printf("<!DOCTYPE html>\n<html%s>\n<head>\n<meta charset=\"utf-8\">\n", attribute("lang", p.Lang))
	w.WriteString(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n" +
		`<meta name="color-scheme" content="light dark">` + "\n" +
		`<meta name="supported-color-schemes" content="light dark">` + "\n" +
		`<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">` + "\n")
	w.printf("<title>%s</title>\n</head>\n<body class=\"body\">\n", html.EscapeString(p.Title))
	if p.Preheader != "" {
		w.printf("<div class=\"preheader\">%s</div>\n", html.EscapeString(p.Preheader))
	}
	w.printf(`<table class="frame" width="100%%" %s><tr><td class="outer" align="center">`+"\n", layout)
	w.printf(`<table class="page" width="%d" style="width:100%%;max-width:%dpx" align="center" %s>`+"\n", p.Width, p.Width, layout)
	w.WriteString(edge)
	for _, b := range p.Blocks {
		b.writeHTML(w)
	}
	w.WriteString(edge + "</table>\n</td></tr></table>\n</body>\n</html>\n")
	return w.String()
}

// edge is the room above the first block and below the last.
const edge = `<tr><td class="edge">&nbsp;</td></tr>` + "\n"

// block begins the row of the page in which a block stands.
func (w *htmlWriter) block(class string) {
	w.printf(`<tr><td class="block%s" align="left">`, class)
}

func (w *htmlWriter) endBlock() { w.WriteString("</td></tr>\n") }

// printf writes what holds no text of a script, or holds it as attribute and html.EscapeString give it.
func (w *htmlWriter) printf(format string, args ...any) {
	w.WriteString(fmt.Sprintf(format, args...))
}

// text writes a cleaned text; its line breaks stay.
func (w *htmlWriter) text(s string) {
	w.WriteString(strings.ReplaceAll(html.EscapeString(s), "\n", "<br>"))
}

// element writes an element around a text.
func (w *htmlWriter) element(name, class, s string) {
	w.WriteString("<" + name)
	if class != "" {
		w.WriteString(attribute("class", class))
	}
	w.WriteString(direction(s) + ">")
	w.text(s)
	w.WriteString("</" + name + ">")
}

// direction lets a text that is written from right to left stand so.
func direction(s string) string {
	if isRightToLeft(s) {
		return ` dir="auto"`
	}
	return ""
}

// attribute writes an attribute behind a blank.
func attribute(name, value string) string { return " " + name + `="` + html.EscapeString(value) + `"` }
