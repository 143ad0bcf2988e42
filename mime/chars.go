package mime

import (
	"strings"
	"unicode/utf8"
)

const (
	specials  = "()<>[]:;@\\,.\""   // RFC 5322 §3.2.3
	tspecials = "()<>@,;:\\\"/[]?=" // RFC 2045 §5.1
)

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isAlnum(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

// isAtext: letters, digits and the 19 signs that an atom may hold.
func isAtext(c byte) bool { // RFC 5322 §3.2.3
	return isAlnum(c) || c > ' ' && c < 0x7F && strings.IndexByte(specials, c) < 0
}

func isToken(s string) bool { // RFC 2045 §5.1
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7F || strings.IndexByte(tspecials, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// isFieldName: printable characters without the colon.
func isFieldName(s string) bool { // RFC 5322 §3.6.8
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7F || s[i] == ':' {
			return false
		}
	}
	return s != ""
}

// checkText refuses what no header value may hold: line breaks, other control characters, broken UTF-8.
func checkText(field, value string) error {
	for i := 0; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\r' || c == '\n':
			return fault(field, "line break", value)
		case c < ' ' && c != '\t' || c == 0x7F:
			return fault(field, "control character", value)
		}
	}
	if i := invalidUTF8(value); i >= 0 {
		return &Error{Field: field, What: "not valid UTF-8 at octet " + itoa(i), Value: value, Advice: "convert the text to UTF-8 first"}
	}
	return nil
}

// checkASCII is checkText for values whose grammar leaves no room for anything but ASCII.
func checkASCII(field, value string) error {
	if err := checkText(field, value); err != nil {
		return err
	}
	if !isASCII(value) {
		return fault(field, "only ASCII is allowed", value)
	}
	return nil
}

// invalidUTF8 gives the offset of the first octet that is not UTF-8, or -1.
func invalidUTF8(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
