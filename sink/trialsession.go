package sink

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// trialSession is one client's conversation with a trial.
type trialSession struct {
	trial  *Trial
	conn   *conn
	wire   net.Conn // conn, or TLS over it
	in     *bufio.Reader
	out    *bufio.Writer
	record *record
	way    Way
	lmtp   bool
	secure bool
	spoken bool // the client has said something
	hello  bool
	over   bool

	user    string
	from    *string
	to      []string
	content []byte // of BDAT, so far
	chunked bool   // a BDAT has begun
}

// trialLine bounds a command line, and what a session reads at once.
const trialLine = 64 << 10

func newTrialSession(t *Trial, c *conn, protocol string) *trialSession {
	s := &trialSession{trial: t, conn: c, record: t.newRecord(), way: Way{Protocol: protocol}}
	s.speak(c)
	return s
}

// speak puts the session on a connection, at the beginning or after STARTTLS.
func (s *trialSession) speak(wire net.Conn) {
	s.wire, s.in, s.out = wire, bufio.NewReaderSize(wire, trialLine), bufio.NewWriter(wire)
}

// serve speaks until either side ends it.
func (s *trialSession) serve() {
	defer s.conn.Close() //nolint:errcheck // nothing is lost with it
	if s.way.Protocol == "" && !s.announced() {
		return
	}
	s.lmtp = s.way.Protocol == "lmtp"
	if !s.interferes(StageConnect) && !s.interferes(StageGreeting) {
		s.reply("220 sink.localhost for trials")
	}
	for !s.over {
		line, err := s.line()
		if err != nil {
			break
		}
		s.command(line)
	}
	s.flush()
}

// announced reads which way the connection stands for.
func (s *trialSession) announced() bool {
	_ = s.conn.SetReadDeadline(systemClock().Add(announceTime))
	way, err := readWay(s.in)
	_ = s.conn.SetReadDeadline(time.Time{})
	s.way = way
	s.trial.mu.Lock()
	defer s.trial.mu.Unlock()
	s.record.way = way
	return err == nil
}

// interferes asks the rules, does what they want, and tells whether that replaces what the stage usually does.
func (s *trialSession) interferes(stage Stage, rcpts ...string) bool {
	o := occasion{stage: stage, way: s.way, rcpts: rcpts}
	if s.from != nil {
		o.from = *s.from
	}
	rule, applies := s.trial.rules.ask(o)
	if !applies {
		return false
	}
	if rule.Delay > 0 {
		s.flush()
		s.pause(rule.Delay)
	}
	switch rule.Action {
	case ActionReply:
		s.refuse(fmt.Sprintf("%d %s %s", rule.Code, rule.Enhanced, rule.Text))
	case ActionDrop:
		s.drop()
	case ActionStall:
		s.stall()
	default:
		return false
	}
	return true
}

// pause waits, but not beyond the trial's end.
func (s *trialSession) pause(d time.Duration) {
	ctx, cancel := context.WithTimeout(s.trial.closing, d)
	defer cancel()
	<-ctx.Done()
}

// refuse replies; 421, and what stands in the place of a greeting, also ends the session.
func (s *trialSession) refuse(reply string) {
	if s.spoken && !strings.HasPrefix(reply, "421") { // RFC 5321 §3.8
		s.reply(reply)
		return
	}
	s.flush()
	s.reply(reply)
	s.over = true
	s.conn.hangUpAfterReply()
	s.flush()
}

func (s *trialSession) drop() {
	s.flush()
	s.trial.note(s.record, "(drops the connection)")
	s.over = true
	s.conn.hangUp()
}

func (s *trialSession) stall() {
	s.flush()
	s.trial.note(s.record, "(never answers)")
	s.over = true
	s.conn.ignore()
}

// reply queues one or more lines of a reply.
func (s *trialSession) reply(lines ...string) {
	for _, line := range lines {
		s.trial.note(s.record, "S: %s", line)
		_, _ = s.out.WriteString(line + "\r\n") // an error shows at the next read
	}
}

func (s *trialSession) flush() { _ = s.out.Flush() }

// line reads a command. Replies leave when nothing more is there to be read, as pipelining wants it.
func (s *trialSession) line() (string, error) {
	if s.in.Buffered() == 0 {
		s.flush()
	}
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// startTLS answers STARTTLS and begins the conversation anew.
func (s *trialSession) startTLS() {
	switch {
	case s.trial.config == nil || s.secure:
		s.reply("502 5.5.1 not offered")
		return
	case s.interferes(StageStartTLS):
		return
	}
	s.reply("220 2.0.0 ready")
	s.flush()
	secured := tls.Server(s.conn, s.trial.config)
	if err := secured.HandshakeContext(s.trial.closing); err != nil {
		s.trial.note(s.record, "(TLS failed: %v)", err)
		s.over = true
		return
	}
	s.speak(secured)
	s.secure, s.hello, s.user = true, false, ""
	s.reset()
}

func (s *trialSession) reset() { s.from, s.to, s.content, s.chunked = nil, nil, nil, false }

// skip reads n octets and forgets them.
func (s *trialSession) skip(n int64) bool {
	_, err := io.CopyN(io.Discard, s.in, n)
	return err == nil
}
