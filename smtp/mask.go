package smtp

import "strings"

// masker hides the secrets of AUTH exchanges in a transcript: everything after
// the mechanism, and every line of either side until the server's last word on
// it. It counts commands and replies, so that a late reply to an earlier command
// does not end the masking.
type masker struct {
	inAuth bool
	due    int // replies that the server owes
	before int // those of them that it owed when AUTH was sent
}

const maskedText = "****"

// client returns a line that we sent, without its line end, as it may be shown.
func (m *masker) client(line string) string {
	m.due++
	if m.inAuth {
		return maskedText
	}
	verb := verbOf(line)
	if !strings.HasPrefix(verb, "AUTH") {
		return line
	}
	m.inAuth, m.before = true, m.due-1
	words := strings.Fields(line)
	switch {
	case verb != "AUTH": // not a command any server knows, but no less secret
		return "AUTH " + maskedText
	case len(words) < 3:
		return line
	}
	return words[0] + " " + words[1] + " " + maskedText
}

// server returns a line that the server sent, likewise. The last line of any
// reply to AUTH but 334 ends the exchange.
func (m *masker) server(line string) string {
	code, more, _, ok := splitReplyLine([]byte(line))
	early := m.before > 0
	if ok && !more {
		m.due, m.before = max(m.due-1, 0), max(m.before-1, 0)
	}
	switch {
	case !m.inAuth || early:
		return line
	case code == 334: // RFC 4954 §4
		return "334 " + maskedText
	case !more:
		m.inAuth = false
	}
	return line
}
