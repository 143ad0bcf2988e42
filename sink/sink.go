package sink

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	gosmtp "github.com/emersion/go-smtp"
)

// Options say where a sink listens and what it does with messages.
type Options struct {
	Address     string // of SMTP: "host:port", "/path" of a unix socket; no host: 127.0.0.1
	LMTPAddress string // of LMTP; with neither address SMTP listens on 127.0.0.1, any port
	Dir         string // maildir, made if absent; "": messages are read, indexed and dropped
	NoSync      bool   // don't wait for the disk; for tests
	TLS         bool   // offer STARTTLS, with a certificate made for this run
	MaxSize     int64  // largest content in octets; 0: no limit

	Now       func() time.Time // wall clock for files, events and the certificate; nil: the system's
	OnMessage func(Event)      // called before the client gets its reply, one call at a time
}

// Sink is a running server.
type Sink struct {
	options  Options
	store    *maildir
	smtp     *listener
	lmtp     *listener
	servers  []*gosmtp.Server
	serving  sync.WaitGroup
	taking   deliveries
	closeAll sync.Once
	closeErr error

	mu     sync.Mutex // also serialises OnMessage
	recent []Event
	count  int
}

// recentLimit is how many messages the index remembers.
const recentLimit = 10000

// Start opens the listeners and returns at once. The errors are those of the
// network and of the file system.
func Start(o Options) (*Sink, error) {
	if o.Now == nil {
		o.Now = systemClock
	}
	if o.Address == "" && o.LMTPAddress == "" {
		o.Address = "127.0.0.1:0"
	}
	s := &Sink{options: o}
	if err := s.open(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Sink) open() (err error) {
	if s.options.Dir != "" {
		if s.store, err = openMaildir(s.options.Dir, !s.options.NoSync, s.options.Now); err != nil {
			return err
		}
	}
	if s.options.Address != "" {
		if s.smtp, err = s.serve(s.options.Address, false); err != nil {
			return err
		}
	}
	if s.options.LMTPAddress != "" {
		s.lmtp, err = s.serve(s.options.LMTPAddress, true)
	}
	return err
}

func (s *Sink) serve(address string, lmtp bool) (*listener, error) {
	server, err := s.newServer(lmtp)
	if err != nil {
		return nil, err
	}
	l, err := listen(address)
	if err != nil {
		return nil, err
	}
	s.servers = append(s.servers, server)
	s.serving.Go(func() { _ = server.Serve(l) })
	return l, nil
}

// Addr returns the address of the SMTP listener, "host:port" or a socket's path,
// or "" if there is none.
func (s *Sink) Addr() string { return s.smtp.address() }

// LMTPAddr returns the address of the LMTP listener, or "" if there is none.
func (s *Sink) LMTPAddr() string { return s.lmtp.address() }

// Dir returns the maildir.
func (s *Sink) Dir() string { return s.options.Dir }

// Count returns how many messages were taken.
func (s *Sink) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Messages returns what was taken, oldest first, at most the last ten thousand.
func (s *Sink) Messages() []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Event(nil), s.recent...)
}

func (s *Sink) record(e Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	if len(s.recent) == recentLimit {
		s.recent = append(s.recent[:0:0], s.recent[recentLimit/10:]...)
	}
	s.recent = append(s.recent, e)
	if s.options.OnMessage != nil {
		s.options.OnMessage(e)
	}
}

// closeGrace is how long Close lets messages on their way come in.
const closeGrace = 2 * time.Second

// Close stops listening, lets messages whose content is on the way come in for up
// to two seconds, closes all connections and waits for their end.
func (s *Sink) Close() error {
	s.closeAll.Do(func() {
		listeners := []*listener{s.smtp, s.lmtp}
		for _, l := range listeners {
			if err := l.stop(); err != nil && !errors.Is(err, net.ErrClosed) {
				s.closeErr = fmt.Errorf("sink: %w", err)
			}
		}
		s.taking.wait(closeGrace)
		for _, server := range s.servers {
			_ = server.Close() // complains of the listener being closed already
		}
		for _, l := range listeners {
			l.closeConns()
		}
		s.serving.Wait()
	})
	return s.closeErr
}

// listen puts what has no host on the loopback interface.
func listen(address string) (*listener, error) {
	network := "tcp"
	if strings.HasPrefix(address, "/") {
		network = "unix"
	} else if strings.HasPrefix(address, ":") {
		address = "127.0.0.1" + address
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), network, address)
	if err != nil {
		return nil, fmt.Errorf("sink: %w", err)
	}
	return &listener{Listener: l, conns: map[*conn]struct{}{}}, nil
}
