package sink

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// DryConn returns a connection to nobody: what is written to it is answered from
// memory, and the content of messages is dropped. It speaks "lmtp", or else SMTP;
// it greets, offers the usual extensions except STARTTLS, and accepts any login,
// sender, recipient and content with "250 dry run". It has no goroutine and may
// be forgotten without Close.
func DryConn(protocol string) net.Conn {
	d := &dryConn{talk: dryTalk{lmtp: protocol == "lmtp"}}
	d.changed.L = &d.mu
	d.talk.reply("220 dry run")
	return d
}

// dryConn gives the conversation the manners of a connection.
type dryConn struct {
	mu            sync.Mutex
	changed       sync.Cond // replies, deadline or closed
	talk          dryTalk
	closed        bool
	readDeadline  time.Time
	writeDeadline time.Time
}

// Write implements net.Conn. It never blocks.
func (d *dryConn) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.closed:
		return 0, d.fail("write", net.ErrClosed)
	case passed(d.writeDeadline):
		return 0, d.fail("write", os.ErrDeadlineExceeded)
	case d.talk.over:
		return 0, d.fail("write", errGone)
	}
	d.talk.hear(p)
	d.changed.Broadcast()
	return len(p), nil
}

var errGone = errors.New("the other side has closed")

// Read implements net.Conn. It waits where nothing is to be answered.
func (d *dryConn) Read(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for {
		switch {
		case d.closed:
			return 0, d.fail("read", net.ErrClosed)
		case passed(d.readDeadline):
			return 0, d.fail("read", os.ErrDeadlineExceeded)
		case len(p) == 0:
			return 0, nil
		case d.talk.out.Len() > 0:
			return d.talk.out.Read(p)
		case d.talk.over:
			return 0, io.EOF
		}
		d.wait()
	}
}

// wait sleeps until something changes or the deadline comes.
func (d *dryConn) wait() {
	if d.readDeadline.IsZero() {
		d.changed.Wait()
		return
	}
	alarm := time.AfterFunc(d.readDeadline.Sub(systemClock()), func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.changed.Broadcast()
	})
	defer alarm.Stop()
	d.changed.Wait()
}

func passed(deadline time.Time) bool {
	return !deadline.IsZero() && !systemClock().Before(deadline)
}

func (d *dryConn) fail(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Addr: d.RemoteAddr(), Err: err}
}

// Close implements net.Conn.
func (d *dryConn) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return d.fail("close", net.ErrClosed)
	}
	d.closed = true
	d.changed.Broadcast()
	return nil
}

// LocalAddr implements net.Conn.
func (*dryConn) LocalAddr() net.Addr { return loopbackAddr() }

// RemoteAddr implements net.Conn: an address of this machine, so that nothing
// holds back a login for want of encryption.
func (*dryConn) RemoteAddr() net.Addr { return loopbackAddr() }

func loopbackAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// SetDeadline implements net.Conn.
func (d *dryConn) SetDeadline(t time.Time) error { return d.setDeadlines(&t, &t) }

// SetReadDeadline implements net.Conn.
func (d *dryConn) SetReadDeadline(t time.Time) error { return d.setDeadlines(&t, nil) }

// SetWriteDeadline implements net.Conn.
func (d *dryConn) SetWriteDeadline(t time.Time) error { return d.setDeadlines(nil, &t) }

func (d *dryConn) setDeadlines(read, write *time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return d.fail("set", net.ErrClosed)
	}
	if read != nil {
		d.readDeadline = *read
		d.changed.Broadcast()
	}
	if write != nil {
		d.writeDeadline = *write
	}
	return nil
}

// dryTalk is the server's side of a conversation: octets in, replies out.
type dryTalk struct {
	lmtp       bool
	out        bytes.Buffer
	line       []byte // a command without its end yet
	overlong   bool   // the rest of the line is to be skipped
	answers    int    // lines of AUTH still to come
	recipients int
	content    contentEnd
	inContent  bool
	chunk      int64 // octets of BDAT still to come
	lastChunk  bool
	over       bool
	record     *dryRecord // nil: nobody wants to know
}

// hear takes octets as they come, in pieces of any size.
func (t *dryTalk) hear(p []byte) {
	for len(p) > 0 && !t.over {
		switch {
		case t.chunk > 0:
			n := min(t.chunk, int64(len(p)))
			t.record.octets(p[:n], false)
			p, t.chunk = p[n:], t.chunk-n
			t.chunkDone()
		case t.inContent:
			n, ended := t.content.skip(p)
			t.record.octets(p[:n], true)
			p = p[n:]
			if ended {
				t.inContent = false
				t.accept()
			}
		default:
			p = t.hearLine(p)
		}
	}
}

// longestCommand bounds what is kept of a line.
const longestCommand = 64 << 10

func (t *dryTalk) hearLine(p []byte) []byte {
	end := bytes.IndexByte(p, '\n')
	piece, rest := p, []byte(nil)
	if end >= 0 {
		piece, rest = p[:end], p[end+1:]
	}
	if len(t.line)+len(piece) > longestCommand {
		t.overlong, t.line = true, nil
	} else if !t.overlong {
		t.line = append(t.line, piece...)
	}
	if end < 0 {
		return rest
	}
	if t.overlong {
		t.reply("500 5.5.2 line too long")
	} else {
		t.command(string(bytes.TrimSuffix(t.line, []byte("\r"))))
	}
	t.line, t.overlong = t.line[:0], false
	return rest
}

// reply adds lines to what Read will return.
func (t *dryTalk) reply(lines ...string) {
	for _, line := range lines {
		t.out.WriteString(line)
		t.out.WriteString("\r\n")
	}
}
