package mime

import (
	"strings"
)

func (w *writer) multipart(p *Part) error {
	boundary := *p.boundary.Load()
	if len(p.children) == 0 { // RFC 2046 §5.1
		return &Error{Field: p.MediaType(), What: "the multipart has no parts"}
	}
	for _, outer := range w.boundaries {
		if strings.HasPrefix(boundary, outer) || strings.HasPrefix(outer, boundary) {
			return fault("boundary", "one boundary begins with that of a multipart around it", boundary)
		}
	}
	w.boundaries = append(w.boundaries, boundary)
	w.encoding(w.composite(p))
	w.lit("\r\n")
	if err := w.around(p.preamble, boundary, "preamble"); err != nil {
		return err
	}
	for i, child := range p.children {
		if i > 0 || p.preamble != "" {
			w.lit("\r\n")
		}
		w.lit("--" + boundary + "\r\n")
		if err := w.part(child); err != nil {
			return err
		}
	}
	w.lit("\r\n--" + boundary + "--")
	w.boundaries = w.boundaries[:len(w.boundaries)-1]
	if p.epilogue != "" {
		w.lit("\r\n")
	}
	return w.around(p.epilogue, boundary, "epilogue")
}

// around writes the text before or after the parts.
func (w *writer) around(text, boundary, field string) error {
	if text == "" {
		return nil
	}
	c := lineContent(canonical([]byte(text)))
	if w.clashes(c) || strings.Contains(text, "--"+boundary) {
		return fault(field, "the text holds the boundary", text)
	}
	w.octets8 = w.octets8 || !c.traits.sevenBit()
	w.body(c.data, !c.traits.dotLine)
	return nil
}

func (w *writer) leaf(p *Part) error {
	e := w.choose(p)
	if family(p.MediaType()) == familyMessage {
		if e == enc8Bit && !w.eightBit {
			what := "the attached message has 8-bit text, for which the server lacks 8BITMIME"
			if w.enclosed {
				what = "the attached message has 8-bit text, and what is signed or encrypted must be 7-bit"
			}
			return &Error{Field: p.describe(), What: what}
		}
		if w.clashes(p.content) {
			return &Error{Field: p.describe(), What: "the attached message holds the boundary of a multipart around it"}
		}
	}
	w.octets8 = w.octets8 || e == enc8Bit
	w.encoding(e)
	w.lit("\r\n")
	return w.leafBody(p, e)
}

// leafBody writes the content in its encoding, or notes where it is to be streamed.
func (w *writer) leafBody(p *Part, e encoding) error {
	b, err := p.content.ready(e)
	if err != nil {
		return p.sourceError(err)
	}
	if b != nil {
		w.body(b, e == encQP || e == encBase64 || !p.content.traits.dotLine)
		w.softEnd = e == encQP && !p.content.lines && !w.endsLine
		return nil
	}
	n, err := measure(p.content.source)
	if err != nil {
		return p.sourceError(err)
	}
	if _, inMemory := p.content.source.(bytesSource); n > 0 || !inMemory { // an empty file may have grown when it is read
		w.flush()
		w.segments = append(w.segments, segment{part: p, octets: n, dotSafe: true})
		w.size += base64Size(n)
		w.endsLine = n == 0
	}
	return nil
}
