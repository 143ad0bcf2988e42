package data

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// EncodeURL writes a text for any part of a URL: everything but letters,
// digits and - _ . ~ (RFC 3986 §2.3) becomes %XX.
func EncodeURL(s string) string { return percent(s, "-_.~") }

// percent leaves letters, digits and the octets of free alone.
func percent(s, free string) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if letter || strings.IndexByte(free, c) >= 0 {
			out.WriteByte(c)
			continue
		}
		out.WriteByte('%')
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

// DecodeURL reads %XX. A plus stays what it is.
func DecodeURL(s string) (string, error) {
	text, err := url.PathUnescape(s)
	if err != nil {
		return "", &URLError{fmt.Sprintf("%s is not %%XX", badEscape(s))}
	}
	return text, nil
}

// badEscape finds the percent sign that two digits don't follow.
func badEscape(s string) string {
	for i := range len(s) {
		if s[i] == '%' && !isEscape(s[i:]) {
			return strconv.Quote(s[i:min(i+3, len(s))])
		}
	}
	return strconv.Quote(s)
}

func isEscape(s string) bool {
	if len(s) < 3 || s[0] != '%' {
		return false
	}
	_, err := strconv.ParseUint(s[1:3], 16, 8)
	return err == nil
}

// Pair is one name and value of a query.
type Pair struct{ Name, Value string }

// ParseQuery reads name=value&name=value as forms have it, where a plus is a
// blank.
func ParseQuery(query string) ([]Pair, error) {
	var pairs []Pair
	for part := range strings.SplitSeq(strings.TrimPrefix(query, "?"), "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		n, err := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if err != nil || err2 != nil {
			return nil, &URLError{fmt.Sprintf("the query has a percent sign without two hexadecimal digits in %q", shorten(name))}
		}
		pairs = append(pairs, Pair{n, v})
	}
	return pairs, nil
}

// EncodeQuery writes name=value&name=value.
func EncodeQuery(pairs []Pair) string {
	var out strings.Builder
	for i, p := range pairs {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(EncodeURL(p.Name) + "=" + EncodeURL(p.Value))
	}
	return out.String()
}

// escapeRest escapes what may not stand in a part, and leaves %XX alone.
func escapeRest(s, free string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if isEscape(s[i:]) {
			out.WriteString(s[i : i+3])
			i += 2
			continue
		}
		out.WriteString(percent(s[i:i+1], free))
	}
	return out.String()
}
