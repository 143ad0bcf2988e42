package mime

import (
	stdmime "mime"
	"strings"
	"unicode/utf8"
)

const (
	// longASCII is the length up to which a quoted value stays in one piece: some readers know no continuations.
	longASCII = 200
	// pieceMax keeps a continuation, its name and its semicolon on a line.
	pieceMax = 76
	// attributeMax leaves room on a line for the name of a continuation and at least one character.
	attributeMax = 40
)

// param is a parameter; an empty name marks it as deleted.
type param struct{ name, value string }

// params is the value of a field with parameters, in order. It never changes; with and without give new ones.
type params struct {
	value string // media type or disposition, in lower case
	list  []param
}

func (p *params) get(name string) (string, bool) {
	for _, x := range p.list {
		if x.name == name {
			return x.value, true
		}
	}
	return "", false
}

// without gives a copy that lacks a parameter.
func (p *params) without(name string) *params {
	out := &params{value: p.value}
	for _, x := range p.list {
		if x.name != name {
			out.list = append(out.list, x)
		}
	}
	return out
}

// with gives a copy in which a parameter has a new value, at its old place or at the end.
func (p *params) with(name, value string) *params {
	out := &params{value: p.value, list: append([]param(nil), p.list...)}
	for i := range out.list {
		if out.list[i].name == name {
			out.list[i].value = value
			return out
		}
	}
	out.list = append(out.list, param{name, value})
	return out
}

// text is the decoded form, for people.
func (p *params) text() string {
	var b strings.Builder
	b.WriteString(p.value)
	for _, x := range p.list {
		b.WriteString("; " + x.name + "=")
		if isToken(x.value) {
			b.WriteString(x.value)
		} else {
			b.WriteString(quote(x.value))
		}
	}
	return b.String()
}

// append writes the value and its parameters, a parameter that would not fit on a line of its own.
func (p *params) append(b []byte) []byte {
	b = append(b, p.value...)
	for _, x := range p.list {
		b = appendParam(b, x)
	}
	return b
}

func appendParam(b []byte, x param) []byte {
	if x.name == "name" && !isASCII(x.value) {
		return appendLegacyName(b, x.value)
	}
	for _, piece := range paramPieces(x) {
		if column(b)+len("; ")+len(piece) > pieceMax {
			b = append(b, ";\r\n "...)
		} else {
			b = append(b, "; "...)
		}
		b = append(b, piece...)
	}
	return b
}

// appendLegacyName writes name= as encoded-words in quotes, against the letter of RFC 2047 §5.
//
// QUIRK: old Outlook, and several web mailers, know a file by this form only; readers of RFC 2231 prefer filename*.
func appendLegacyName(b []byte, value string) []byte {
	b = append(b, ";\r\n name=\""...)
	b = appendWords(b, len(" name=\""), value, inPhrase, wordLine-len(`";`))
	return append(b, '"')
}

// paramPieces gives name=value, or the pieces of a value that is too long for one line or not ASCII.
func paramPieces(x param) []string {
	if isASCII(x.value) && len(x.value) <= longASCII && !looksEncoded(x.value) { // many readers decode words in quotes
		if isToken(x.value) && !strings.ContainsAny(x.value, "*'%") { // QUIRK: Python takes these for signs of RFC 2231.
			return []string{x.name + "=" + x.value}
		}
		return []string{x.name + "=" + quote(x.value)}
	}
	encoded := "utf-8''" + percent(x.value)
	if len(x.name)+len("*=")+len(encoded) < pieceMax {
		return []string{x.name + "*=" + encoded} // RFC 2231 §4
	}
	return continuations(x)
}

// continuations cuts between characters, because some readers decode piece by piece. Every piece is marked as encoded.
func continuations(x param) []string { // RFC 2231 §4.1
	var pieces []string
	rest := x.value
	for rest != "" {
		piece := x.name + "*" + itoa(len(pieces)) + "*="
		if len(pieces) == 0 {
			piece += "utf-8''"
		}
		for rest != "" {
			_, n := utf8.DecodeRuneInString(rest)
			next := percent(rest[:n])
			if len(piece)+len(next)+len(" ;") > pieceMax {
				break
			}
			piece, rest = piece+next, rest[n:]
		}
		pieces = append(pieces, piece)
	}
	return pieces
}

// percent escapes all but the characters that an extended value may show.
func percent(s string) string { // RFC 2231 §7
	b := make([]byte, 0, len(s)*3)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if isAlnum(c) || strings.IndexByte("!#$&+-.^_`{|}~", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b)
}

// checkParam refuses a name that is no attribute and a value that no parameter can hold.
func checkParam(field string, x param) error {
	if !isToken(x.name) || strings.ContainsAny(x.name, "*'%") { // RFC 2231 §7
		return fault(field, "this is not a parameter's name", x.name)
	}
	if len(x.name) > attributeMax {
		return fault(field, "the parameter's name is too long", x.name)
	}
	if strings.Contains(x.value, "\t") {
		return fault(field+" "+x.name, "control character", x.value)
	}
	return checkText(field+" "+x.name, x.value)
}

// parseParams reads "value; name=value; name=\"quoted\"" in decoded or encoded form.
func parseParams(field, s string) (*params, error) {
	value, rest, _ := strings.Cut(s, ";")
	p := &params{value: strings.ToLower(strings.Trim(value, " \t"))}
	if wrong := paramsValueFault(field, p.value); wrong != "" {
		return nil, fault(field, wrong, s)
	}
	encoded := false
	for rest = strings.Trim(rest, " \t;"); rest != ""; rest = strings.TrimLeft(rest, " \t;") {
		x, tail, ok := nextParam(rest)
		if !ok {
			return nil, fault(field, "a parameter is not of the form name=value", s)
		}
		rest = tail
		if _, twice := p.get(x.name); twice {
			return nil, fault(field, "the parameter "+x.name+" stands there twice", s)
		}
		encoded = encoded || strings.Contains(x.name, "*")
		p.list = append(p.list, x)
	}
	if encoded {
		return p.decoded(field, s)
	}
	for _, x := range p.list {
		if err := checkParam(field, x); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func paramsValueFault(field, value string) string {
	if field == "Content-Type" {
		if major, minor, ok := strings.Cut(value, "/"); !ok || !isToken(major) || !isToken(minor) {
			return "this is not a media type"
		}
		return ""
	}
	if !isToken(value) {
		return "this is not a single word"
	}
	return ""
}

// nextParam cuts one name=value off.
func nextParam(s string) (x param, rest string, ok bool) {
	name, value, found := strings.Cut(s, "=")
	if !found {
		return param{}, "", false
	}
	x.name = strings.ToLower(strings.Trim(name, " \t"))
	value = strings.TrimLeft(value, " \t")
	if strings.HasPrefix(value, `"`) {
		n := quotedEnd(value)
		if n < 0 {
			return param{}, "", false
		}
		x.value, rest = unquote(value[:n]), strings.TrimLeft(value[n:], " \t")
		return x, rest, rest == "" || rest[0] == ';'
	}
	x.value, rest, _ = strings.Cut(value, ";")
	x.value = strings.TrimRight(x.value, " \t")
	return x, rest, isToken(x.value) || !isASCII(x.value)
}

// decoded replaces the pieces of extended parameters by what they stand for.
func (p *params) decoded(field, s string) (*params, error) { // RFC 2231 §3
	_, values, err := stdmime.ParseMediaType(s)
	if err != nil {
		return nil, &Error{Field: field, What: "the parameters cannot be decoded", Value: s, Err: err}
	}
	out := &params{value: p.value}
	for _, x := range p.list {
		name, _, _ := strings.Cut(x.name, "*")
		if _, done := out.get(name); done {
			continue
		}
		x = param{name, values[name]}
		if err := checkParam(field, x); err != nil {
			return nil, err
		}
		out.list = append(out.list, x)
	}
	return out, nil
}
