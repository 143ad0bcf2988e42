package sink

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// data answers DATA and takes the content.
func (s *trialSession) data() {
	switch {
	case len(s.to) == 0:
		s.reply("503 5.5.1 no recipients") // RFC 5321 §4.1.1.4
		return
	case s.interferes(StageData, s.to...):
		return
	}
	s.reply("354 go ahead")
	s.flush()
	if s.bodyFails() {
		return
	}
	content, err := s.dotted()
	if err != nil {
		s.over = true
		return
	}
	s.complete(content)
}

// bodyFails lets the rules interfere once the content has begun. A reply in the middle of it ends the connection:
// nobody could tell the rest of the content from commands.
func (s *trialSession) bodyFails() bool {
	if _, err := s.in.Peek(1); err != nil {
		s.over = true
		return true
	}
	if !s.interferes(StageBody, s.to...) {
		return false
	}
	if !s.over {
		s.over = true
		s.conn.hangUpAfterReply()
		s.flush()
	}
	return true
}

// dotted reads to the final dot and takes the stuffed dots away; only CRLF ends a line. What is beyond the size is
// read but not kept, and one octet more tells so.
func (s *trialSession) dotted() ([]byte, error) { // RFC 5321 §4.5.2
	var content []byte
	begin, afterCR := true, false // of a line; behind a CR
	for {
		piece, err := s.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		if begin && string(piece) == ".\r\n" {
			s.trial.note(s.record, "C: (%d octets and a dot)", len(content))
			return content, nil
		}
		if begin && piece[0] == '.' {
			piece = piece[1:]
		}
		begin = bytes.HasSuffix(piece, []byte("\r\n")) || afterCR && string(piece) == "\n"
		afterCR = bytes.HasSuffix(piece, []byte("\r"))
		content = s.bounded(content, piece)
	}
}

// bounded appends up to one octet beyond the size.
func (s *trialSession) bounded(content, piece []byte) []byte {
	room := s.trial.options.MaxSize + 1 - int64(len(content))
	return append(content, piece[:max(0, min(room, int64(len(piece))))]...)
}

// bdat takes one chunk.
func (s *trialSession) bdat(argument string) { // RFC 3030 §2
	size, last, _ := strings.Cut(argument, " ")
	n, err := strconv.ParseInt(size, 10, 64)
	switch {
	case err != nil || n < 0:
		s.reply("501 5.5.4 malformed size")
		s.over = true // the chunk could not be told from commands
		return
	case len(s.to) == 0 || !s.chunked && s.interferes(StageData, s.to...):
		if len(s.to) == 0 {
			s.reply("503 5.5.1 no recipients")
		}
		s.over = s.over || !s.skip(n)
		return
	}
	if !s.chunked && n > 0 && s.bodyFails() {
		return
	}
	s.chunked = true
	if !s.chunk(n) {
		s.over = true
		return
	}
	if !strings.EqualFold(last, "LAST") {
		s.reply("250 2.0.0 chunk taken")
		return
	}
	s.trial.note(s.record, "C: (%d octets in chunks)", len(s.content))
	s.complete(s.content)
}

// chunk reads n octets of content.
func (s *trialSession) chunk(n int64) bool {
	for n > 0 {
		piece, err := s.in.Peek(int(min(n, trialLine)))
		if len(piece) == 0 && err != nil {
			return false
		}
		s.content = s.bounded(s.content, piece)
		if _, err := s.in.Discard(len(piece)); err != nil {
			return false
		}
		n -= int64(len(piece))
	}
	return true
}

// complete decides about a content that is there as a whole, and answers.
func (s *trialSession) complete(content []byte) {
	defer s.reset()
	switch {
	case int64(len(content)) > s.trial.options.MaxSize:
		s.eachRecipient("552 5.3.4 too large")
	case s.lmtp:
		s.completeLMTP(content)
	default:
		s.completeSMTP(content)
	}
}

func (s *trialSession) completeSMTP(content []byte) {
	drops := false
	for _, to := range s.to {
		switch f := recipientFault(to); f.action {
		case replyAfterContent: // one recipient's wish to fail is everybody's
			s.refuse(wished(f.code))
			return
		case dropAfterContent:
			drops = true
		}
	}
	rule := s.afterDot(s.to)
	if rule.Action == ActionReply {
		s.refuse(ruleReply(rule))
		return
	}
	s.keep(s.to, content, rule, drops)
	if !s.over {
		s.reply("250 2.0.0 taken")
	}
}

// completeLMTP answers for each recipient; the content is kept for those who take it.
func (s *trialSession) completeLMTP(content []byte) { // RFC 2033 §4.2
	var good, replies []string
	var worst Rule
	drops := false
	for _, to := range s.to {
		rule, f := s.afterDot([]string{to}), recipientFault(to)
		drops = drops || f.action == dropAfterContent
		switch {
		case f.action == replyAfterContent:
			replies = append(replies, wished(f.code))
		case rule.Action == ActionReply:
			replies = append(replies, ruleReply(rule))
		default:
			good, replies = append(good, to), append(replies, "250 2.0.0 taken")
			if rule.Action != "" {
				worst = rule
			}
		}
	}
	if len(good) > 0 {
		s.keep(good, content, worst, drops)
	}
	if !s.over {
		s.reply(replies...)
	}
}

// afterDot asks the rules without obeying them: what is dropped after the content is kept before.
func (s *trialSession) afterDot(rcpts []string) Rule {
	rule, _ := s.trial.rules.ask(occasion{stage: StageAfterDot, way: s.way, from: *s.from, rcpts: rcpts})
	if rule.Delay > 0 {
		s.pause(rule.Delay)
	}
	return rule
}

func ruleReply(r Rule) string { return fmt.Sprintf("%d %s %s", r.Code, r.Enhanced, r.Text) }

// keep takes the message and then does what the rule or a recipient wants.
func (s *trialSession) keep(to []string, content []byte, rule Rule, drops bool) {
	protocol := "smtp"
	if s.lmtp {
		protocol = "lmtp"
	}
	m := Caught{Event: Event{From: *s.from, To: to, TLS: s.secure, AuthUser: s.user, Protocol: protocol}, Way: s.way, Data: content}
	switch replies := s.trial.take(m); {
	case !replies || drops || rule.Action == ActionDrop:
		s.drop()
	case rule.Action == ActionStall:
		s.stall()
	}
}

// eachRecipient answers the content once, or with LMTP once for each recipient.
func (s *trialSession) eachRecipient(reply string) {
	s.reply(reply)
	for i := 1; s.lmtp && i < len(s.to); i++ {
		s.reply(reply)
	}
}
