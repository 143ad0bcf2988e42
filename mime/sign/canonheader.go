package sign

import "bytes"

// headerField is one field as it stands in the message, with its final CRLF.
type headerField struct {
	name []byte // without the colon and blanks before it
	raw  []byte
}

// splitHeader gives the fields of a header, in order. A line that is no field is passed over.
func splitHeader(header []byte, fields []headerField) []headerField {
	for len(header) > 0 {
		end := fieldEnd(header)
		raw := header[:end:end]
		header = header[end:]
		colon := bytes.IndexByte(raw, ':')
		if colon < 0 {
			continue
		}
		fields = append(fields, headerField{name: bytes.TrimRight(raw[:colon], " \t"), raw: raw})
	}
	return fields
}

// fieldEnd finds the end of the first field: the line break that no blank follows.
func fieldEnd(header []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(header[at:], '\n')
		if i < 0 {
			return len(header)
		}
		if at += i + 1; at == len(header) || header[at] != ' ' && header[at] != '\t' {
			return at
		}
	}
}

// appendField writes a field in canonical form, with a CRLF at its end.
func appendField(dst []byte, f headerField, relaxed bool) []byte {
	if !relaxed { // RFC 6376 §3.4.1
		return append(dst, f.raw...)
	}
	for _, c := range f.name { // RFC 6376 §3.4.2
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	dst = append(dst, ':')
	dst = appendUnfolded(dst, f.raw[bytes.IndexByte(f.raw, ':')+1:])
	return append(dst, "\r\n"...)
}

// appendUnfolded writes a value on one line, with one space for each run of blanks and none at the ends.
func appendUnfolded(dst, value []byte) []byte {
	start, space := len(dst), false
	for i, c := range value {
		switch {
		case c == '\r' && i+1 < len(value) && value[i+1] == '\n', c == '\n' && i > 0 && value[i-1] == '\r':
		case c == ' ' || c == '\t':
			space = true
		default:
			if space && len(dst) > start {
				dst = append(dst, ' ')
			}
			space = false
			dst = append(dst, c)
		}
	}
	return dst
}
