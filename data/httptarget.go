package data

import (
	"fmt"
	"net/url"
	"strings"
)

// HTTPTarget reads the address of a request and adds a query to its own. The
// errors are *URLError and show no secret.
func HTTPTarget(text string, query []Pair) (*url.URL, error) {
	trimmed := strings.TrimSpace(text)
	if hasControl(trimmed) {
		return nil, &URLError{"the URL holds a line break or another control character"}
	}
	u, err := url.Parse(trimmed)
	if err != nil {
		return nil, &URLError{fmt.Sprintf("%s is no URL: %s", quotedTarget(trimmed), urlFault(err))}
	}
	switch scheme := strings.ToLower(u.Scheme); {
	case trimmed == "":
		return nil, &URLError{"the URL is empty"}
	case scheme == "", scheme != "http" && scheme != "https" && u.Opaque != "" && !strings.Contains(trimmed, "://"):
		return nil, &URLError{fmt.Sprintf("%s is no whole URL: it begins with https:// or http://", quotedTarget(trimmed))}
	case scheme != "http" && scheme != "https":
		return nil, &URLError{fmt.Sprintf("%s: the scheme must be https or http, not %q", quotedTarget(trimmed), shorten(u.Scheme))}
	case u.Hostname() == "":
		return nil, &URLError{fmt.Sprintf("%s names no host", quotedTarget(trimmed))}
	}
	return u, finishTarget(u, query)
}

// finishTarget writes the host as DNS has it and the query as one.
func finishTarget(u *url.URL, query []Pair) error {
	host, err := urlHost(u.Hostname())
	if err != nil {
		return err
	}
	if port := u.Port(); port != "" {
		if n := httpPort(u); n < 1 || n > 65535 {
			return &URLError{fmt.Sprintf("port %s is not between 1 and 65535", shorten(port))}
		}
		host += ":" + port
	}
	u.Host, u.Fragment, u.RawFragment = host, "", ""
	if len(query) == 0 {
		return nil
	}
	if u.RawQuery != "" && !strings.HasSuffix(u.RawQuery, "&") {
		u.RawQuery += "&"
	}
	u.RawQuery += EncodeQuery(query)
	return nil
}

// quotedTarget shows of a text that is no good URL only how it begins: a
// password may be anywhere in it.
func quotedTarget(text string) string {
	if strings.ContainsAny(text, "@?#") || len(text) > textLimit {
		scheme, _, ok := strings.Cut(text, "://")
		if !ok || !isScheme(scheme) {
			return "the text"
		}
		return shorten(scheme) + "://…"
	}
	return fmt.Sprintf("%q", text)
}

// longestShown is how long a piece of a path may be that is shown: tokens, such
// as those of webhooks, are longer.
const longestShown = 20

// ShowURL writes an address for people who must not learn its secrets: without
// user, password, query and long pieces of the path.
func ShowURL(u *url.URL) string {
	pieces := strings.Split(u.EscapedPath(), "/")
	for i, piece := range pieces {
		if len(piece) > longestShown {
			pieces[i] = "…"
		}
	}
	text := u.Scheme + "://" + u.Host + strings.Join(pieces, "/")
	if u.RawQuery != "" {
		text += "?…"
	}
	return text
}
