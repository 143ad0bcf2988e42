package mime

import (
	"bytes"
	"slices"
)

// globalType is the Content-Type of a part. That of a message whose header goes out in UTF-8 is another than people ask
// for: only where SMTPUTF8 is known may it be one.
func (w *writer) globalType(p *Part, f *field) []byte { // RFC 6532 §3.7
	if f.params.value != "message/rfc822" || !w.international(p) {
		return f.wire
	}
	return bytes.Replace(f.wire, []byte("message/rfc822"), []byte("message/global"), 1)
}

// international tells whether a message within, here or below, has a header that goes out in UTF-8.
func (w *writer) international(p *Part) bool {
	if p.message != nil {
		return w.utf8 && (p.message.needsUTF8() || p.message.rawUTF8())
	}
	return w.utf8 && slices.ContainsFunc(p.children, w.international)
}

// rawUTF8 tells whether the message was read with a field in UTF-8, which stays so where it may.
func (m *Message) rawUTF8() bool {
	raw := false
	_ = m.Walk(func(p *Part, _ int) error {
		for i := range p.header.fields {
			raw = raw || p.header.fields[i].travelsRaw()
		}
		raw = raw || p.message != nil && p.message.rawUTF8()
		return nil
	})
	return raw
}
