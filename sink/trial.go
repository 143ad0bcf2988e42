package sink

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"
	"time"
)

// TrialOptions say how a trial's server behaves.
type TrialOptions struct {
	Rules      []Rule            // settled ones; the first that applies wins
	Extensions []string          // what EHLO offers besides SIZE, AUTH and STARTTLS; nil: all that it knows
	Users      map[string]string // who may log in with which password; nil: anybody
	NoAuth     bool              // offer no AUTH
	MaxSize    int64             // largest content in octets; 0: DefaultTrialSize
	TLS        bool              // offer STARTTLS, with a certificate made for this run

	Now func() time.Time // wall clock of messages and the certificate; nil: the system's
}

// DefaultTrialSize is the largest content that a trial takes by itself: it keeps messages in memory.
const DefaultTrialSize = 64 << 20

// Caught is a message that a trial took.
type Caught struct {
	Event
	Way  Way
	Data []byte // the content, dots unstuffed; not to be changed
}

// Trial is a server on loopback for tests: it fails by rule, as well as by the addresses that the package's
// documentation lists, and keeps every message in memory.
type Trial struct {
	options TrialOptions
	rules   *ruleBook
	config  *tls.Config
	smtp    *listener
	lmtp    *listener
	way     *listener // takes connections that announce themselves
	serving sync.WaitGroup
	closing context.Context
	stop    context.CancelFunc
	closed  sync.Once

	mu       sync.Mutex
	messages []Caught
	changed  chan struct{} // closed at the next message
	cut      *cut
	sessions []*record
}

// cut ends a trial's hospitality after some messages.
type cut struct {
	left int
	then func()
}

// StartTrial opens the listeners and returns at once. The errors are those of the network.
func StartTrial(o TrialOptions) (*Trial, error) {
	if o.Now == nil {
		o.Now = systemClock
	}
	if o.MaxSize == 0 {
		o.MaxSize = DefaultTrialSize
	}
	t := &Trial{options: o, rules: newRuleBook(o.Rules), changed: make(chan struct{})}
	t.closing, t.stop = context.WithCancel(context.Background())
	if err := t.open(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func (t *Trial) open() (err error) {
	if t.options.TLS {
		if t.config, err = selfSigned(t.options.Now()); err != nil {
			return err
		}
	}
	for _, l := range []struct {
		listener **listener
		protocol string
	}{{&t.smtp, "smtp"}, {&t.lmtp, "lmtp"}, {&t.way, ""}} {
		if *l.listener, err = listen("127.0.0.1:0"); err != nil {
			return err
		}
		t.serving.Go(func() { t.accept(*l.listener, l.protocol) })
	}
	return nil
}

// accept serves until the listener is closed. Without a protocol clients announce themselves.
func (t *Trial) accept(l *listener, protocol string) {
	for {
		raw, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			t.serving.Go(func() { newTrialSession(t, raw.(*conn), protocol).serve() })
		}
	}
}

// Addr is where it speaks SMTP, "host:port".
func (t *Trial) Addr() string { return t.smtp.address() }

// LMTPAddr is where it speaks LMTP.
func (t *Trial) LMTPAddr() string { return t.lmtp.address() }

// WayAddr is where connections begin with an announcement (Way.Announce), then speak the protocol that it names.
func (t *Trial) WayAddr() string { return t.way.address() }

// Close ends all connections and waits until they are ended. Messages stay readable.
func (t *Trial) Close() {
	t.closed.Do(func() {
		t.stop()
		for _, l := range []*listener{t.smtp, t.lmtp, t.way} {
			_ = l.stop()
			l.closeConns()
		}
		t.serving.Wait()
	})
}

// Count tells how many messages were taken.
func (t *Trial) Count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.messages)
}

// Messages returns what was taken, oldest first.
func (t *Trial) Messages() []Caught {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.messages)
}

// Clear forgets the messages and the transcript. Rules go on counting.
func (t *Trial) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.messages, t.sessions = nil, nil
}

// Wait returns when n messages were taken, or with the context's error.
func (t *Trial) Wait(ctx context.Context, n int) error {
	for {
		t.mu.Lock()
		enough, changed := len(t.messages) >= n, t.changed
		t.mu.Unlock()
		if enough {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// CutAfter calls then when n more messages were taken; to the last there is no reply. From that moment nothing is taken, and clients that are at a final dot lose their connections, until resume is called.
func (t *Trial) CutAfter(n int, then func()) (resume func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := &cut{left: n, then: then}
	t.cut = own
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.cut == own {
			t.cut = nil
		}
	}
}

// take keeps the message, unless a cut forbids it, and tells whether the client gets a reply.
func (t *Trial) take(m Caught) (replies bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cut != nil && t.cut.left <= 0 {
		return false
	}
	m.Time, m.Subject, m.Size = t.options.Now(), subject(m.Data[:min(len(m.Data), headLimit)]), int64(len(m.Data))
	t.messages = append(t.messages, m)
	close(t.changed)
	t.changed = make(chan struct{})
	if t.cut != nil {
		if t.cut.left--; t.cut.left == 0 {
			t.cut.then()
			return false
		}
	}
	return true
}
