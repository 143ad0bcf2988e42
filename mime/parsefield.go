package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// readField reads one field as it stands in a header, folds and final line break included; text and raw are the same
// octets. A negative colon marks a stray line, which is kept but has no name, as is one whose name fits on no line.
func (o *origin) readField(text string, raw []byte, colon int) field {
	if colon > lineHard-lineSoft {
		o.note("long-field-name", "", "the name of a field is too long to travel: "+shorten(text, 60))
		colon = -1
	}
	if colon < 0 {
		return field{kind: kindRaw, raw: raw, wire: []byte{}}
	}
	name := strings.TrimRight(text[:colon], " \t")
	key := lower(name)
	f := field{name: name, key: key, kind: specOf(name, key).kind, raw: raw}
	value := strings.Trim(unfoldValue(text[colon+1:]), " \t")
	o.readValue(&f, value)
	f.wire = o.lawful(&f, text[:colon] == name)
	return f
}

// readValue decodes the value by the grammar of its field.
func (o *origin) readValue(f *field, value string) {
	plain := readable(value)
	if plain != value && !utf8.ValidString(value) {
		o.note("unencoded-octets", f.name, "the field holds octets that are neither ASCII nor UTF-8")
	}
	switch f.kind {
	case kindAddresses, kindMailbox:
		var ok bool
		if f.groups, f.text, ok = readGroups(f.name, plain); !ok {
			o.note("bad-address", f.name, "the field does not hold a proper list of addresses: "+shorten(plain, 80))
		}
	case kindParams:
		f.params = o.readParams(f.name, f.key, value)
		f.text = f.params.text()
		f.params = f.params.without("boundary") // the part keeps it
	case kindText, kindUnknown, kindListID:
		var ok bool
		if f.text, ok = decodeWords(plain); !ok {
			o.note("bad-encoded-word", f.name, "an encoded-word cannot be decoded as it should")
		}
	default:
		f.text = plain
	}
	f.text = tidyText(f.text)
	if f.kind == kindDate && f.text != "" {
		if _, err := normalDate(f.name, f.text); err != nil {
			o.note("bad-date", f.name, "this is not a date: "+shorten(f.text, 60))
		}
	}
}

// unfoldValue joins the lines of a value.
func unfoldValue(s string) string { // RFC 5322 §2.2.3
	if strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\r') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\r' && s[i] != '\n' {
			b = append(b, s[i])
		}
	}
	return string(b)
}

// readable gives a value as UTF-8: 8-bit octets are UTF-8 already, or else of the old Windows charset.
func readable(s string) string {
	if isASCII(s) || utf8.ValidString(s) {
		return s
	}
	return guessText(s)
}

// tidyText makes blanks of control characters, which encoded-words may hide.
func tidyText(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return ' '
		}
		return r
	}, s)
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }

// lawful gives the field as it may travel through any server: as it was read, with CRLF for its line breaks, or
// encoded anew when that is not allowed. It is nil when the field needs SMTPUTF8.
func (o *origin) lawful(f *field, tight bool) []byte {
	b := canonical(f.raw)
	if !bytes.HasSuffix(b, []byte("\r\n")) {
		b = append(bytes.Clone(b), "\r\n"...)
	}
	if t := scan(b); tight && t.sevenBit() && len(f.name) < lineSoft {
		return b
	}
	return o.mended(f)
}

// mended encodes the decoded value anew.
func (o *origin) mended(f *field) []byte {
	g := field{name: f.name, key: f.key, kind: f.kind, text: f.text, groups: f.groups, params: f.params}
	switch g.kind {
	case kindAddresses, kindMailbox:
		for _, box := range mailboxes(g.groups) {
			if box.needsUTF8() {
				return nil
			}
		}
		if len(mailboxes(g.groups)) == 0 {
			g.kind = kindText
		}
	case kindParams:
		if f.key == "content-type" && o.boundary != "" {
			g.params = g.params.with("boundary", o.wireBoundary())
		}
	default:
		g.kind = kindText
	}
	return g.append(nil, false)
}
