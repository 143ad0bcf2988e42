package mime

import (
	"bytes"
	"strings"
)

// field is one header field, checked and rendered when it was set. It never changes.
type field struct {
	name   string
	key    string // name in lower case
	text   string // the value decoded, for people
	wire   []byte // the whole field for a 7-bit header; nil when it cannot travel there
	groups []group
	params *params
	kind   kind
	raw    []byte // the octets it was read from; nil when it was set
}

// newField checks a value against the grammar of its field.
func newField(name, value string) (field, error) {
	f, err := emptyField(name)
	if err != nil {
		return f, err
	}
	if err := checkText(f.name, value); err != nil {
		return f, err
	}
	switch f.kind {
	case kindText, kindUnknown:
		f.text = value
	case kindAddresses, kindMailbox:
		f.groups, err = parseGroups(f.name, value)
		return f.addresses(err)
	case kindParams:
		f.params, err = parseParams(f.name, value)
		if err != nil {
			return f, err
		}
		f.text = f.params.text()
	default:
		f.text, err = normalValue(f.kind, f.name, strings.Trim(value, " \t"))
		if err != nil {
			return f, err
		}
	}
	return f.rendered()
}

func emptyField(name string) (field, error) {
	if !isFieldName(name) {
		return field{}, &Error{Field: "header name", What: "a name is printable ASCII without blanks and colons", Value: name}
	}
	key := strings.ToLower(name)
	spec := specOf(name, key)
	if len(name) > lineSoft-2 {
		return field{}, fault("header name", "the name is too long", name)
	}
	return field{name: spec.name, key: key, kind: spec.kind}, nil
}

// normalValue checks and tidies the kinds that are ASCII throughout.
func normalValue(k kind, name, value string) (string, error) {
	if k != kindListID {
		if err := checkASCII(name, value); err != nil {
			return "", err
		}
	}
	switch k {
	case kindID:
		return oneID(name, value)
	case kindIDs:
		return manyIDs(name, value)
	case kindURLs:
		return urlList(name, value)
	case kindListID:
		return listID(name, value)
	case kindDate:
		return normalDate(name, value)
	case kindEncoding:
		return normalEncoding(value)
	case kindVersion:
		if value != "1.0" { // RFC 2045 §4
			return "", fault(name, `the version is always "1.0"`, value)
		}
	}
	return value, nil
}

// addresses completes an address field.
func (f field) addresses(err error) (field, error) {
	if err != nil {
		return f, err
	}
	f.text = groupsText(f.groups)
	if f.kind == kindMailbox && (len(f.groups) != 1 || f.groups[0].named) { // RFC 5322 §3.6.2
		return f, fault(f.name, "exactly one address is allowed", f.text)
	}
	for _, box := range mailboxes(f.groups) {
		if box.needsUTF8() {
			return f, nil
		}
	}
	return f.rendered()
}

// rendered fills in the wire form and refuses what fits on no line.
func (f field) rendered() (field, error) {
	f.wire = f.append(make([]byte, 0, len(f.name)+len(f.text)+16), false)
	if f.kind == kindText || len(f.wire) <= lineHard {
		return f, nil
	}
	for line := range bytes.SplitSeq(f.wire, []byte("\r\n")) {
		if len(line) > lineHard {
			return f, &Error{Field: f.name, What: "a run without blanks is longer than a line may be (998 octets)", Value: f.text}
		}
	}
	return f, nil
}

// append writes the field with its final CRLF; raw leaves non-ASCII as UTF-8.
func (f *field) append(b []byte, raw bool) []byte { // RFC 6532 §3.2
	if f.kind == kindRaw {
		return append(b, f.wire...)
	}
	start := len(b)
	b = append(b, f.name...)
	b = append(b, ": "...)
	switch f.kind {
	case kindText:
		b = appendUnstructured(b, f.text, raw)
	case kindUnknown:
		b = appendUnknown(b, f.text, raw)
	case kindAddresses, kindMailbox:
		b = appendGroups(b, f.groups, raw)
	case kindParams:
		b = f.params.append(b)
	case kindListID:
		b = appendListID(b, f.text, raw)
	case kindIDs, kindURLs:
		b = appendItems(b, f.text)
	default:
		b = appendOpaque(b, f.text, len(b)-start)
	}
	return append(b, "\r\n"...)
}

// appendUnknown encodes what needs it, but leaves a long token whole, for rendered to judge.
func appendUnknown(b []byte, s string, raw bool) []byte {
	if isASCII(s) && !strings.ContainsAny(s, " \t") && !looksEncoded(s) {
		return append(b, s...)
	}
	return appendUnstructured(b, s, raw)
}

// appendItems folds at the blanks between items that must stay whole.
func appendItems(b []byte, s string) []byte {
	col := column(b)
	for i, item := range strings.Fields(s) {
		switch {
		case i > 0 && col+1+len(item) > lineSoft:
			b, col = append(b, "\r\n "...), 1
		case i > 0:
			b, col = append(b, ' '), col+1
		}
		b = append(b, item...)
		col += len(item)
	}
	return b
}

// appendOpaque folds at single blanks when that helps, and otherwise leaves the value as it is.
func appendOpaque(b []byte, s string, col int) []byte {
	if col+len(s) <= lineSoft {
		return append(b, s...)
	}
	if out, ok := appendFolded(b, s); ok {
		return out
	}
	return append(b, s...)
}
