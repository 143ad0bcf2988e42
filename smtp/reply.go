package smtp

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds on what a server may send as one reply. RFC 5321 §4.5.3.1.5 allows
// lines of 512 octets only, but real servers send longer ones.
const (
	maxReplyLine  = 8192 // octets with the line end
	maxReplyLines = 512
	maxReplySize  = 64 << 10
)

// EnhancedCode is an enhanced mail system status code, RFC 3463. The zero value
// means that the reply had none.
type EnhancedCode [3]int

// String returns "5.1.1", or "" for the zero value.
func (e EnhancedCode) String() string {
	if e == (EnhancedCode{}) {
		return ""
	}
	return strconv.Itoa(e[0]) + "." + strconv.Itoa(e[1]) + "." + strconv.Itoa(e[2])
}

// Reply is a server's answer to one command. Lines hold its text without codes
// and separators; an enhanced code stays in the text and is parsed as well. Equal
// replies may share Lines: they are not to be changed.
type Reply struct {
	Code     int
	Enhanced EnhancedCode
	Lines    []string
}

// Text returns the lines joined by "\n".
func (r Reply) Text() string { return strings.Join(r.Lines, "\n") }

// Message returns the text as one line for people: lines are joined by "; " and
// control characters are escaped, so that a server cannot drive a terminal.
func (r Reply) Message() string { return escapeControls(strings.Join(r.Lines, "; ")) }

// String returns the code and the message, "550 5.1.1 no such user", or "" for
// the zero Reply.
func (r Reply) String() string {
	if r.Code == 0 {
		return ""
	}
	if m := r.Message(); m != "" {
		return strconv.Itoa(r.Code) + " " + m
	}
	return strconv.Itoa(r.Code)
}

// Positive reports a 2xx code: the command was done.
func (r Reply) Positive() bool { return r.Code/100 == 2 } // RFC 5321 §4.2.1

// Intermediate reports a 3xx code: the server waits for more.
func (r Reply) Intermediate() bool { return r.Code/100 == 3 }

// Temporary reports a 4xx code: the same command may succeed later.
func (r Reply) Temporary() bool { return r.Code/100 == 4 }

// Permanent reports a 5xx code: the same command will fail again.
func (r Reply) Permanent() bool { return r.Code/100 == 5 }

// shortened returns the reply with the beginning of its first line only.
func (r Reply) shortened(octets int) Reply {
	if len(r.Lines) > 0 {
		first := r.Lines[0]
		r.Lines = []string{strings.ToValidUTF8(strings.Clone(first[:min(len(first), octets)]), "")}
	}
	return r
}

// replyParser builds one reply from its lines. The zero value is ready for use.
type replyParser struct {
	reply Reply
	size  int
}

// add takes the next line, without or with its line end, and reports whether it
// was the reply's last one.
func (p *replyParser) add(raw []byte) (done bool, err error) {
	line := trimLineEnd(raw)
	p.size += len(raw)
	switch {
	case len(raw) > maxReplyLine:
		return false, protocolError(line, "reply line is too long")
	case len(p.reply.Lines) == maxReplyLines:
		return false, protocolError(line, "reply has too many lines")
	case p.size > maxReplySize:
		return false, protocolError(line, "reply is too long")
	}
	code, more, text, ok := splitReplyLine(line)
	if !ok {
		return false, protocolError(line, "not a reply line")
	}
	if p.reply.Code != 0 && p.reply.Code != code {
		return false, protocolError(line, "code differs from "+strconv.Itoa(p.reply.Code)+" within one reply") // RFC 5321 §4.2.1
	}
	p.reply.Code = code
	p.reply.Lines = append(p.reply.Lines, decodeText(text))
	if more {
		return false, nil
	}
	p.reply.Enhanced = findEnhanced(code, p.reply.Lines)
	return true, nil
}

// knownReplies remembers the latest one-line reply of each stage: servers greet
// most senders and recipients with the same words.
type knownReplies [StageCommand + 1]struct {
	line  []byte
	reply Reply
}

// longestKnown is the longest line that is remembered.
const longestKnown = 128

func (k *knownReplies) find(s Stage, line []byte) (Reply, bool) {
	one := &k[s]
	if len(one.line) == 0 || !bytes.Equal(one.line, line) {
		return Reply{}, false
	}
	return one.reply, true
}

func (k *knownReplies) keep(s Stage, line []byte, r Reply) {
	if len(line) <= longestKnown {
		k[s].line, k[s].reply = append(k[s].line[:0], line...), r
	}
}

// splitReplyLine takes "250-text" apart. A code alone, without space or text, is
// legal to receive: RFC 5321 §4.2.
func splitReplyLine(b []byte) (code int, more bool, text []byte, ok bool) {
	if len(b) < 3 || b[0] < '2' || b[0] > '5' || !isDigit(b[1]) || !isDigit(b[2]) {
		return 0, false, nil, false
	}
	code = int(b[0]-'0')*100 + int(b[1]-'0')*10 + int(b[2]-'0')
	if len(b) == 3 {
		return code, false, nil, true
	}
	if b[3] != ' ' && b[3] != '-' {
		return 0, false, nil, false
	}
	return code, b[3] == '-', b[4:], true
}

// findEnhanced returns the enhanced code that opens the first line carrying one;
// its class has to be the reply code's own.
func findEnhanced(code int, lines []string) EnhancedCode {
	for _, line := range lines {
		if e, ok := parseEnhanced(line); ok && e[0] == code/100 { // RFC 2034 §4
			return e
		}
	}
	return EnhancedCode{}
}

func parseEnhanced(text string) (EnhancedCode, bool) {
	word, _, _ := strings.Cut(text, " ")
	parts := strings.Split(word, ".")
	if len(parts) != 3 {
		return EnhancedCode{}, false
	}
	var e EnhancedCode
	for i, part := range parts {
		if len(part) == 0 || len(part) > 3 || strings.Trim(part, "0123456789") != "" { // RFC 3463 §2
			return EnhancedCode{}, false
		}
		e[i], _ = strconv.Atoi(part)
	}
	return e, e[0] == 2 || e[0] == 4 || e[0] == 5
}

// decodeText reads octets as UTF-8 and, where they are not, as Latin-1, so that
// every reply has readable text and no octet is lost.
func decodeText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// escapeControls writes control characters as Go escapes.
func escapeControls(s string) string {
	if strings.IndexFunc(s, isControl) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isControl includes the C1 range and the marks that reorder text on a screen.
func isControl(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func trimLineEnd(b []byte) []byte {
	b = trimByte(b, '\n')
	return trimByte(b, '\r')
}

func trimByte(b []byte, c byte) []byte {
	if n := len(b); n > 0 && b[n-1] == c {
		return b[:n-1]
	}
	return b
}
