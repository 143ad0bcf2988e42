package data

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// URL is an address of the web taken apart (RFC 3986). Path and Fragment are
// as they stand in the text; user, password and query are decoded.
type URL struct {
	Scheme   string
	User     *string
	Password *string
	Host     string // without brackets and port
	Port     int    // 0 where none is given
	Path     string
	Query    []Pair
	Fragment string
}

// URLError is a text that is no URL, or parts that make none. It shows no
// password.
type URLError struct{ What string }

// Error tells what is wrong.
func (e *URLError) Error() string { return e.What }

// Kind returns "argument".
func (e *URLError) Kind() string { return "argument" }

// ParseURL takes a URL apart; a relative one has neither scheme nor host.
func ParseURL(text string) (URL, error) {
	if hasControl(text) {
		return URL{}, &URLError{maskURL(text) + " holds a line break or another control character"}
	}
	u, err := url.Parse(text)
	if err != nil {
		return URL{}, &URLError{fmt.Sprintf("%s is no URL: %s", maskURL(text), urlFault(err))}
	}
	out := URL{Scheme: u.Scheme, Host: u.Hostname(), Path: u.EscapedPath(), Fragment: u.EscapedFragment()}
	if u.Opaque != "" { // mailto:ann@example.org
		out.Path = u.Opaque
	}
	if u.Port() != "" {
		if out.Port, err = strconv.Atoi(u.Port()); err != nil || out.Port > 65535 {
			return URL{}, &URLError{maskURL(text) + " has a port beyond 65535"}
		}
	}
	if u.User != nil {
		name := u.User.Username()
		out.User = &name
		if password, given := u.User.Password(); given {
			out.Password = &password
		}
	}
	out.Query, err = ParseQuery(u.RawQuery)
	return out, err
}

// urlFault is what net/url says is wrong, without the URL and its parts: these
// may hold a password.
func urlFault(err error) string {
	var fault *url.Error
	if errors.As(err, &fault) {
		err = fault.Err
	}
	var escape url.EscapeError
	if errors.As(err, &escape) {
		return "a percent sign must be followed by two hexadecimal digits"
	}
	what, _, _ := strings.Cut(err.Error(), ` "`)
	return what
}

// maskURL quotes a URL without what may be a password in it.
func maskURL(text string) string {
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		scheme, rest, ok := strings.Cut(text[:at], "://")
		if !ok {
			scheme, rest = "", text[:at]
		} else {
			scheme += "://"
		}
		user, _, hasPassword := strings.Cut(rest, ":")
		if hasPassword {
			text = scheme + user + ":****" + text[at:]
		}
	}
	return strconv.Quote(shorten(text))
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

// String puts the parts together. A host beyond ASCII is written as DNS has
// it (RFC 5891 §5). Errors are *URLError.
func (u URL) String() (string, error) {
	if u.Scheme != "" && !isScheme(u.Scheme) {
		return "", &URLError{fmt.Sprintf("scheme %q must be letters and digits", u.Scheme)}
	}
	host, err := u.authority()
	if err != nil {
		return "", err
	}
	if hasControl(u.Path) || hasControl(u.Fragment) {
		return "", &URLError{"path and fragment must not hold line breaks or other control characters"}
	}
	text := ""
	if u.Scheme != "" {
		text = u.Scheme + ":"
	}
	path := escapeRest(u.Path, "/:@!$&'()*+,;=-_.~")
	switch {
	case host != "":
		text += "//" + host
		if path != "" && path[0] != '/' {
			path = "/" + path
		}
	case strings.EqualFold(u.Scheme, "file") && strings.HasPrefix(path, "/"): // RFC 8089 §2
		text += "//"
	case strings.HasPrefix(path, "//"):
		return "", &URLError{"a path that begins with // needs a host"}
	}
	text += path
	if len(u.Query) > 0 {
		text += "?" + EncodeQuery(u.Query)
	}
	if u.Fragment != "" {
		text += "#" + escapeRest(u.Fragment, "/?:@!$&'()*+,;=-_.~")
	}
	return text, nil
}

// authority is user, host and port.
func (u URL) authority() (string, error) {
	if u.Host == "" {
		if u.User != nil || u.Password != nil || u.Port != 0 {
			return "", &URLError{"user, password and port need a host"}
		}
		return "", nil
	}
	host, err := urlHost(u.Host)
	if err != nil {
		return "", err
	}
	if u.Port < 0 || u.Port > 65535 {
		return "", &URLError{fmt.Sprintf("port %d is not between 1 and 65535", u.Port)}
	}
	if u.Port != 0 {
		host += ":" + strconv.Itoa(u.Port)
	}
	switch {
	case u.Password != nil && u.User != nil:
		host = EncodeURL(*u.User) + ":" + EncodeURL(*u.Password) + "@" + host
	case u.Password != nil:
		return "", &URLError{"a password needs a user"}
	case u.User != nil:
		host = EncodeURL(*u.User) + "@" + host
	}
	return host, nil
}

// longestHost is what DNS can hold, in octets.
const longestHost = 253

// urlHost writes a name or an address for a URL.
func urlHost(host string) (string, error) {
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if ip.Is6() {
			return "[" + strings.Replace(ip.String(), "%", "%25", 1) + "]", nil // RFC 6874 §2
		}
		return ip.String(), nil
	}
	ascii, err := idna.Lookup.ToASCII(host) // RFC 5891 §5
	isASCII := !strings.ContainsFunc(host, func(r rune) bool { return r >= 0x80 })
	if err != nil && isASCII { // a name with an underscore, such as that of a container
		ascii, err = host, nil
	}
	if err != nil || len(ascii) > longestHost || strings.ContainsAny(host, "/?#@:[]\\ %<>\"") || hasControl(host) {
		return "", &URLError{fmt.Sprintf("host %q is no name and no address", shorten(host))}
	}
	return ascii, nil
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

// JoinURL resolves a reference against a base (RFC 3986 §5).
func JoinURL(base, reference string) (string, error) {
	for _, text := range []string{base, reference} {
		if _, err := ParseURL(text); err != nil {
			return "", err
		}
	}
	b, err := url.Parse(base)
	if err != nil || b.Scheme == "" {
		return "", &URLError{fmt.Sprintf("the base %s must begin with a scheme, such as https://", maskURL(base))}
	}
	if b.Opaque != "" && !strings.HasPrefix(reference, "#") {
		if r, err := url.Parse(reference); err == nil && r.Scheme == "" {
			return "", &URLError{fmt.Sprintf("the base %s has no folders in which a link could lie", maskURL(base))}
		}
	}
	b.Fragment, b.RawFragment = "", ""
	r, err := b.Parse(reference)
	if err != nil {
		return "", &URLError{fmt.Sprintf("%s is no URL: %s", maskURL(reference), urlFault(err))}
	}
	return r.String(), nil
}
