package smtptest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
)

// peer is a server's end of one connection.
type peer struct {
	conn net.Conn
	in   *bufio.Reader
	log  func(string)
}

func newPeer(conn net.Conn, log func(string)) *peer {
	return &peer{conn: conn, in: bufio.NewReader(conn), log: log}
}

// readLine returns a line without its end.
func (p *peer) readLine() (string, error) {
	line, err := p.in.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	p.log("C: " + line)
	return line, nil
}

// reply sends lines, adding CRLF to each.
func (p *peer) reply(text string) error {
	lines := strings.Split(text, "\n")
	for _, line := range lines {
		p.log("S: " + line)
	}
	_, err := p.conn.Write([]byte(strings.Join(lines, "\r\n") + "\r\n"))
	return err
}

// readContent reads up to CRLF.CRLF and returns the content as it was on the
// wire, dots still doubled, without the final dot.
func (p *peer) readContent() ([]byte, error) {
	var raw []byte
	for {
		line, err := p.in.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		atLineStart := len(raw) == 0 || bytes.HasSuffix(raw, []byte("\r\n"))
		if atLineStart && string(line) == ".\r\n" {
			p.log(fmt.Sprintf("C: <%d octets>", len(raw)))
			return raw, nil
		}
		raw = append(raw, line...)
	}
}

// unstuff removes the doubled dots.
func unstuff(raw []byte) []byte {
	raw = bytes.ReplaceAll(raw, []byte("\r\n."), []byte("\r\n"))
	return bytes.TrimPrefix(raw, []byte("."))
}

func (p *peer) startTLS(config *tls.Config) error {
	conn := tls.Server(p.conn, config)
	if err := conn.HandshakeContext(context.Background()); err != nil {
		p.log("* handshake failed: " + err.Error())
		return err
	}
	p.conn, p.in = conn, bufio.NewReader(conn)
	p.log("* encrypted")
	return nil
}
