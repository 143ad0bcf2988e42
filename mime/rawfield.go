package mime

import "strings"

// newRawField checks a field that the caller has encoded and folded: "Name: value CRLF", each further line beginning
// with a blank, showing something, and ending in CRLF; ASCII lines of at most 998 octets. Fields whose meaning the
// builder must know cannot be raw.
func newRawField(raw string) (field, error) { // RFC 5322 §2.2.3
	name, _, found := strings.Cut(raw, ":")
	if !found {
		return field{}, fault("header", "a prepared field needs a colon", raw)
	}
	f, err := emptyField(name)
	if err != nil {
		return f, err
	}
	switch f.kind {
	case kindText, kindUnknown, kindOpaque:
	default:
		return f, &Error{Field: f.name, What: "this field cannot be given in prepared form", Value: raw, Advice: "set it by its value"}
	}
	body, ended := strings.CutSuffix(raw, "\r\n")
	if !ended {
		return f, fault(f.name, "a prepared field ends in CRLF", raw)
	}
	for i, line := range strings.Split(body, "\r\n") {
		if wrong := rawLineFault(line, i > 0); wrong != "" {
			return f, fault(f.name, wrong, raw)
		}
		if err := checkASCII(f.name, line); err != nil {
			return f, err
		}
	}
	f.kind, f.wire = kindRaw, []byte(raw)
	f.text = DecodeHeader(strings.TrimPrefix(body[len(name)+1:], " "))
	return f, nil
}

func rawLineFault(line string, continued bool) string {
	switch {
	case len(line) > lineHard:
		return "a line is longer than 998 octets"
	case continued && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t"):
		return "a continuation does not begin with a blank"
	case strings.Trim(line, " \t") == "":
		return "a line shows nothing"
	default:
		return ""
	}
}
