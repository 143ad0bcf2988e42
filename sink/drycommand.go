package sink

import (
	"bytes"
	"strconv"
	"strings"
)

// command answers one line.
func (t *dryTalk) command(line string) {
	if t.answers > 0 {
		t.authAnswer(line)
		return
	}
	verb, argument, _ := strings.Cut(strings.TrimLeft(line, " "), " ")
	switch verb = strings.ToUpper(verb); verb {
	case "EHLO", "LHLO":
		t.hello(verb == "LHLO")
	case "AUTH":
		t.auth(argument)
	case "STARTTLS":
		t.reply("454 4.7.0 no TLS in a dry run") // RFC 3207 §4
	case "MAIL", "RSET", "HELO":
		t.recipients = 0
		t.record.begin(verb, argument)
		t.reply("250 dry run")
	case "RCPT":
		t.recipients++
		t.record.recipient(argument)
		t.reply("250 dry run")
	case "DATA":
		t.data()
	case "BDAT":
		t.bdat(argument)
	case "VRFY":
		t.reply("252 dry run")
	case "HELP":
		t.reply("214 dry run")
	case "QUIT":
		t.reply("221 dry run")
		t.over = true
	default:
		t.reply("250 dry run")
	}
}

func (t *dryTalk) hello(lmtp bool) {
	if lmtp != t.lmtp { // RFC 2033 §4.1
		t.reply("500 5.5.1 the other protocol")
		return
	}
	t.recipients = 0
	t.record.begin("", "")
	t.reply("250-dry run")
	t.reply(t.record.hello()...)
	t.reply("250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", "250-SIZE", "250-DSN", "250-ENHANCEDSTATUSCODES", "250 AUTH PLAIN LOGIN OAUTHBEARER XOAUTH2")
}

// auth asks for what the mechanism has not sent yet.
func (t *dryTalk) auth(argument string) {
	mechanism, initial, given := strings.Cut(argument, " ")
	given = given && initial != ""
	switch {
	case strings.EqualFold(mechanism, "LOGIN") && given:
		t.answers = 1
		t.reply(promptPassword)
	case strings.EqualFold(mechanism, "LOGIN"):
		t.answers = 2
		t.reply(promptUser)
	case given:
		t.reply("235 dry run")
	default:
		t.answers = 1
		t.reply("334 ")
	}
}

// The prompts of AUTH LOGIN: "Username:" and "Password:".
const (
	promptUser     = "334 VXNlcm5hbWU6"
	promptPassword = "334 UGFzc3dvcmQ6" //nolint:gosec // a question, not a secret
)

func (t *dryTalk) authAnswer(line string) {
	t.answers--
	switch {
	case line == "*":
		t.answers = 0
		t.reply("501 5.7.0 cancelled") // RFC 4954 §4
	case t.answers > 0:
		t.reply(promptPassword)
	default:
		t.reply("235 dry run")
	}
}

func (t *dryTalk) data() {
	if t.recipients == 0 {
		t.reply("503 5.5.1 no recipients") // RFC 5321 §4.1.1.4
		return
	}
	t.inContent, t.content = true, newContentEnd()
	t.reply("354 dry run")
}

// accept ends a transaction; LMTP has a reply for each recipient.
func (t *dryTalk) accept() {
	t.record.end()
	replies := 1
	if t.lmtp {
		replies = t.recipients // RFC 2033 §4.2
	}
	for range replies {
		t.reply("250 dry run")
	}
	t.recipients = 0
}

// bdat is not offered; a script that sends it all the same must not have its
// content taken for commands.
func (t *dryTalk) bdat(argument string) {
	size, last, _ := strings.Cut(argument, " ")
	n, err := strconv.ParseInt(size, 10, 64)
	if err != nil || n < 0 {
		t.reply("501 5.5.4 malformed size")
		return
	}
	t.chunk, t.lastChunk = n, strings.EqualFold(last, "LAST")
	t.chunkDone()
}

func (t *dryTalk) chunkDone() {
	switch {
	case t.chunk > 0:
	case t.lastChunk:
		t.accept()
	default:
		t.reply("250 dry run")
	}
}

// contentEnd looks for CRLF.CRLF in content that comes in pieces.
type contentEnd struct{ matched int }

const endOfContent = "\r\n.\r\n" // RFC 5321 §4.1.1.4

// newContentEnd counts the line end after DATA as the first of the mark.
func newContentEnd() contentEnd { return contentEnd{matched: 2} }

// skip returns how many octets of p belong to the content, and whether it ends
// there.
func (e *contentEnd) skip(p []byte) (n int, ended bool) {
	for n < len(p) {
		if e.matched == 0 {
			cr := bytes.IndexByte(p[n:], '\r')
			if cr < 0 {
				return len(p), false
			}
			n += cr
		}
		switch c := p[n]; {
		case c == endOfContent[e.matched]:
			e.matched++
		case c == '\r':
			e.matched = 1
		default:
			e.matched = 0
		}
		n++
		if e.matched == len(endOfContent) {
			return n, true
		}
	}
	return n, false
}
