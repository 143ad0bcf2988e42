package sink

import (
	"errors"
	"io"
	"sync"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"
)

// session is one client's conversation. Content that comes by BDAT is taken in a
// goroutine of its own, hence the lock.
type session struct {
	sink     *Sink
	conn     *conn
	protocol string
	tls      bool

	mu   sync.Mutex
	from string
	to   []string
	user string
}

var (
	_ gosmtp.AuthSession = (*session)(nil)
	_ gosmtp.LMTPSession = (*session)(nil)
)

// AuthMechanisms implements smtp.AuthSession.
func (*session) AuthMechanisms() []string {
	return []string{sasl.Plain, sasl.Login, sasl.OAuthBearer, xoauth2}
}

// Auth implements smtp.AuthSession: anybody may log in.
func (s *session) Auth(mech string) (sasl.Server, error) {
	return mechanism(mech, func(user string) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.user = user
	})
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *gosmtp.MailOptions) error {
	if code := senderFault(from); code != 0 {
		return s.refuse(code)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = from, nil
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	switch f := recipientFault(to); f.action {
	case replyAtRcpt:
		return s.refuse(f.code)
	case dropAtRcpt:
		s.conn.hangUp()
		return errHungUp
	case silence:
		s.conn.ignore()
		return errHungUp
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return nil
}

// errHungUp never reaches a client: the connection is closed.
var errHungUp = errors.New("connection closed on demand")

// refuse is the reply, after which 421 also closes.
func (s *session) refuse(code int) error {
	if code == 421 { // RFC 5321 §3.8
		s.conn.hangUpAfterReply()
	}
	return failure(code)
}

// Data implements smtp.Session: one recipient's wish to fail is everybody's.
func (s *session) Data(r io.Reader) error {
	e, f := s.plan()
	if f.worst != nil {
		if _, err := io.Copy(io.Discard, r); err != nil {
			return err
		}
		return s.refuse(f.worst.Code)
	}
	return s.take(e, f, r)
}

// LMTPData implements smtp.LMTPSession: each recipient has its own reply.
func (s *session) LMTPData(r io.Reader, status gosmtp.StatusCollector) error {
	e, f := s.plan()
	all := e.To
	e.To = f.good
	if err := s.takeIfWanted(e, f, r); err != nil {
		return err
	}
	for _, to := range all {
		if wish := recipientFault(to); wish.action == replyAfterContent {
			status.SetStatus(to, failure(wish.code)) // RFC 2033 §4.2
		} else {
			status.SetStatus(to, nil)
		}
	}
	return nil
}

func (s *session) takeIfWanted(e Event, f contentFaults, r io.Reader) error {
	if len(f.good) > 0 {
		return s.take(e, f, r)
	}
	_, err := io.Copy(io.Discard, r)
	return err
}

// contentFaults is what the recipients wish for after the content.
type contentFaults struct {
	good  []string          // those who wish for no reply
	worst *gosmtp.SMTPError // the first reply wished for
	drop  bool
}

// plan fixes the envelope and what is to happen to the content.
func (s *session) plan() (Event, contentFaults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := Event{From: s.from, To: append([]string(nil), s.to...), TLS: s.tls, AuthUser: s.user, Protocol: s.protocol}
	var f contentFaults
	for _, to := range e.To {
		switch wish := recipientFault(to); {
		case wish.action != replyAfterContent:
			f.good = append(f.good, to)
			f.drop = f.drop || wish.action == dropAfterContent
		case f.worst == nil:
			f.worst = failure(wish.code)
		}
	}
	return e, f
}

// take keeps the message and counts it.
func (s *session) take(e Event, f contentFaults, r io.Reader) error {
	s.sink.taking.begin()
	defer s.sink.taking.end()
	begin, err := s.sink.keep(&e, r)
	if err != nil {
		return storeError(err)
	}
	e.Time, e.Subject = s.sink.options.Now(), subject(begin)
	s.sink.record(e)
	if f.drop {
		s.conn.hangUp()
		return errHungUp
	}
	return nil
}

func (s *Sink) keep(e *Event, r io.Reader) (begin []byte, err error) {
	if s.store == nil {
		var h head
		e.Size, err = io.Copy(&h, r)
		return h.kept, err
	}
	e.File, e.Size, begin, err = s.store.take(e.From, e.To, r)
	return begin, err
}

// storeError leaves the server's own refusals alone; what fails here may work
// later.
func storeError(err error) error {
	var refusal *gosmtp.SMTPError
	if errors.As(err, &refusal) {
		return refusal
	}
	return &gosmtp.SMTPError{Code: 451, EnhancedCode: gosmtp.EnhancedCode{4, 3, 0}, Message: err.Error()}
}

// Reset implements smtp.Session.
func (s *session) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from, s.to = "", nil
}

// Logout implements smtp.Session.
func (*session) Logout() error { return nil }
