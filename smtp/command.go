package smtp

import (
	"strings"
	"unicode/utf8"
)

// commandLine joins verb and arguments with single spaces and ends the line. CR,
// LF and NUL anywhere are refused: they would begin another command.
func commandLine(verb string, args ...string) (string, error) {
	var line strings.Builder
	size := len(verb) + len("\r\n")
	for _, arg := range args {
		size += 1 + len(arg)
	}
	line.Grow(size)
	line.WriteString(verb)
	for _, arg := range args {
		line.WriteByte(' ')
		line.WriteString(arg)
	}
	if err := checkText("command", line.String()); err != nil {
		return "", err
	}
	line.WriteString("\r\n")
	return line.String(), nil
}

// checkText refuses CR, LF and NUL. Those who become a command line pass here.
func checkText(what, s string) error {
	if strings.IndexByte(s, '\r') >= 0 || strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, 0) >= 0 { // RFC 5321 §2.3.8
		return argumentError("CR, LF or NUL in "+what, s)
	}
	return nil
}

// mailLine builds MAIL for a checked reverse-path.
func mailLine(from mailbox, params []string) (string, error) {
	return pathLine("MAIL FROM:<", from, params) // RFC 5321 §4.1.1.2
}

// rcptLine builds RCPT for a checked forward-path.
func rcptLine(to mailbox, params []string) (string, error) {
	return pathLine("RCPT TO:<", to, params) // RFC 5321 §4.1.1.3
}

func pathLine(head string, m mailbox, params []string) (string, error) {
	address, err := m.wire()
	if err != nil {
		return "", err
	}
	for _, p := range params {
		if !validParam(p) {
			return "", argumentError("malformed parameter", p)
		}
	}
	if len(params) == 0 && checkText("address", address) == nil {
		return head + address + ">\r\n", nil
	}
	return commandLine(head+address+">", params...)
}

// validParam takes "KEYWORD" or "KEYWORD=value" without spaces and controls.
func validParam(s string) bool { // RFC 5321 §4.1.2
	end := 0
	for end < len(s) && plainOctets[s[end]]&inKeyword != 0 {
		end++
	}
	switch {
	case end == 0:
		return false
	case end == len(s):
		return true
	case s[end] != '=' || end+1 == len(s):
		return false
	}
	value := s[end+1:]
	for i := range len(value) {
		if c := value[i]; c <= ' ' || c >= 0x7f {
			return utf8.ValidString(value) && strings.IndexFunc(value, func(r rune) bool { return r <= ' ' || r == 0x7f || isControl(r) }) < 0
		}
	}
	return true
}

// hasParam reports whether a parameter with this keyword is in the list.
func hasParam(params []string, keyword string) bool {
	for _, p := range params {
		name, _, _ := strings.Cut(p, "=")
		if strings.EqualFold(name, keyword) {
			return true
		}
	}
	return false
}

// verbOf returns the first word of a command line in upper case.
func verbOf(line string) string {
	line = strings.TrimLeft(line, " \t\v\f")
	if end := strings.IndexFunc(line, func(r rune) bool { return r <= ' ' }); end >= 0 {
		line = line[:end]
	}
	return strings.ToUpper(line) // RFC 5321 §2.4
}

// validHelloName takes what may follow EHLO: a name or an address literal,
// without spaces.
func validHelloName(s string) bool {
	return s != "" && len(s) <= 255 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || isControl(r) }) < 0
}
