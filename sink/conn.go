package sink

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// listener knows its connections, so that Close can end those that a fault holds.
type listener struct {
	net.Listener
	mu     sync.Mutex
	conns  map[*conn]struct{}
	closed bool
	ended  sync.WaitGroup
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	raw, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: raw, owner: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		_ = raw.Close()
		return nil, net.ErrClosed
	}
	l.conns[c] = struct{}{}
	l.ended.Add(1)
	return c, nil
}

func (l *listener) address() string {
	if l == nil {
		return ""
	}
	return l.Addr().String()
}

func (l *listener) stop() error {
	if l == nil {
		return nil
	}
	return l.Listener.Close()
}

// closeConns ends all connections and waits until each was let go of.
func (l *listener) closeConns() {
	if l == nil {
		return
	}
	l.mu.Lock()
	l.closed = true
	open := make([]*conn, 0, len(l.conns))
	for c := range l.conns {
		open = append(open, c)
	}
	l.mu.Unlock()
	for _, c := range open {
		_ = c.Conn.Close() // the session's own Close follows and counts
	}
	l.ended.Wait()
}

func (l *listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.conns[c]; known {
		delete(l.conns, c)
		l.ended.Done()
	}
}

// conn can end a session in ways that a server has no words for.
type conn struct {
	net.Conn
	owner   *listener
	hanging atomic.Bool // close after the next write
	halved  atomic.Bool // our side is closed
}

// Close implements net.Conn.
func (c *conn) Close() error {
	if c.halved.Load() {
		c.drain()
	}
	err := c.Conn.Close()
	c.owner.forget(c)
	return err
}

// Read implements net.Conn. Once our side is closed nothing is heard any more.
func (c *conn) Read(p []byte) (int, error) {
	if c.halved.Load() {
		return 0, io.EOF
	}
	return c.Conn.Read(p)
}

// Write implements net.Conn. A reply goes out in one write, or in one record of
// TLS.
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if c.hanging.CompareAndSwap(true, false) {
		c.halved.Store(true)
		if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
			_ = half.CloseWrite()
		}
	}
	return n, err
}

// drainTime bounds the wait for a client to close after we have.
const drainTime = time.Second

// drain takes what the client still had on the way: closing on unread octets
// would reset the connection and could destroy the last reply.
func (c *conn) drain() {
	_ = c.SetReadDeadline(systemClock().Add(drainTime))
	_, _ = io.Copy(io.Discard, c.Conn)
}

// hangUpAfterReply closes the connection as soon as the next reply is out.
func (c *conn) hangUpAfterReply() { c.hanging.Store(true) }

// hangUp closes the connection without a word.
func (c *conn) hangUp() { _ = c.Conn.Close() }

// ignore reads and never answers, until the client or the sink closes.
func (c *conn) ignore() {
	_ = c.SetReadDeadline(time.Time{})
	_, _ = io.Copy(io.Discard, c.Conn)
	c.hangUp()
}

// deliveries counts contents that are being taken.
type deliveries struct {
	mu   sync.Mutex
	open int
	idle chan struct{} // closed when open falls to 0; nil if nobody waits
}

func (d *deliveries) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open++
}

func (d *deliveries) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open--
	if d.open == 0 && d.idle != nil {
		close(d.idle)
		d.idle = nil
	}
}

func (d *deliveries) wait(limit time.Duration) {
	d.mu.Lock()
	if d.open == 0 {
		d.mu.Unlock()
		return
	}
	idle := make(chan struct{})
	d.idle = idle
	d.mu.Unlock()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-idle:
	case <-timer.C:
	}
}
