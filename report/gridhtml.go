package report

import (
	"html"
	"strings"
	"unicode"
)

// cellPadding is the room around the text of a cell, in CSS pixels; a table of many columns has less.
const (
	cellPadding  = 6
	manyColumns  = 7
	densePadding = 3
)

func (g *Grid) writeHTML(w *htmlWriter) {
	f := g.face(w.words)
	w.block("")
	class, padding := "data", cellPadding
	if len(g.Columns) > manyColumns {
		class, padding = "data dense", densePadding
	}
	w.printf(`<div class="scroll"><table class="%s" width="100%%" cellpadding="%d" cellspacing="0" border="0">`+"\n", class, padding)
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
		w.printf(`<tr><td class="note" colspan="%d">`, max(1, len(g.Columns)))
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
	dir := w.direction(text)
	switch align := f.align[column]; {
	case align == AlignRight:
		w.WriteString(` align="right"`)
	case align == AlignCenter:
		w.WriteString(` align="center"`)
	case align == AlignLeft && w.rtl:
		w.WriteString(` align="left"`)
	case name == "th", dir != "": // which stand in the middle or on the other side else
		w.WriteString(attribute("align", w.start()))
	}
	if f.short[column] && name == "td" && text != "" {
		w.WriteString(" nowrap")
	}
	w.WriteString(dir + ">")
	w.linked(text, link)
	w.WriteString("</" + name + ">")
}

// linked writes the text of a cell, which leads somewhere unless link is empty.
func (w *htmlWriter) linked(text, link string) {
	if link != "" && text != "" {
		w.WriteString("<a" + attribute("href", link) + ">" + breakable(text) + "</a>")
	} else {
		w.WriteString(breakable(text))
	}
}

// longWord is how many signs a word may have before it gets places to break at: one that doesn't break makes the whole
// table wider than the page.
const longWord = 24

const zeroWidthJoiner = "\u200d"

// joins holds for what belongs to the sign before it: accents, and colours of skin.
func joins(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc, unicode.Cf) || r >= 0x1F3FB && r <= 0x1F3FF
}

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
		case run >= longWord && !joins(r) && !strings.HasSuffix(text[:i], zeroWidthJoiner):
			b.WriteString(html.EscapeString(text[start:i]) + "<wbr>")
			start, run = i, 1
		default:
			run++
		}
	}
	b.WriteString(html.EscapeString(text[start:]))
	return strings.ReplaceAll(b.String(), "\n", "<br>")
}
