package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"moonpost/luabind"
	"moonpost/sink"
)

// sinkCmd is `moonpost sink`.
type sinkCmd struct {
	Listen string `default:"127.0.0.1:2525" placeholder:"HOST:PORT" help:"Where to listen for SMTP (default 127.0.0.1:2525)."`
	LMTP   string `name:"lmtp" placeholder:"HOST:PORT" help:"Where to listen for LMTP too; a path is a unix socket."`
	Dir    string `default:"sink" placeholder:"DIR" type:"path" help:"Maildir to store into (default ./sink)."`
}

// Help is shown below the flags.
func (c *sinkCmd) Help() string {
	return "Stores every message in a maildir and prints one line for each. Recipients fail on demand by their local part: " +
		"550@ or any other code from 400 to 599 at RCPT, data-451@ after the content, drop@ hangs up at RCPT, " +
		"drop-after-dot@ after the content, timeout@ never answers; the sender mail-550@ is refused at MAIL."
}

// run serves until a signal comes.
func (c *sinkCmd) run(p *process) int {
	s, err := sink.Start(sink.Options{
		Address: c.Listen, LMTPAddress: c.LMTP, Dir: c.Dir, TLS: true, Now: p.wall,
		OnMessage: func(e sink.Event) { _, _ = fmt.Fprintln(p.stdout, eventLine(e)) },
	})
	if err != nil {
		p.complain(err.Error(), "")
		return statusRefused
	}
	_, _ = fmt.Fprintf(p.stdout, "sink: SMTP on %s%s; mail goes to %s; Ctrl-C ends it\n", s.Addr(), lmtpNote(s), s.Dir())
	<-p.signals
	if err := s.Close(); err != nil {
		p.complain(err.Error(), "")
	}
	_, _ = fmt.Fprintf(p.stdout, "sink: %s caught, in %s\n", plural(s.Count(), "message"), s.Dir())
	return statusDone
}

func lmtpNote(s *sink.Sink) string {
	if s.LMTPAddr() == "" {
		return ""
	}
	return ", LMTP on " + s.LMTPAddr()
}

// eventLine is one caught message on one line.
func eventLine(e sink.Event) string {
	from := e.From
	if from == "" {
		from = "<>"
	}
	return fmt.Sprintf("%s -> %s  %d octets  %q  %s", from, strings.Join(e.To, ", "), e.Size, e.Subject, e.File)
}

// caughtMail is the sink of `run --sink`; nil when there is none.
type caughtMail struct {
	sink  *sink.Sink
	store string // folder of a store that goes with it, or ""
}

// openSink starts the sink of --sink and points the host at it.
func (c *runCmd) openSink(p *process, host *luabind.Host) (*caughtMail, error) {
	if !c.Sink {
		return nil, nil
	}
	dir := c.SinkDir
	if dir == "" {
		var err error
		if dir, err = p.tempDir("moonpost-sink-"); err != nil {
			return nil, err
		}
	}
	s, err := sink.Start(sink.Options{Address: "127.0.0.1:0", LMTPAddress: "127.0.0.1:0", Dir: dir, NoSync: true, TLS: true, Now: p.wall})
	if err != nil {
		return nil, err
	}
	host.Outbound.Sink = &luabind.Sink{SMTP: s.Addr(), LMTP: s.LMTPAddr()}
	caught := &caughtMail{sink: s}
	if c.Store == "" {
		caught.store = filepath.Join(dir, "store")
		host.Store = sinkStore(dir).opener(p)
	}
	return caught, nil
}

// sinkStore is a store that goes with the sink.
func sinkStore(dir string) storePlace {
	return storePlace{address: "sqlite:" + filepath.Join(dir, "store", "moonpost.db"), own: true}
}

// close says what was caught and where it lies.
func (c *caughtMail) close(p *process) {
	if c == nil {
		return
	}
	if err := c.sink.Close(); err != nil {
		p.complain(err.Error(), "")
	}
	if c.store != "" {
		_ = os.RemoveAll(c.store) // what is left lies in the sink's folder
	}
	_, _ = fmt.Fprintf(p.stderr, "sink: %s caught; nothing was sent. Files: %s\n", plural(c.sink.Count(), "message"), c.sink.Dir())
}
