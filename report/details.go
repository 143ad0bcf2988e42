package report

import (
	"fmt"
	"strings"

	"moonpost/mime"
)

// Detail is one thing that is told of something: an order's number, who is late.
type Detail struct {
	Title  string
	Value  Value
	Format Format
	Link   string // where the value leads; empty for nowhere
}

// Details are titles and values, a pair in each line.
type Details struct {
	titles, values, links []string
}

// LinkError is a link that leads nowhere or could do harm.
type LinkError struct{ Link string }

func (e *LinkError) Error() string {
	return fmt.Sprintf("%q is no whole http:, https:, mailto: or tel: address", Brief(e.Link))
}

// Kind is that of a wrong argument.
func (e *LinkError) Kind() string { return "argument" }

// Hint says how a value is made a part of an address.
func (e *LinkError) Hint() string { return "url.encode makes a value a part of an address" }

// NewDetails takes details in their order. The error is a *TextError or a *LinkError.
func NewDetails(details []Detail) (*Details, error) {
	d := &Details{}
	for i, one := range details {
		value := one.Format.Text(one.Value)
		for name, text := range map[string]string{"title": one.Title, "value": value} {
			if err := checkText(fmt.Sprintf("the %s of detail %d", name, i+1), text); err != nil {
				return nil, err
			}
		}
		if one.Link != "" && !SafeLink(one.Link) {
			return nil, &LinkError{one.Link}
		}
		if value = Clean(value); value == "" {
			value = "–"
		}
		d.titles, d.values, d.links = append(d.titles, cleanLine(one.Title)), append(d.values, value), append(d.links, one.Link)
	}
	return d, nil
}

func (d *Details) writeHTML(w *htmlWriter) {
	if len(d.titles) == 0 {
		return
	}
	w.block("")
	w.printf(`<table class="data details" width="100%%" cellpadding="%d" cellspacing="0" border="0">`+"\n", cellPadding)
	for i, title := range d.titles {
		w.printf(`<tr valign="top"><th scope="row" align="%s" width="30%%"%s>`, w.start(), w.direction(title))
		w.WriteString(breakable(title) + `</th><td` + attribute("align", w.start()) + w.direction(d.values[i]) + ">")
		w.linked(d.values[i], d.links[i])
		w.WriteString("</td></tr>\n")
	}
	w.WriteString("</table>")
	w.endBlock()
}

func (d *Details) writeText(w *textWriter) {
	label := 0
	for _, title := range d.titles {
		label = max(label, min(mime.TextWidth(title), textWidth/3))
	}
	var lines []string
	for i, title := range d.titles {
		value := d.values[i]
		if link := d.links[i]; link != "" && !saysWhere(value, link) {
			value += " (" + link + ")"
		}
		before := pad(cut(title, label)+":", label+columnGap, AlignLeft)
		for line := range strings.Lines(value) {
			for _, part := range wrap(line, textWidth-label-columnGap) {
				lines = append(lines, before+isolated(part))
				before = strings.Repeat(" ", label+columnGap)
			}
		}
	}
	w.block(lines...)
}
