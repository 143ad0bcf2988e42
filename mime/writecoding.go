package mime

import (
	"bytes"
	"slices"
	"strings"
)

func (w *writer) encoding(e encoding) {
	if e != encAuto {
		w.lit("Content-Transfer-Encoding: ")
		w.lit(e.String())
		w.lit("\r\n")
	}
}

// composite is the label of a part with parts inside: 8bit when one of them is, otherwise none.
func (w *writer) composite(p *Part) encoding { // RFC 2045 §6.4
	if w.eightBit && w.anyEightBit(p) || w.international(p) {
		return enc8Bit
	}
	return encAuto
}

func (w *writer) anyEightBit(p *Part) bool {
	switch {
	case p.message != nil:
		return w.anyEightBit(p.message.Part)
	case p.multi:
		return slices.ContainsFunc(p.children, w.anyEightBit)
	default:
		return w.choose(p) == enc8Bit
	}
}

func (w *writer) choose(p *Part) encoding {
	if p.origin != nil && !p.replaced {
		return p.origin.weight()
	}
	if family(p.MediaType()) == familyMessage {
		if p.content.traits.sevenBit() {
			return enc7Bit
		}
		return enc8Bit
	}
	e := p.content.choose(p.wanted(), w.eightBit, w.clashes(p.content))
	if e == enc7Bit && w.enclosed && fragile(p.content.data) {
		return encQP
	}
	if p.wanted() == encAuto {
		e = w.guard(p.content, e)
	}
	if e == encQP && w.clashesBroken(p.content) {
		return encBase64
	}
	return e
}

// clashesBroken tells whether a line of the content could be taken for a delimiter when it is broken softly before it.
// A boundary with "=", as the random ones have, never shows in quoted-printable.
func (w *writer) clashesBroken(c *content) bool { // RFC 2046 §5.1.1
	return slices.ContainsFunc(w.boundaries, func(boundary string) bool {
		return !strings.Contains(boundary, "=") && bytes.Contains(c.data, []byte("--"+boundary))
	})
}

// clashes tells whether a line of the content would be taken for a delimiter of a multipart around it.
func (w *writer) clashes(c *content) bool { // RFC 2046 §5.1.1
	if !c.traits.dashLine {
		return false
	}
	return slices.ContainsFunc(w.boundaries, func(boundary string) bool {
		delimiter := []byte("--" + boundary)
		return bytes.HasPrefix(c.data, delimiter) || bytes.Contains(c.data, append([]byte("\n"), delimiter...))
	})
}
