package smtp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// wire is one connection: octets with deadlines, replies, and the rule that
// after any failure nothing more is written. One goroutine reads; another may
// write at the same time.
type wire struct {
	opts  *Options
	log   *transcript
	in    *bufio.Reader
	last  Reply        // the latest reply
	guard contentGuard // where raw content may go
	known knownReplies // spares parsing what servers say again and again

	stage  Stage          // of the reply being read
	readBy time.Time      // its deadline; zero until a read has to wait
	sent   atomic.Int64   // octets the connection took
	out    *contentWriter // made for the first content

	broken atomic.Bool
	mails  atomic.Int64 // MAILs that were sent

	mu      sync.Mutex // guards what follows
	conn    net.Conn
	raw     net.Conn // below TLS; closing it cannot stall
	watched watched

	reading, writing deadline

	gathered pieces      // what writeBlock writes at once
	gather   net.Buffers // of gathered
}

func newWire(conn net.Conn, opts *Options, log *transcript) *wire {
	w := &wire{opts: opts, log: log, conn: conn, raw: conn}
	w.watched.ctx = context.Background()
	w.in = bufio.NewReaderSize(w, maxReplyLine)
	return w
}

// Read fills the reply buffer; the deadline counts from the beginning of the
// reply, so that a trickle of octets does not extend it.
func (w *wire) Read(p []byte) (int, error) {
	if w.readBy.IsZero() {
		w.readBy = w.opts.Mono().Add(w.opts.timeout(w.stage))
	}
	w.mu.Lock()
	conn := w.conn
	if !w.watched.doomed {
		if at, change := w.reading.move(w.readBy, w.opts.timeout(w.stage)); change {
			_ = conn.SetReadDeadline(at)
		}
	}
	w.mu.Unlock()
	return conn.Read(p)
}

// command sends one line that commandLine made.
func (w *wire) command(stage Stage, line string) error {
	if w.broken.Load() {
		return disconnected(stage, ErrBroken)
	}
	w.log.client(line)
	return w.write(stage, []byte(line))
}

// inStep refuses to go on when the server has answered what was not yet asked:
// its replies would be taken for those to other commands. A 421 may come at any
// time and is read as the next reply. Call it when no reply is due.
func (w *wire) inStep(stage Stage) error {
	n := w.in.Buffered()
	if n == 0 || w.broken.Load() {
		return nil
	}
	early, _ := w.in.Peek(n)
	if bytes.HasPrefix(early, []byte("421")) { // RFC 5321 §3.8
		return nil
	}
	return w.fail(stage, protocolError(early, "a reply to nothing"))
}

// roundTrip sends a line and reads its reply.
func (w *wire) roundTrip(stage Stage, line string) (Reply, error) {
	if err := w.inStep(stage); err != nil {
		return Reply{}, err
	}
	if err := w.command(stage, line); err != nil {
		return Reply{}, err
	}
	return w.readReply(stage)
}

// fail ends the connection and returns the typed error for its cause.
func (w *wire) fail(stage Stage, err error) error {
	typed := w.typed(stage, err)
	w.abandon()
	return typed
}

func (w *wire) typed(stage Stage, err error) error {
	var protocol *ProtocolError
	switch {
	case errors.As(err, &protocol):
		protocol.stage = stage
		return protocol
	case w.governing().Err() != nil && !errors.Is(err, io.EOF):
		return &CancelledError{detail: detail{stage: stage}, Err: context.Cause(w.governing())}
	case errors.Is(err, os.ErrDeadlineExceeded):
		e := &TimeoutError{detail: detail{stage: stage}, Err: err}
		if stage == StageGreeting {
			e.hint = hintMaybeTLS
		}
		return e
	case isAlert(err):
		_, host := w.opts.address()
		return &TLSError{detail: detail{stage: stage, hint: tlsHint(err)}, Host: host, Err: err}
	case errors.Is(err, io.EOF):
		return disconnected(stage, fmt.Errorf("the server closed the connection: %w", io.EOF))
	}
	return disconnected(stage, err)
}

func disconnected(stage Stage, err error) *DisconnectedError {
	return &DisconnectedError{detail: detail{stage: stage}, Err: err}
}

// abandon makes the connection unusable at once. It may be called from any
// goroutine and more than once.
func (w *wire) abandon() {
	w.broken.Store(true)
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.raw.Close()
}

// clearDeadlines lets a handshake run under a deadline of its own.
func (w *wire) clearDeadlines() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.watched.doomed {
		_ = w.conn.SetDeadline(time.Time{})
		w.reading, w.writing = deadline{}, deadline{}
	}
}

// isTimeout reports a deadline of ours, on the connection or in a context.
func isTimeout(err error) bool {
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
}

// upgrade puts a TLS connection on top. What was read before belongs to nobody.
func (w *wire) upgrade(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn, w.reading, w.writing = conn, deadline{}, deadline{}
	w.in.Reset(w)
}
