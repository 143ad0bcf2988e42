package smtp

import "bytes"

// QuoteAddress returns one address as it goes into a path: "Ann <a@x.example>"
// becomes "<a@x.example>", and "" the null sender "<>". It is for those who
// compose MAIL and RCPT themselves. What is not one address is an *ArgumentError.
func QuoteAddress(address string) (string, error) {
	m, err := parseSender(address)
	if err != nil {
		return "", err
	}
	path, err := m.wire()
	if err != nil {
		return "", err
	}
	return "<" + path + ">", nil
}

// QuoteData returns a message text as it goes on the wire after a 354: every line
// end is CRLF, lone CR and lone LF included, and a dot that begins a line is
// doubled. The final dot, and a CRLF before it, are left to the caller.
func QuoteData(text []byte) []byte {
	text = bytes.ReplaceAll(normaliseLines(text), []byte("\n."), []byte("\n..")) // RFC 5321 §4.5.2
	if bytes.HasPrefix(text, []byte(".")) {
		text = append([]byte("."), text...)
	}
	return text
}
