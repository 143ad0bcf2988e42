package data

import "strings"

// escaperOf knows the escapers that html/template chooses most: for text, attributes, and URLs in attributes.
func escaperOf(names string) (escape func(dst []byte, value string) []byte, ok bool) {
	const prefix = " _html_template_"
	switch names {
	case "":
		return nil, true
	case prefix + "htmlescaper", prefix + "attrescaper", prefix + "rcdataescaper":
		return appendHTML, true
	case prefix + "urlescaper" + prefix + "attrescaper":
		return AppendQuery, true
	case prefix + "urlnormalizer" + prefix + "attrescaper":
		return appendURL, true
	case prefix + "urlfilter" + prefix + "urlnormalizer" + prefix + "attrescaper":
		return appendSafeURL, true
	default:
		return nil, false
	}
}

// htmlSign gives what stands for an octet in HTML text and in a quoted attribute, or "" for itself.
func htmlSign(c byte) string {
	switch c {
	case 0:
		return "\uFFFD"
	case '"':
		return "&#34;"
	case '&':
		return "&amp;"
	case '\'':
		return "&#39;"
	case '+':
		return "&#43;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	default:
		return ""
	}
}

func appendHTML(dst []byte, value string) []byte {
	start := 0
	for i := 0; i < len(value); i++ {
		if c := value[i]; c > '>' {
			continue
		} else if sign := htmlSign(c); sign != "" {
			dst = append(append(dst, value[start:i]...), sign...)
			start = i + 1
		}
	}
	return append(dst, value[start:]...)
}

// AppendQuery appends a value as it may stand in a URL's query or fragment: all but RFC 3986's unreserved characters is
// escaped.
func AppendQuery(dst []byte, value string) []byte {
	for i := 0; i < len(value); i++ {
		dst = appendPercent(dst, value[i], unreserved(value[i]))
	}
	return dst
}

// AppendURL appends a value as it may stand in a URL before its query: what has a meaning in a URL keeps it.
func AppendURL(dst []byte, value string) []byte {
	for i := 0; i < len(value); i++ {
		dst = appendPercent(dst, value[i], inURL(value, i))
	}
	return dst
}

func inURL(value string, i int) bool {
	c := value[i]
	if c == '%' {
		return i+2 < len(value) && isHex(value[i+1]) && isHex(value[i+2])
	}
	return unreserved(c) || strings.IndexByte("!#$&*+,/:;=?@[]", c) >= 0
}

// appendURL is AppendURL in an attribute.
func appendURL(dst []byte, value string) []byte {
	for i := 0; i < len(value); i++ {
		plain := inURL(value, i)
		if sign := htmlSign(value[i]); plain && sign != "" {
			dst = append(dst, sign...)
			continue
		}
		dst = appendPercent(dst, value[i], plain)
	}
	return dst
}

// appendSafeURL is appendURL for a value that may bring its own scheme, of which those that run code are not let pass.
func appendSafeURL(dst []byte, value string) []byte {
	scheme, _, found := strings.Cut(value, ":")
	if found && !strings.Contains(scheme, "/") && !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "mailto") {
		return append(dst, "#ZgotmplZ"...) // html/template's sign for what it refuses
	}
	return appendURL(dst, value)
}

func appendPercent(dst []byte, c byte, plain bool) []byte {
	const lowerHex = "0123456789abcdef"
	if plain {
		return append(dst, c)
	}
	return append(dst, '%', lowerHex[c>>4], lowerHex[c&15])
}

func unreserved(c byte) bool { // RFC 3986 §2.3
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }
