package smtptest

import (
	"crypto/tls"
	"net"
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

func (s *Server) keep(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
}
