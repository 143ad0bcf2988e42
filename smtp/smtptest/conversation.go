package smtptest

import (
	"net"
	"strings"
)

// conversation is one connection's state.
type conversation struct {
	*peer
	server    *Server
	message   Message
	encrypted bool
	user      string
	hello     string
}

// answer sends the configured reply for line, or else the usual one.
func (c *conversation) answer(line, usual string) error {
	_, err := c.say(line, usual)
	return err
}

func (c *conversation) say(line, usual string) (string, error) {
	reply := c.choose(line, usual)
	return reply, c.give(reply)
}

func (c *conversation) choose(line, usual string) string {
	if c.server.config.Reply != nil {
		if own := c.server.config.Reply(line); own != "" {
			return own
		}
	}
	return usual
}

func (c *conversation) give(reply string) error {
	if reply == "drop" {
		c.log("* dropped")
		return net.ErrClosed
	}
	return c.reply(reply)
}

// handle answers one command and reports whether the connection goes on.
func (c *conversation) handle(line string) bool {
	verb, args, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "LHLO", "HELO":
		c.hello, c.message = args, Message{}
		return c.answer(line, c.greeting(strings.ToUpper(verb))) == nil
	case "MAIL":
		return c.mail(line)
	case "RCPT":
		return c.rcpt(line)
	case "DATA":
		return c.data(line)
	case "BDAT":
		return c.bdat(line, args)
	case "STARTTLS":
		return c.upgrade(line)
	case "AUTH":
		return c.auth(line, args)
	case "RSET":
		c.message = Message{}
		return c.answer(line, "250 2.0.0 ok") == nil
	case "NOOP", "HELP", "VRFY":
		return c.answer(line, "250 2.0.0 ok") == nil
	case "QUIT":
		_ = c.answer(line, "221 2.0.0 bye")
		return false
	default:
		return c.answer(line, "500 5.5.1 what?") == nil
	}
}

func (c *conversation) greeting(verb string) string {
	if verb == "HELO" {
		return "250 smtptest"
	}
	if (verb == "LHLO") != c.server.config.LMTP {
		return "500 5.5.1 the other protocol"
	}
	ext := c.server.config.Extensions
	if ext == nil {
		ext = []string{"PIPELINING", "8BITMIME", "SIZE 10485760", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"}
	}
	lines := append([]string{"smtptest"}, ext...)
	if c.server.config.TLS != nil && !c.encrypted {
		lines = append(lines, "STARTTLS")
	}
	if offer := c.server.config.offer(); offer != "" {
		lines = append(lines, "AUTH "+offer)
	}
	for i := range lines {
		lines[i] = "250-" + lines[i]
	}
	last := len(lines) - 1
	lines[last] = "250 " + lines[last][len("250-"):]
	return strings.Join(lines, "\n")
}

func splitPath(line string) (path, params string) {
	_, rest, _ := strings.Cut(line, "<")
	end := strings.LastIndexByte(rest, '>')
	if end < 0 {
		return "", ""
	}
	return rest[:end], strings.TrimSpace(rest[end+1:])
}

func (c *conversation) mail(line string) bool {
	usual := "250 2.1.0 sender ok"
	if c.message.From != nil {
		usual = "503 5.5.1 nested MAIL"
	}
	reply, err := c.say(line, usual)
	if strings.HasPrefix(reply, "2") {
		path, params := splitPath(line)
		c.message = Message{From: []string{path}, MailParams: params, Encrypted: c.encrypted, User: c.user, SessionHello: c.hello}
	}
	return err == nil
}

func (c *conversation) rcpt(line string) bool {
	usual := "250 2.1.5 recipient ok"
	if c.message.From == nil {
		usual = "503 5.5.1 MAIL first"
	}
	reply, err := c.say(line, usual)
	if strings.HasPrefix(reply, "2") {
		path, params := splitPath(line)
		c.message.To, c.message.RcptParams = append(c.message.To, path), append(c.message.RcptParams, params)
	}
	return err == nil
}

func (c *conversation) data(line string) bool {
	usual := "354 go ahead"
	if len(c.message.To) == 0 {
		usual = "554 5.5.1 no valid recipients"
	}
	reply, err := c.say(line, usual)
	if err != nil || !strings.HasPrefix(reply, "354") {
		return err == nil
	}
	raw, err := c.readContent()
	if err != nil {
		return false
	}
	m := c.message
	c.message = Message{}
	m.Raw, m.Data = raw, unstuff(raw)
	return c.finish(m)
}

// finish answers the final dot, with LMTP once for each recipient. The message
// is kept before the client hears of it.
func (c *conversation) finish(m Message) bool {
	var replies, taken []string
	if !c.server.config.LMTP {
		replies, taken = []string{c.choose(".", "250 2.0.0 ok: queued as 4F2A1")}, m.To
	}
	if c.server.config.LMTP {
		for _, to := range m.To {
			replies = append(replies, c.choose(". <"+to+">", "250 2.0.0 <"+to+"> delivered"))
			if strings.HasPrefix(replies[len(replies)-1], "2") {
				taken = append(taken, to)
			}
		}
	}
	if m.To = taken; len(taken) > 0 && (c.server.config.LMTP || strings.HasPrefix(replies[0], "2")) {
		c.server.keep(m)
		replies = c.tell(m, replies)
	}
	for _, reply := range replies {
		if c.give(reply) != nil {
			return false
		}
	}
	return true
}

// tell lets the test see the message, and say something else to the client.
func (c *conversation) tell(m Message, replies []string) []string {
	if c.server.config.Taken != nil {
		if own := c.server.config.Taken(m); own != "" {
			return []string{own}
		}
	}
	return replies
}

func (c *conversation) upgrade(line string) bool {
	reply, err := c.say(line, "220 2.0.0 go ahead")
	if err != nil || !strings.HasPrefix(reply, "220") {
		return err == nil
	}
	if c.startTLS(c.server.config.TLS) != nil {
		return false
	}
	c.encrypted, c.message, c.hello = true, Message{}, ""
	return true
}
