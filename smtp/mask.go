package smtp

import "strings"

// masker hides the secrets of AUTH exchanges in a transcript: everything after
// the mechanism, and every line of either side until the server's last word.
type masker struct {
	inAuth bool
}

const maskedText = "****"

// client returns a line that we sent, without its line end, as it may be shown.
func (m *masker) client(line string) string {
	if m.inAuth {
		return maskedText
	}
	verb := verbOf(line)
	if !strings.HasPrefix(verb, "AUTH") {
		return line
	}
	m.inAuth = true
	words := strings.Fields(line)
	switch {
	case verb != "AUTH": // not a command any server knows, but no less secret
		return "AUTH " + maskedText
	case len(words) < 3:
		return line
	}
	return words[0] + " " + words[1] + " " + maskedText
}

// server returns a line that the server sent, likewise. Anything but 334 ends
// the exchange.
func (m *masker) server(line string) string {
	if !m.inAuth {
		return line
	}
	if strings.HasPrefix(line, "334") { // RFC 4954 §4
		return "334 " + maskedText
	}
	m.inAuth = false
	return line
}
