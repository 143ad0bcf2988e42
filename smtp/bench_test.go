package smtp_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	netsmtp "net/smtp"
	"strconv"
	"strings"
	"testing"

	"moonpost/smtp"
)

// benchServer accepts everything and gathers its replies as long as commands are
// there to be read.
func benchServer(b *testing.B) string {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go benchServe(conn)
		}
	}()
	return ln.Addr().String()
}

func benchServe(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in, out := bufio.NewReaderSize(conn, 64<<10), bufio.NewWriter(conn)
	_, _ = out.WriteString("220 bench ESMTP\r\n")
	for {
		if in.Buffered() == 0 && out.Flush() != nil {
			return
		}
		line, err := in.ReadSlice('\n')
		if err != nil {
			return
		}
		if err := benchAnswer(in, out, line); err != nil {
			return
		}
	}
}

func benchAnswer(in *bufio.Reader, out *bufio.Writer, line []byte) error {
	switch {
	case bytes.HasPrefix(line, []byte("EHLO")):
		_, err := out.WriteString("250-bench\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n")
		return err
	case bytes.HasPrefix(line, []byte("DATA")):
		_, _ = out.WriteString("354 go\r\n")
		if in.Buffered() == 0 {
			_ = out.Flush()
		}
		for {
			line, err := in.ReadSlice('\n')
			if err != nil {
				return err
			}
			if string(line) == ".\r\n" {
				break
			}
		}
	case bytes.HasPrefix(line, []byte("BDAT")):
		n, _ := strconv.Atoi(string(bytes.Fields(line)[1]))
		if _, err := io.CopyN(io.Discard, in, int64(n)); err != nil {
			return err
		}
	}
	_, err := out.WriteString("250 2.0.0 Ok\r\n")
	return err
}

var benchText = []byte("From: a@x.example\r\nTo: b@x.example\r\nSubject: bench\r\n\r\n" + strings.Repeat("a line of text as it is in a mail to a customer\r\n", 40))

// BenchmarkSend is one message of 2 KB to one recipient on one connection; net/smtp
// in the same run is the measure.
func BenchmarkSend(b *testing.B) {
	b.Run("net/smtp", benchNetSMTP)
	b.Run("SendMail", func(b *testing.B) {
		c := benchDial(b)
		for b.Loop() {
			if _, err := c.SendMail(context.Background(), "a@x.example", []string{"b@x.example"}, smtp.Octets(benchText), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprintf("Stream/in_flight=%d", n), func(b *testing.B) { benchStream(b, n) })
	}
}

func benchDial(b *testing.B) *smtp.Client {
	b.Helper()
	c, err := smtp.Dial(context.Background(), options(benchServer(b)))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close() })
	b.ReportAllocs()
	return c
}

func benchStream(b *testing.B, inFlight int) {
	s, err := benchDial(b).Stream(smtp.StreamOptions{InFlight: inFlight})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	m := smtp.Letter("a@x.example", []string{"b@x.example"}, smtp.Octets(benchText))
	done := func(_ *smtp.Result, err error) {
		if err != nil {
			b.Error(err)
		}
	}
	for b.Loop() {
		if err := s.Submit(context.Background(), m, nil, done); err != nil {
			b.Fatal(err)
		}
	}
	_ = s.Flush()
}

func benchNetSMTP(b *testing.B) {
	c, err := netsmtp.Dial(benchServer(b))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	b.ReportAllocs()
	for b.Loop() {
		if err := netSend(c); err != nil {
			b.Fatal(err)
		}
	}
}

func netSend(c *netsmtp.Client) error {
	if err := c.Mail("a@x.example"); err != nil {
		return err
	}
	if err := c.Rcpt("b@x.example"); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(benchText); err != nil {
		return err
	}
	return w.Close()
}
