package report

import (
	"fmt"
	"html"
	"strings"
)

// cellPadding is the room around the text of a cell, in CSS pixels.
const cellPadding = 6

func (g *Grid) writeHTML(w *htmlWriter) {
	f := g.face(w.words)
	w.block("")
	fmt.Fprintf(w, `<div class="scroll"><table class="data" width="100%%" cellpadding="%d" cellspacing="0" border="0">`+"\n", cellPadding)
	if g.caption != "" {
		w.element("caption", "caption", g.caption)
		w.WriteByte('\n')
	}
	if f.head != nil {
		w.WriteString("<thead><tr>")
		for i, text := range f.head {
			w.cell("th", ` scope="col"`, f, i, text, "")
		}
		w.WriteString("</tr></thead>\n")
	}
	w.WriteString("<tbody>\n")
	g.writeRows(w, f)
	if f.note != "" {
		fmt.Fprintf(w, `<tr><td class="note" colspan="%d">`, max(1, len(g.Columns)))
		w.text(f.note)
		w.WriteString("</td></tr>\n")
	}
	w.WriteString("</tbody>\n")
	if f.total != nil {
		w.WriteString(`<tfoot><tr class="sum">`)
		for i, text := range f.total {
			w.cell("td", "", f, i, text, "")
		}
		w.WriteString("</tr></tfoot>\n")
	}
	w.WriteString("</table></div>")
	w.endBlock()
}

func (g *Grid) writeRows(w *htmlWriter, f *face) {
	for n, row := range f.cells {
		switch {
		case !g.Zebra:
			w.WriteString(`<tr valign="top" class="line">`)
		case n%2 == 1:
			w.WriteString(`<tr valign="top" class="stripe">`)
		default:
			w.WriteString(`<tr valign="top">`)
		}
		for i, text := range row {
			link := ""
			if g.links != nil {
				link = g.links[n][i]
			}
			w.cell("td", "", f, i, text, link)
		}
		w.WriteString("</tr>\n")
	}
}

// cell says by attributes how a column stands: a style in every cell would be most of the page.
func (w *htmlWriter) cell(name, more string, f *face, column int, text, link string) {
	w.WriteString("<" + name + more)
	dir := direction(text)
	switch f.align[column] {
	case AlignRight:
		w.WriteString(` align="right"`)
	case AlignCenter:
		w.WriteString(` align="center"`)
	default:
		if name == "th" || dir != "" { // which stand in the middle or to the right else
			w.WriteString(` align="left"`)
		}
	}
	if f.short[column] && name == "td" && text != "" {
		w.WriteString(" nowrap")
	}
	w.WriteString(dir + ">")
	if link != "" && text != "" {
		w.WriteString("<a" + attribute("href", link) + ">" + breakable(text) + "</a>")
	} else {
		w.WriteString(breakable(text))
	}
	w.WriteString("</" + name + ">")
}

// longWord is how many signs a word may have before it gets places to break at: one that doesn't break makes the whole
// table wider than the page.
const longWord = 24

// breakable is the HTML of a cell's text.
func breakable(text string) string {
	if len(text) <= longWord {
		return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
	}
	var b strings.Builder
	start, run := 0, 0
	for i, r := range text {
		switch {
		case r == ' ' || r == '\n':
			run = 0
		case run == longWord:
			b.WriteString(html.EscapeString(text[start:i]) + "<wbr>")
			start, run = i, 1
		default:
			run++
		}
	}
	b.WriteString(html.EscapeString(text[start:]))
	return strings.ReplaceAll(b.String(), "\n", "<br>")
}
