package relay

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// fakeHost is a server within the process. Without hooks it takes everything.
type fakeHost struct {
	refuse func(dial int) error                    // may fail the n-th dial, from 1
	mute   bool                                    // never greets
	answer func(conn int, verb, arg string) string // "": the usual reply; "-": hang up; verb "." is the final dot

	mu     sync.Mutex
	dials  int
	open   int
	most   int // connections at once
	quits  int
	finals []time.Time
	rcpts  []string // of messages whose final dot came
	conns  []net.Conn
}

func (h *fakeHost) DialContext(context.Context, string, string) (net.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.dials++
	if h.refuse != nil {
		if err := h.refuse(h.dials); err != nil {
			return nil, err
		}
	}
	client, server := net.Pipe()
	h.open++
	h.most = max(h.most, h.open)
	h.conns = append(h.conns, server)
	go h.serve(h.dials, server)
	return &countedConn{Conn: client, host: h}, nil
}

// countedConn counts a connection as open until the client closes it.
type countedConn struct {
	net.Conn
	host *fakeHost
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() {
		c.host.mu.Lock()
		defer c.host.mu.Unlock()
		c.host.open--
	})
	return c.Conn.Close()
}

// hangUpAll closes the server's side of every connection.
func (h *fakeHost) hangUpAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.conns {
		_ = c.Close()
	}
}

func (h *fakeHost) serve(id int, c net.Conn) {
	defer func() { _ = c.Close() }()
	in := bufio.NewReader(c)
	if h.mute {
		_, _ = io.Copy(io.Discard, in)
		return
	}
	if _, err := io.WriteString(c, "220 fake\r\n"); err != nil {
		return
	}
	var rcpts []string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		reply := h.reply(id, verb, arg)
		if reply == "-" {
			return
		}
		if _, err := io.WriteString(c, reply+"\r\n"); err != nil || strings.HasPrefix(reply, "421") {
			return
		}
		switch verb {
		case "MAIL":
			rcpts = nil
		case "RCPT":
			rcpts = append(rcpts, arg)
		case "QUIT":
			h.mu.Lock()
			h.quits++
			h.mu.Unlock()
			return
		case "DATA":
			if !strings.HasPrefix(reply, "354") {
				continue
			}
			if !h.content(id, c, in, rcpts) {
				return
			}
		}
	}
}

func (h *fakeHost) content(id int, c net.Conn, in *bufio.Reader, rcpts []string) bool {
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
	}
	h.mu.Lock()
	h.finals = append(h.finals, time.Now())
	h.rcpts = append(h.rcpts, rcpts...)
	h.mu.Unlock()
	reply := h.reply(id, ".", strings.Join(rcpts, " "))
	if reply == "-" {
		return false
	}
	_, err := io.WriteString(c, reply+"\r\n")
	return err == nil
}

func (h *fakeHost) reply(id int, verb, arg string) string {
	if h.answer != nil {
		if own := h.answer(id, verb, arg); own != "" {
			return own
		}
	}
	switch verb {
	case "EHLO":
		return "250-fake\r\n250 PIPELINING"
	case "DATA":
		return "354 go"
	case "QUIT":
		return "221 bye"
	default:
		return fmt.Sprintf("250 %s ok", verb)
	}
}

func (h *fakeHost) count() (dials, most, quits, finals int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dials, h.most, h.quits, len(h.finals)
}
