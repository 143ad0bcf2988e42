package sign

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"moonpost/mime"
)

const (
	fieldName = "DKIM-Signature"
	lineSoft  = 78 // RFC 5322 §2.1.1
)

// tagWriter writes tags into a folded field.
type tagWriter struct {
	b   []byte
	col int
}

// tag writes one on this line or the next.
func (w *tagWriter) tag(text string) {
	if w.col+1+len(text) > lineSoft {
		w.b = append(w.b, "\r\n"...)
		w.col = 0
	}
	w.b = append(w.b, ' ')
	w.b = append(w.b, text...)
	w.col += 1 + len(text)
}

// names writes the h= tag, folded behind its colons.
func (w *tagWriter) names(list []string) {
	w.tag("h=" + list[0])
	for _, name := range list[1:] {
		w.b = append(w.b, ':')
		if w.col++; w.col+len(name)+1 > lineSoft {
			w.b = append(w.b, "\r\n "...)
			w.col = 1
		}
		w.b = append(w.b, name...)
		w.col += len(name)
	}
	w.b = append(w.b, ';')
	w.col++
}

// beginning is the part of the field that is always the same.
func (d *DKIM) beginning() tagWriter { // RFC 6376 §3.5
	form := func(relaxed bool) string {
		if relaxed {
			return "relaxed"
		}
		return "simple"
	}
	w := tagWriter{b: []byte(fieldName + ":"), col: len(fieldName) + 1}
	w.tag("v=1;")
	w.tag("a=" + d.algorithm + ";")
	w.tag("c=" + form(d.relaxedHeader) + "/" + form(d.relaxedBody) + ";")
	w.tag("d=" + d.domain + ";")
	w.tag("s=" + d.selector + ";")
	if d.identity != "" {
		w.tag("i=" + d.identity + ";")
	}
	return w
}

// unsigned gives the field up to "b=", which always comes last: nothing around the signature is then left to the taste
// of those who take it out again to verify it.
func (d *DKIM) unsigned(at time.Time, names []string, bodyHash []byte) []byte {
	w := tagWriter{b: make([]byte, 0, len(d.begin.b)+1024), col: d.begin.col}
	w.b = append(w.b, d.begin.b...)
	t := max(at.Unix(), 0)
	w.tag("t=" + strconv.FormatInt(t, 10) + ";")
	if d.expires > 0 {
		w.tag("x=" + strconv.FormatInt(t+int64(d.expires/time.Second), 10) + ";")
	}
	w.names(names)
	w.tag("bh=" + base64.StdEncoding.EncodeToString(bodyHash) + ";")
	w.col = lineSoft
	w.tag("b=")
	return w.b
}

// appendSignature folds the signature into the field and ends it.
func appendSignature(field []byte, text string) []byte {
	room := lineSoft - len(" b=")
	for len(text) > room {
		field = append(field, text[:room]...)
		field = append(field, "\r\n "...)
		text, room = text[room:], lineSoft-1
	}
	field = append(field, text...)
	return append(field, "\r\n"...)
}

// identityTag checks an identity and writes it as the i= tag has it.
func (d *DKIM) identityTag(identity string) (string, error) { // RFC 6376 §3.5
	fault := func(what string) error {
		return &mime.Error{Field: "identity", What: what, Value: identity, Advice: `write "@` + d.domain + `" or "name@` + d.domain + `"`}
	}
	at := strings.LastIndexByte(identity, '@')
	if at < 0 {
		return "", fault("it needs an @")
	}
	domain, err := dnsName("identity", identity[at+1:])
	if err != nil {
		return "", err
	}
	if !within(domain, d.domain) {
		return "", fault("it must be in the signing domain or below it")
	}
	var b strings.Builder
	for i := range at {
		c := identity[i]
		switch {
		case c <= ' ' || c >= 0x7F:
			return "", fault("the part before the @ must be printable ASCII")
		case c == ';' || c == '=': // RFC 6376 §2.11
			b.WriteString("=" + strings.ToUpper(strconv.FormatInt(int64(c), 16)))
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "@" + domain, nil
}
