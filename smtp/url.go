package smtp

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Target is where a URL points to, and as whom. Query holds the options after
// "?", for the caller to interpret.
type Target struct {
	Host           string
	Port           int // 0 when the URL has none
	Socket         string
	Protocol       Protocol
	TLS            TLSMode
	User, Password string
	Query          url.Values
}

// ParseURL reads smtp://, smtps://, lmtp:// and lmtp+unix:///path. Its errors
// never show the URL's text, since a password may be anywhere in a malformed one.
func ParseURL(s string) (Target, error) {
	u, err := url.Parse(escapeBeyondASCII(s))
	if err != nil || u.Opaque != "" || u.Fragment != "" || strings.Contains(s, "#") {
		return Target{}, malformedURL()
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Target{}, malformedURL()
	}
	t := Target{User: u.User.Username(), Query: query}
	t.Password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
	case "smtps":
		t.TLS = TLSImplicit
	case "lmtp":
		t.Protocol = LMTP
	case "lmtp+unix":
		return t.unix(u)
	default:
		return Target{}, argumentError("a mail server's URL begins with smtp://, smtps://, lmtp:// or lmtp+unix://", "")
	}
	return t.tcp(u)
}

// escapeBeyondASCII writes what a URL may not hold as it is, such as umlauts in a
// user name, as it should have been written.
func escapeBeyondASCII(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i]) // RFC 3986 §2.1
		}
	}
	return b.String()
}

func malformedURL() error {
	err := argumentError("malformed URL", "")
	err.hint = "a URL is smtp://user:password@host:port, the port a number; special characters of user and password are written @ as %40, / as %2F, # as %23"
	return err
}

func (t Target) unix(u *url.URL) (Target, error) {
	if u.Host != "" || !strings.HasPrefix(u.Path, "/") || checkText("path", u.Path) != nil {
		return Target{}, malformedURL()
	}
	t.Protocol, t.Socket = LMTP, u.Path
	return t, nil
}

func (t Target) tcp(u *url.URL) (Target, error) {
	if u.Path != "" && u.Path != "/" {
		return Target{}, malformedURL()
	}
	host, port, err := ParseHostPort(u.Host)
	if err != nil {
		return Target{}, malformedURL()
	}
	t.Host, t.Port = host, port
	return t, nil
}

// ParseHostPort reads "h", "h:25", "[::1]:25", "[::1]" and "::1". The port is 0
// when there is none.
func ParseHostPort(s string) (host string, port int, err error) {
	if strings.Contains(s, "@") || strings.Contains(s, "://") { // shown, it might show a password
		e := argumentError("a host is neither a URL nor has it a user", "")
		e.hint = "give the whole URL, as in smtp.connect(\"smtp://user:password@host\"), or host, user and password each on its own"
		return "", 0, e
	}
	host, portText, hasPort := splitPort(s)
	if hasPort {
		if port, err = parsePort(portText); err != nil {
			return "", 0, err
		}
	}
	if !validHost(host) {
		return "", 0, argumentError("malformed host", s)
	}
	return host, port, nil
}

func splitPort(s string) (host, port string, hasPort bool) {
	if rest, ok := strings.CutPrefix(s, "["); ok {
		host, after, closed := strings.Cut(rest, "]")
		if !closed || !strings.Contains(host, ":") {
			return "", "", false
		}
		port, hasPort = strings.CutPrefix(after, ":")
		if !hasPort && after != "" {
			return "", "", false
		}
		return host, port, hasPort
	}
	if strings.Count(s, ":") > 1 { // an IPv6 address without brackets
		return s, "", false
	}
	return strings.Cut(s, ":")
}

func parsePort(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil || n == 0 || s[0] == '+' {
		return 0, argumentError("a port is a number from 1 to 65535", s)
	}
	return int(n), nil
}

// validHost takes names and IP addresses with zones; what could be something
// else than a host is refused.
func validHost(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || isControl(r) || strings.ContainsRune(`@/\?#<>[]"`, r) }) < 0
}
