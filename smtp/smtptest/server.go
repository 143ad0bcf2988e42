package smtptest

import (
	"crypto/tls"
	"net"
	"strings"
	"sync"
	"testing"
)

// Config says what a recording server is like. The zero value speaks SMTP on a
// loopback port and offers PIPELINING, 8BITMIME, SIZE, SMTPUTF8, DSN and
// ENHANCEDSTATUSCODES.
type Config struct {
	LMTP        bool
	Unix        bool     // listen on a unix socket
	Extensions  []string // instead of the default ones; empty and not nil for none
	TLS         *tls.Config
	ImplicitTLS bool              // TLS from the first octet; else STARTTLS with TLS given
	Users       map[string]string // passwords; AUTH PLAIN LOGIN is offered if there are any
	Mechanisms  []string          // offered instead of PLAIN LOGIN
	Tokens      map[string]string // OAuth2 tokens and whose they are
	Forge       Forgery           // if set, lies in AUTH

	// Reply may answer a command line itself: a code and text, lines divided by
	// "\n", or "drop" to hang up. "" leaves the answer to the server. The line for
	// the end of content is ".", with LMTP ". <recipient>".
	Reply func(line string) string

	// Taken is told of a message that the server keeps, before the client is, and may
	// answer as Reply does: the message stays kept, whatever the client hears.
	Taken func(m Message) string

	// SmallBuffers keeps the kernel's buffers for the connection small, so that a
	// server that cannot write stops reading soon.
	SmallBuffers bool
}

const smallBuffer = 32 << 10

// Message is what a recording server was given.
type Message struct {
	From, To     []string // the paths of the command lines; From has one element
	MailParams   string
	RcptParams   []string
	Raw          []byte // as on the wire, with doubled dots
	Data         []byte // the message
	Chunked      bool   // it came by BDAT
	Encrypted    bool
	User         string
	SessionHello string
}

// Server accepts mail and keeps it.
type Server struct {
	*listener
	config Config

	mu       sync.Mutex
	messages []Message
}

// NewServer starts a recording server that ends with the test.
func NewServer(t testing.TB, c Config) *Server {
	t.Helper()
	s := &Server{listener: listen(t, c.Unix), config: c}
	s.start(t, s.serve)
	return s
}

// Messages returns what was accepted so far.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// conversation is one connection's state.
type conversation struct {
	*peer
	server    *Server
	message   Message
	encrypted bool
	user      string
	hello     string
}

func (s *Server) serve(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok && s.config.SmallBuffers {
		_ = tcp.SetReadBuffer(smallBuffer)
		_ = tcp.SetWriteBuffer(smallBuffer)
	}
	c := &conversation{peer: newPeer(conn, s.record), server: s}
	if s.config.ImplicitTLS {
		if c.startTLS(s.config.TLS) != nil {
			return
		}
		c.encrypted = true
	}
	if c.answer("", "220 smtptest ESMTP") != nil {
		return
	}
	for {
		line, err := c.readLine()
		if err != nil || !c.handle(line) {
			return
		}
	}
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

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
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
