package smtp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// maxProxyHeader bounds an HTTP proxy's answer up to the empty line.
const maxProxyHeader = 16 << 10

// connectHTTP asks an HTTP proxy for a tunnel. The end of ctx cuts it short.
func (p *Proxy) connectHTTP(ctx context.Context, conn net.Conn, address string) error {
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	err := p.negotiate(conn, address)
	if !stop() {
		return &ProxyError{Proxy: p.String(), Err: context.Cause(ctx)}
	}
	_ = conn.SetDeadline(time.Time{})
	return err
}

func (p *Proxy) negotiate(conn net.Conn, address string) error {
	request, err := p.request(address)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return &ProxyError{Proxy: p.String(), Err: err}
	}
	code, reason, err := readTunnelReply(conn)
	switch {
	case err != nil:
		return &ProxyError{Proxy: p.String(), Err: err}
	case code/100 != 2: // RFC 9110 §9.3.6
		return &ProxyError{Proxy: p.String(), Code: code, Said: strings.TrimSpace(strconv.Itoa(code) + " " + reason)}
	}
	return nil
}

// request is the CONNECT for an address, whose host could hold a header field if
// nobody looked.
func (p *Proxy) request(address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil || !validHost(host) || !isASCII(address) {
		return "", argumentError("a host that no proxy can be asked for", address)
	}
	target := net.JoinHostPort(host, port)
	text := "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" // RFC 9110 §9.3.6
	if p.User != "" {
		credentials := base64.StdEncoding.EncodeToString([]byte(p.User + ":" + p.Password))
		text += "Proxy-Authorization: Basic " + credentials + "\r\n" // RFC 7617 §2
	}
	return text + "\r\n", nil
}

var errProxyHeader = fmt.Errorf("the answer's header is longer than %d octets", maxProxyHeader)

// readTunnelReply reads the status and the header behind it, and nothing more:
// what follows a 2xx comes from the mail server. Interim answers are skipped.
func readTunnelReply(conn io.Reader) (code int, reason string, err error) {
	in := &octetReader{from: conn, left: maxProxyHeader}
	for {
		status, err := in.line()
		if err != nil {
			return 0, "", err
		}
		for line := status; line != ""; {
			if line, err = in.line(); err != nil {
				return 0, "", err
			}
		}
		code, reason, err := parseStatus(status)
		if err != nil || code/100 != 1 { // RFC 9110 §15.2
			return code, reason, err
		}
	}
}

// parseStatus reads "HTTP/1.1 200 Connection established".
func parseStatus(line string) (code int, reason string, err error) {
	version, rest, _ := strings.Cut(line, " ")
	digits, reason, _ := strings.Cut(rest, " ")
	code, err = strconv.Atoi(digits)
	if !strings.HasPrefix(version, "HTTP/1.") || len(digits) != 3 || err != nil || code < 100 {
		const shown = 60
		return 0, "", fmt.Errorf("not an HTTP proxy's answer: %q", line[:min(len(line), shown)])
	}
	return code, escapeControls(reason), nil
}

// octetReader reads lines octet by octet: a buffer would swallow the beginning of
// the greeting, and a header is short.
type octetReader struct {
	from io.Reader
	left int
}

// line returns a line without its end.
func (r *octetReader) line() (string, error) {
	var b []byte
	var one [1]byte
	for {
		if r.left--; r.left < 0 {
			return "", errProxyHeader
		}
		if _, err := io.ReadFull(r.from, one[:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("the proxy closed the connection: %w", err)
			}
			return "", err
		}
		if one[0] == '\n' {
			return strings.TrimSuffix(string(b), "\r"), nil
		}
		b = append(b, one[0])
	}
}
