package mime

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

// reportField is a field of the machine-readable part of a report: its name in lower case, its value unfolded.
type reportField struct{ name, value string }

// reportGroup is the fields between two blank lines.
type reportGroup []reportField

// reportGroups cuts octets into groups of fields, passing over lines that are none. It takes linear time.
func reportGroups(b []byte) iter.Seq[reportGroup] { // RFC 3464 §2.1
	return func(yield func(reportGroup) bool) {
		var group reportGroup
		var value strings.Builder
		name := ""
		flush := func() {
			if name != "" {
				group = append(group, reportField{name, strings.TrimSpace(value.String())})
			}
			name = ""
			value.Reset()
		}
		for line := range bytes.Lines(b) {
			text := strings.TrimRight(string(line), "\r\n")
			switch {
			case strings.Trim(text, " \t") == "":
				if flush(); len(group) > 0 && !yield(group) {
					return
				}
				group = nil
			case text[0] == ' ' || text[0] == '\t':
				value.WriteString(" " + strings.TrimLeft(text, " \t"))
			default:
				flush()
				if n, v, found := strings.Cut(text, ":"); found && isFieldName(strings.TrimRight(n, " \t")) {
					name = strings.ToLower(strings.TrimRight(n, " \t"))
					value.WriteString(v)
				}
			}
		}
		if flush(); len(group) > 0 {
			yield(group)
		}
	}
}

// get gives the first value of a name, or "".
func (g reportGroup) get(name string) string {
	for _, f := range g {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// typed gives the value behind its type: "host" of "dns; host". A value without a type is taken whole.
func typed(value string) (kind, text string) { // RFC 3464 §2.1.2
	before, after, found := strings.Cut(value, ";")
	if kind = strings.ToLower(strings.TrimSpace(before)); !found || !isToken(kind) {
		return "", strings.TrimSpace(value)
	}
	return kind, strings.TrimSpace(after)
}

// reportAddress gives the address of a recipient field, its escapes undone; "" when the field holds none.
func reportAddress(value string) string {
	kind, text := typed(value)
	text = reportText(text)
	switch kind {
	case "utf-8":
		text = unescapeUnicode(text)
	case "x400", "x500":
		return ""
	}
	if strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">") {
		text = text[1 : len(text)-1]
	}
	return text
}

// unescapeUnicode undoes \x{HEX}, which stands for characters beyond ASCII.
func unescapeUnicode(s string) string { // RFC 6533 §3
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, `\x{`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		digits, _, closed := strings.Cut(rest[:min(len(rest), len("10FFFF}"))], "}")
		if r, ok := hexRune(digits); ok && closed {
			b.WriteRune(r)
			s = rest[len(digits)+1:]
		} else {
			b.WriteString(`\x{`)
			s = rest
		}
	}
}

func hexRune(digits string) (r rune, ok bool) {
	n, err := strconv.ParseUint(digits, 16, 31)
	r = rune(n)
	return r, err == nil && r > ' ' && r != 0x7F && utf8.ValidRune(r)
}

// reportText decodes text for people and makes blanks of its control characters.
func reportText(s string) string {
	if strings.Contains(s, "=?") {
		s = DecodeHeader(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7F {
			return ' '
		}
		return r
	}, s))
}

// enhancedStatus finds the first code of the form 5.1.1 that stands alone, or behind a reply code, in text.
func enhancedStatus(text string) string { // RFC 3463 §2
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n()[]<>#,;:-", r) }) {
		if isStatus(word) {
			return word
		}
	}
	return ""
}

// isStatus recognises class.subject.detail, of the subjects that there are.
func isStatus(s string) bool { // RFC 3463 §2
	if len(s) < len("5.1.1") || s[1] != '.' || s[0] != '2' && s[0] != '4' && s[0] != '5' {
		return false
	}
	subject, detail, found := strings.Cut(s[2:], ".")
	return found && len(subject) == 1 && subject[0] >= '0' && subject[0] <= '7' && // what else looks so is a version
		len(detail) >= 1 && len(detail) <= 3 && strings.Trim(detail, "0123456789") == ""
}

// firstID gives the first identifier in angle brackets, or "".
func firstID(text string) string {
	start := strings.IndexByte(text, '<')
	if start < 0 {
		return ""
	}
	end := strings.IndexByte(text[start:], '>')
	if end < 0 || strings.ContainsAny(text[start:start+end], " \t\r\n") {
		return ""
	}
	return text[start : start+end+1]
}
