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

// blockSize is how much is written under one deadline; without TLS, which cuts it up anyway, it is plainBlock.
const (
	blockSize  = 64 << 10
	plainBlock = 1 << 20
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

// writeRaw writes in blocks, each with its own deadline, and returns the
// connection's error as it is.
func (w *wire) writeRaw(stage Stage, b []byte) error { return w.writePieces(stage, pieces{b}) }

// pieces are written one behind the other.
type pieces [3][]byte

func (p *pieces) size() int { return len(p[0]) + len(p[1]) + len(p[2]) }

// skip leaves out the first n octets.
func (p *pieces) skip(n int) {
	for i := range p {
		k := min(n, len(p[i]))
		p[i], n = p[i][k:], n-k
	}
}

// writePieces writes pieces in as few system calls as the connection has them for.
func (w *wire) writePieces(stage Stage, p pieces) error {
	for p.size() > 0 {
		conn := w.toWrite(w.opts.timeout(stage))
		n, err := w.writeBlock(conn, &p)
		w.sent.Add(int64(n))
		// A block whose larger part went out in time is not stuck. TLS fails for good after a time-out.
		if err != nil && (n < blockSize || conn != w.raw || !isTimeout(err)) {
			return err
		}
		p.skip(n)
	}
	return nil
}

// toWrite gives the connection, ready to be written to for so long.
func (w *wire) toWrite(timeout time.Duration) net.Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.watched.doomed {
		if at, change := w.writing.move(w.opts.Mono().Add(timeout), timeout); change {
			_ = w.conn.SetWriteDeadline(at)
		}
	}
	return w.conn
}

// writeBlock writes as much as one deadline is for, from the beginning of the pieces.
func (w *wire) writeBlock(conn net.Conn, p *pieces) (int, error) {
	limit := blockSize
	if conn == w.raw {
		limit = plainBlock
	}
	w.gather = w.gathered[:0]
	for _, b := range p {
		if b = b[:min(len(b), limit)]; len(b) > 0 {
			w.gather = append(w.gather, b)
			limit -= len(b)
		}
	}
	if len(w.gather) == 1 {
		return conn.Write(w.gather[0])
	}
	n, err := w.gather.WriteTo(conn)
	w.gathered = pieces{}
	return int(n), err
}

// write sends b whole, or fails for good.
func (w *wire) write(stage Stage, b []byte) error {
	if w.broken.Load() {
		return disconnected(stage, ErrBroken)
	}
	if err := w.writeRaw(stage, b); err != nil {
		return w.fail(stage, err)
	}
	return nil
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

// readReply reads the next reply. After a 421 the server closes, so do we.
func (w *wire) readReply(stage Stage) (Reply, error) {
	if w.broken.Load() {
		return Reply{}, disconnected(stage, ErrBroken)
	}
	r, err := w.parseReply(stage)
	if err != nil {
		return Reply{}, w.fail(stage, err)
	}
	w.last = r
	if w.guard.close(); r.Code == 354 {
		w.guard.begin()
	}
	if r.Code == 421 { // RFC 5321 §3.8
		w.abandon()
	}
	return r, nil
}

func (w *wire) parseReply(stage Stage) (Reply, error) {
	w.stage, w.readBy = stage, time.Time{}
	if stage == StageGreeting {
		if err := w.beforeGreeting(); err != nil {
			return Reply{}, err
		}
	}
	return w.parseLines()
}

func (w *wire) parseLines() (Reply, error) {
	var p replyParser
	for {
		line, err := w.readLine()
		if err != nil {
			return Reply{}, err
		}
		w.log.server(line)
		if p.size == 0 {
			if r, ok := w.known.find(w.stage, line); ok {
				return r, nil
			}
		}
		done, err := p.add(line)
		if err == nil && done && len(p.reply.Lines) == 1 {
			w.known.keep(w.stage, line, p.reply)
		}
		if done || err != nil {
			return p.reply, err
		}
	}
}

func (w *wire) readLine() ([]byte, error) {
	line, err := w.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, protocolError(line, "reply line is too long")
	}
	return line, err
}

// beforeGreeting tells a TLS record from a greeting, and skips the blank line
// that some servers begin with.
func (w *wire) beforeGreeting() error {
	first, err := w.in.Peek(1)
	if err != nil {
		return err
	}
	switch first[0] {
	case 0x15, 0x16: // TLS alert and handshake records, RFC 8446 §5.1
		record, _ := w.in.Peek(w.in.Buffered())
		e := protocolError(record, "a TLS record instead of a greeting")
		e.hint = hintSpeaksTLS
		return e
	case '\r', '\n':
		line, err := w.readLine()
		if err == nil && len(trimLineEnd(line)) > 0 {
			err = protocolError(line, "not a reply line")
		}
		return err
	}
	return nil
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
