package main

import (
	"fmt"
	"path/filepath"
	"sync"

	"moonpost/luabind"
	"moonpost/sink"
)

// replSink is the sink of a session; nil while there is none.
type replSink struct {
	sink *sink.Sink

	mu     sync.Mutex
	caught []string
}

// startSink starts the sink, which tells of every mail as it comes.
func (r *repl) startSink() error {
	dir := r.cmd.SinkDir
	if dir == "" {
		var err error
		if dir, err = r.p.tempDir("moonpost-sink-"); err != nil {
			return err
		}
	}
	s := &replSink{}
	var err error
	s.sink, err = sink.Start(sink.Options{
		Address: "127.0.0.1:0", LMTPAddress: "127.0.0.1:0", Dir: dir, NoSync: true, TLS: true, Now: r.p.wall,
		OnMessage: func(e sink.Event) { r.say("caught: " + s.add(e)) },
	})
	if err == nil {
		r.sink = s
	}
	return err
}

// add remembers a caught mail and gives its line.
func (s *replSink) add(e sink.Event) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	line := eventLine(e)
	s.caught = append(s.caught, line)
	return line
}

func (s *replSink) address() *luabind.Sink {
	return &luabind.Sink{SMTP: s.sink.Addr(), LMTP: s.sink.LMTPAddr()}
}

// commandSink starts the sink, or lists what it caught.
func (r *repl) commandSink(string) error {
	if r.sink != nil {
		r.sink.mu.Lock()
		defer r.sink.mu.Unlock()
		for _, line := range r.sink.caught {
			r.say(line)
		}
		r.say(fmt.Sprintf("sink: %s caught, in %s", plural(len(r.sink.caught), "message"), r.sink.sink.Dir()))
		return nil
	}
	if err := r.startSink(); err != nil {
		return err
	}
	out := r.session.Outbound()
	out.Sink = r.sink.address()
	return r.reroute(out, "sink: all mail goes to "+r.sink.sink.Addr()+" now, files to "+r.sink.sink.Dir())
}

// close says what was caught and where it lies.
func (s *replSink) close(r *repl) {
	if s == nil {
		return
	}
	(&caughtMail{sink: s.sink, store: filepath.Join(s.sink.Dir(), "store")}).close(r.p)
}
