package report

import (
	"fmt"
	"html"
	"strings"

	"moonpost/mime"
)

// htmlWriter collects the HTML of a page. Everything that comes from a script goes through text or attribute.
type htmlWriter struct {
	strings.Builder

	words *Words
	width int  // of what a block may fill, in CSS pixels
	rtl   bool // lines begin on the right
}

// sidePadding is what page.css leaves free at either side of a block.
const sidePadding = 24

const layout = `role="presentation" cellpadding="0" cellspacing="0" border="0"`

// html is the page before its styles are put into the elements. Tables make the layout: nothing else holds in all mail
// programs.
func (p *Page) html() string {
	w := &htmlWriter{words: &p.Words, width: p.Width - 2*sidePadding, rtl: p.rightToLeft()}
	w.printf("<!DOCTYPE html>\n<html%s%s>\n<head>\n<meta charset=\"utf-8\">\n", attribute("lang", p.Lang), w.pageDirection())
	w.WriteString(`<meta name="viewport" content="width=device-width, initial-scale=1">` + "\n" +
		`<meta name="color-scheme" content="light dark">` + "\n" +
		`<meta name="supported-color-schemes" content="light dark">` + "\n" +
		`<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">` + "\n")
	w.printf("<title>%s</title>\n</head>\n<body class=\"body%s\"%s>\n", html.EscapeString(p.Title), map[bool]string{true: " rtl"}[w.rtl], w.pageDirection())
	if p.Preheader != "" {
		w.printf("<div class=\"preheader\">%s%s</div>\n", html.EscapeString(p.Preheader), fillerFor(p.Preheader))
	}
	w.printf(`<table class="frame" width="100%%" %s%s><tr><td class="outer" align="center">`+"\n", layout, w.pageDirection())
	w.printf(`<!--[if mso]><table width="%d" align="center" %s><tr><td><![endif]-->`+"\n", p.Width, layout)
	w.printf(`<table class="page" width="%d" style="width:100%%;max-width:%dpx" align="center" %s>`+"\n", p.Width, p.Width, layout)
	w.WriteString(edge)
	for _, b := range p.Blocks {
		b.writeHTML(w)
	}
	w.WriteString(edge + "</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</td></tr></table>\n</body>\n</html>\n")
	return w.String()
}

// rightToLeft tells whether lines begin on the right.
func (p *Page) rightToLeft() bool {
	return p.Dir == "rtl" || p.Dir == "" && isLanguage(p.Lang, "ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi")
}

// pageDirection stands in every element that a mail program may take for the outermost: many drop html and body.
func (w *htmlWriter) pageDirection() string {
	if w.rtl {
		return ` dir="rtl"`
	}
	return ""
}

// start is the side on which lines begin.
func (w *htmlWriter) start() string {
	if w.rtl {
		return "right"
	}
	return "left"
}

// previewLength is how many signs lists of mail show behind a subject, at most.
const previewLength = 150

// fillerFor keeps the beginning of the page from following a short preheader: signs that show nothing and don't
// collapse.
func fillerFor(preheader string) string {
	return strings.Repeat("&#847;&zwnj;&nbsp;", max(0, previewLength-mime.TextWidth(preheader)))
}

// edge is the room above the first block and below the last.
const edge = `<tr><td class="edge">&nbsp;</td></tr>` + "\n"

// block begins the row of the page in which a block stands.
func (w *htmlWriter) block(class string) {
	w.printf(`<tr><td class="block%s" align="%s">`, class, w.start())
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
	w.WriteString(w.direction(s) + ">")
	w.text(s)
	w.WriteString("</" + name + ">")
}

// direction lets a text that is written in the other direction than the page stand so: its marks and signs would go to
// the wrong end.
func (w *htmlWriter) direction(s string) string {
	switch other := isRightToLeft(s); {
	case !w.rtl && other:
		return ` dir="auto"`
	case w.rtl && !other && s != "":
		return ` dir="ltr"`
	}
	return ""
}

// attribute writes an attribute behind a blank.
func attribute(name, value string) string { return " " + name + `="` + html.EscapeString(value) + `"` }
