package mime

import (
	"bytes"
	"strings"
)

// Defect is something that the reader of a message had to put up with.
type Defect struct {
	Code  string // a stable word, such as "duplicate-field"
	Where string // numbers of the part as in "2.1", nothing for the whole message; then the header field, if there is one
	Text  string // for people
}

// Defects tells what was wrong with a part that was read, and with all parts below it, in order. To find what is wrong
// with contents it decodes every leaf. The message within a message/rfc822 part 2 is part 2.1. What was built has none.
func (p *Part) Defects() []Defect {
	var list []Defect
	p.defects(&list, "")
	if p.origin != nil {
		if d := lineDefect(p.origin.entity); d.Code != "" {
			list = append(list, d)
		}
	}
	return list
}

func (p *Part) defects(list *[]Defect, path string) {
	if p.origin != nil {
		for _, d := range p.origin.defects {
			d.Where = strings.TrimSpace(path + " " + d.Where)
			*list = append(*list, d)
		}
		if p.content != nil && !p.replaced {
			p.bodyDefects(list, path)
		}
	}
	below := func(q *Part, n int) {
		next := itoa(n)
		if path != "" {
			next = path + "." + next
		}
		q.defects(list, next)
	}
	if p.message != nil {
		below(p.message.Part, 1)
	}
	for i, child := range p.children {
		below(child, i+1)
	}
}

// codingDefects are told for a leaf, in this order.
func codingDefects(f codingFaults) []Defect {
	var list []Defect
	for _, x := range []struct {
		fault codingFaults
		d     Defect
	}{
		{faultPadding, Defect{"base64-padding", "", "base64 without its padding"}},
		{faultJunk, Defect{"base64-junk", "", "base64 with octets that are none"}},
		{faultEscape, Defect{"bad-escape", "", "quoted-printable with an \"=\" that begins no escape"}},
		{faultUU, Defect{"bad-uuencode", "", "uuencode without its end, or with lines cut short"}},
	} {
		if f&x.fault != 0 {
			list = append(list, x.d)
		}
	}
	return list
}

// bodyDefects decodes a leaf.
func (p *Part) bodyDefects(list *[]Defect, path string) {
	b, faults := p.origin.coding.decode(p.origin.body)
	found := codingDefects(faults)
	if p.origin.coding == codingNone && has8Bit(b) {
		if label, _ := p.header.Get("Content-Transfer-Encoding"); !strings.HasPrefix(label, "8") {
			found = append(found, Defect{"8bit-unlabelled", "", "octets beyond ASCII in a part that claims to have none"}) // RFC 2045 §2.7
		}
	}
	if family(p.MediaType()) == familyText && p.Disposition() != "attachment" {
		if _, wrong := readText(b, p.charset()); wrong != "" {
			found = append(found, Defect{wrong, "", "the charset is unknown, missing, or not that of the text: " + quote(p.charset())})
		}
		if bytes.IndexByte(b, 0) >= 0 && !wideCharset(charsetName(p.charset())) {
			found = append(found, Defect{"nul-in-text", "", "a text holds NULs"})
		}
	}
	for _, d := range found {
		d.Where = path
		*list = append(*list, d)
	}
}

// lineDefect looks at the line breaks of the whole: only CRLF, or only LF as in files, is as it should be.
func lineDefect(b []byte) Defect {
	pairs, lf, cr := bytes.Count(b, []byte("\r\n")), bytes.Count(b, []byte{'\n'}), bytes.Count(b, []byte{'\r'})
	switch {
	case cr > pairs:
		return Defect{"bare-cr", "", "carriage returns without line feeds"}
	case pairs > 0 && lf > pairs:
		return Defect{"mixed-line-breaks", "", "some lines end in CRLF, others in LF"}
	default:
		return Defect{}
	}
}
