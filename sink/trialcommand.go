package sink

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// trialExtensions is what EHLO offers besides SIZE, AUTH and STARTTLS.
var trialExtensions = []string{
	"PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "CHUNKING", "BINARYMIME", "DSN", "DELIVERBY", "MT-PRIORITY", "REQUIRETLS",
}

// command answers one line.
func (s *trialSession) command(line string) {
	verb, argument, _ := strings.Cut(strings.TrimLeft(line, " "), " ")
	verb = strings.ToUpper(verb)
	if verb == "AUTH" {
		line = maskedAuth(line)
	}
	s.trial.note(s.record, "C: %s", line)
	s.spoken = true
	switch verb {
	case "EHLO", "LHLO", "HELO":
		s.greet(verb)
	case "STARTTLS":
		s.startTLS()
	case "AUTH":
		s.auth(argument)
	case "MAIL":
		s.mail(argument)
	case "RCPT":
		s.rcpt(argument)
	case "DATA":
		s.data()
	case "BDAT":
		s.bdat(argument)
	case "RSET":
		s.reset()
		s.reply("250 2.0.0 reset")
	case "NOOP":
		s.reply("250 2.0.0 nothing done")
	case "VRFY":
		s.reply("252 2.1.5 send and see")
	case "HELP":
		s.reply("214 2.0.0 a sink for trials")
	case "QUIT":
		s.quit()
	default:
		s.reply("500 5.5.2 unknown command")
	}
}

func (s *trialSession) greet(verb string) {
	switch {
	case s.interferes(StageEhlo):
		return
	case (verb == "LHLO") != s.lmtp: // RFC 2033 §4.1
		s.reply("500 5.5.1 the other protocol")
		return
	}
	s.reset()
	s.hello = true
	if verb == "HELO" {
		s.reply("250 sink.localhost")
		return
	}
	offers := slices.Clone(trialExtensions)
	if s.trial.options.Extensions != nil {
		offers = slices.Clone(s.trial.options.Extensions)
	}
	offers = append(offers, "SIZE "+strconv.FormatInt(s.trial.options.MaxSize, 10))
	if !s.trial.options.NoAuth {
		offers = append(offers, "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER")
	}
	if s.trial.config != nil && !s.secure {
		offers = append(offers, "STARTTLS")
	}
	lines := []string{"250-sink.localhost"}
	for i, offer := range offers {
		mark := "250-"
		if i == len(offers)-1 {
			mark = "250 "
		}
		lines = append(lines, mark+offer)
	}
	s.reply(lines...)
}

func (s *trialSession) mail(argument string) {
	address, params, ok := path(argument, "FROM:")
	switch {
	case !ok:
		s.reply("501 5.5.2 MAIL FROM:<address> expected")
		return
	case !s.hello:
		s.reply("503 5.5.1 EHLO first")
		return
	case s.from != nil:
		s.reply("503 5.5.1 nested MAIL")
		return
	}
	s.from = &address
	if s.interferes(StageMail) {
		s.reset()
		return
	}
	if code := senderFault(address); code != 0 {
		s.reset()
		s.refuse(wished(code))
		return
	}
	for _, param := range params {
		name, value, _ := strings.Cut(param, "=")
		if n, err := strconv.ParseInt(value, 10, 64); strings.EqualFold(name, "SIZE") && err == nil && n > s.trial.options.MaxSize {
			s.reset()
			s.reply("552 5.3.4 too large") // RFC 1870 §6.1
			return
		}
	}
	s.reply("250 2.1.0 sender ok")
}

func (s *trialSession) rcpt(argument string) {
	address, _, ok := path(argument, "TO:")
	switch {
	case !ok || address == "":
		s.reply("501 5.5.2 RCPT TO:<address> expected")
		return
	case s.from == nil:
		s.reply("503 5.5.1 MAIL first")
		return
	case s.interferes(StageRcpt, address):
		return
	}
	switch f := recipientFault(address); f.action {
	case replyAtRcpt:
		s.refuse(wished(f.code))
	case dropAtRcpt:
		s.drop()
	case silence:
		s.stall()
	default:
		s.to = append(s.to, address)
		s.reply("250 2.1.5 recipient ok")
	}
}

func (s *trialSession) quit() {
	if s.interferes(StageQuit) {
		return
	}
	s.reply("221 2.0.0 bye")
	s.over = true
}

// wished is the reply for which an address asks.
func wished(code int) string {
	f := failure(code)
	return fmt.Sprintf("%d %d.%d.%d %s", code, f.EnhancedCode[0], f.EnhancedCode[1], f.EnhancedCode[2], f.Message)
}

// path reads "FROM:<address> PARAMS": a quoted local part may hold a bracket.
func path(argument, word string) (address string, params []string, ok bool) {
	if len(argument) < len(word) || !strings.EqualFold(argument[:len(word)], word) {
		return "", nil, false
	}
	rest, found := strings.CutPrefix(strings.TrimLeft(argument[len(word):], " "), "<")
	if !found {
		return "", nil, false
	}
	quoted := false
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == '>' && !quoted:
			return rest[:i], strings.Fields(rest[i+1:]), true
		}
	}
	return "", nil, false
}
