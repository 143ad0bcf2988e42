package mime

import (
	"slices"
	"strconv"
	"strings"
)

// rawParam is a parameter as it stands in a field: its value unquoted, nothing decoded.
type rawParam struct{ name, value string }

// readParams reads a value with parameters, taking from it what can be taken.
func (o *origin) readParams(field, key, value string) *params { // RFC 2045 §5.1
	head, rest := cutHead(value)
	p := &params{value: strings.ToLower(readable(head))}
	if wrong := paramsValueFault(specOf(field, key).name, p.value); wrong != "" {
		o.note("bad-value", field, wrong+": "+shorten(readable(head), 60))
		p.value = ""
		if key == "content-type" {
			p.value = o.usual
		}
	}
	list, ok := cutParams(rest)
	if !ok {
		o.note("bad-parameter", field, "a parameter is not of the form name=value: "+shorten(readable(value), 120))
	}
	p.list = o.decodeParams(field, key, list)
	return p
}

// cutHead takes the value before the parameters, whose semicolon may be missing.
func cutHead(s string) (head, rest string) {
	i := strings.IndexAny(s, "; \t,(")
	if i < 0 {
		return s, ""
	}
	rest = strings.TrimLeft(s[i:], " \t")
	for strings.HasPrefix(rest, "(") {
		_, after, _ := strings.Cut(rest, ")")
		rest = strings.TrimLeft(after, " \t")
	}
	if j := strings.IndexByte(rest, ';'); j > 0 && strings.IndexByte(rest[:j], '=') < 0 {
		rest = rest[j:]
	}
	return s[:i], rest
}

// cutParams divides at semicolons, or at blanks where these were forgotten.
func cutParams(s string) (list []rawParam, ok bool) {
	ok = true
	for {
		if s = strings.TrimLeft(s, " \t;,"); s == "" {
			return list, ok
		}
		i := strings.IndexAny(s, "=;")
		if i < 0 {
			return list, false
		}
		name := strings.ToLower(strings.TrimRight(s[:i], " \t"))
		isValue := s[i] == '='
		if s = s[i+1:]; !isValue {
			ok = false
			continue
		}
		var value string
		value, s = cutValue(name, strings.TrimLeft(s, " \t"))
		if !isToken(name) {
			ok = false
			continue
		}
		list = append(list, rawParam{name, value})
	}
}

// cutValue takes a value off, in quotes or not. Only names of files have blanks outside quotes.
func cutValue(name, s string) (value, rest string) {
	if strings.HasPrefix(s, `"`) {
		return cutQuoted(s)
	}
	if name == "filename" || name == "name" {
		value, rest, _ = strings.Cut(s, ";")
		value, _, _ = strings.Cut(value, " (") // a comment
		return strings.TrimRight(value, " \t"), rest
	}
	end := strings.IndexAny(s, "; \t")
	if end < 0 {
		return s, ""
	}
	value, rest = s[:end], strings.TrimLeft(s[end:], " \t")
	if strings.HasPrefix(rest, "(") { // a comment
		_, rest, _ = strings.Cut(rest, ";")
	}
	return value, rest
}

// cutQuoted takes a quoted string off; a backslash escapes only what needs it, for the sake of paths of Windows.
func cutQuoted(s string) (value, rest string) {
	b := make([]byte, 0, 64)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b = append(b, s[i])
		case c == '"':
			return string(b), s[i+1:]
		default:
			b = append(b, c)
		}
	}
	return string(b), ""
}

// decodeParams joins continuations and decodes values. Of two parameters of a name the first counts, but the extended
// form before the plain one.
func (o *origin) decodeParams(field, key string, list []rawParam) []param {
	var out []param
	place := make(map[string]int, len(list))
	pieces := make(map[string][]extendedPiece)
	for _, x := range list {
		name, tail, extended := strings.Cut(x.name, "*")
		if extended {
			pieces[name] = append(pieces[name], newPiece(tail, x.value))
		}
		if i, known := place[name]; known {
			if !extended && out[i].value != "" {
				o.note("duplicate-parameter", field, "the parameter "+name+" stands there twice")
			}
			continue
		}
		place[name] = len(out)
		out = append(out, param{name: name})
		if !extended {
			out[len(out)-1].value = o.plainValue(field, key, name, x.value)
		}
	}
	for i := range out {
		list, extended := pieces[out[i].name]
		if !extended {
			continue
		}
		text, wrong := joinPieces(list)
		if wrong != "" {
			o.note(wrong, field, "the parameter "+out[i].name+" cannot be decoded as it should")
		}
		if out[i].value = text; key == "content-type" && out[i].name == "boundary" && o.boundary == "" {
			o.boundary = strings.TrimRight(text, " \t")
		}
	}
	return o.tidyParams(key, out)
}

// plainValue decodes what may stand there only since programs put it there.
func (o *origin) plainValue(field, key, name, value string) string {
	if key == "content-type" && name == "boundary" {
		if o.boundary == "" {
			o.boundary = strings.TrimRight(value, " \t")
		}
		return readable(value)
	}
	text, _ := decodeWords(readable(value))
	if text != value && isASCII(value) && name != "name" { // the name is so common that it is no defect
		o.note("encoded-word-in-parameter", field, "the parameter "+name+" is an encoded-word")
	}
	return text
}

// tidyParams drops what cannot be a parameter, and the folders of a file's name.
func (o *origin) tidyParams(key string, list []param) []param {
	list = slices.DeleteFunc(list, func(x param) bool {
		return checkParam("", param{name: x.name}) != nil
	})
	for i := range list {
		list[i].value = strings.ReplaceAll(tidyText(list[i].value), "\t", " ")
		if key == "content-disposition" && list[i].name == "filename" || key == "content-type" && list[i].name == "name" {
			list[i].value = baseName(list[i].value)
		}
	}
	return list
}

// extendedPiece is a part of an extended parameter.
type extendedPiece struct {
	number  int
	value   string
	percent bool
}

// newPiece reads what follows the first asterisk of the name: "", "0" or "0*".
func newPiece(tail, value string) extendedPiece { // RFC 2231 §3
	digits, escaped := strings.CutSuffix(tail, "*")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return extendedPiece{number: 0, value: value, percent: true}
	}
	return extendedPiece{number: n, value: value, percent: escaped}
}

// joinPieces decodes the pieces as one, because a character may be cut in two between them.
func joinPieces(list []extendedPiece) (text, wrong string) { // RFC 2231 §4.1
	slices.SortStableFunc(list, func(a, b extendedPiece) int { return a.number - b.number })
	charsetLabel := ""
	if list[0].percent {
		if parts := strings.SplitN(list[0].value, "'", 3); len(parts) == 3 {
			charsetLabel, list[0].value = parts[0], parts[2]
		}
	}
	var octets []byte
	for _, x := range list {
		if x.percent {
			octets = append(octets, unpercent(x.value)...)
		} else {
			octets = append(octets, x.value...)
		}
	}
	return readText(octets, charsetLabel)
}

// unpercent undoes percent-encoding; a percent sign that begins no escape stands for itself.
func unpercent(s string) []byte {
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0 {
			b = append(b, byte(unhex(s[i+1])<<4|unhex(s[i+2]))) //nolint:gosec // two hexadecimal digits
			i += 2
		} else {
			b = append(b, s[i])
		}
	}
	return b
}
