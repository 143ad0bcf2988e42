package data

import (
	"fmt"
	"net/http"
)

// redirectError is a redirect that is not followed.
type redirectError struct{ what, hint string }

func (e *redirectError) Error() string { return e.what }

// redirect decides whether the request goes on to another address. Header
// fields go on to the origin that the script named; to others only those that
// hold no secret.
func (x *httpExchange) redirect(next *http.Request, via []*http.Request) error {
	switch {
	case x.request.Redirects == 0:
		return http.ErrUseLastResponse
	case len(via) > x.request.Redirects:
		return &redirectError{fmt.Sprintf("it was sent on more than %s", count(x.request.Redirects, "time")), "redirects = 20 follows more; 0 shows the first redirect"}
	case next.URL.Scheme != "http" && next.URL.Scheme != "https":
		return &redirectError{fmt.Sprintf("it was sent on to %s, which is not of the web", ShowURL(next.URL)), ""}
	case next.URL.Scheme == "http" && via[len(via)-1].URL.Scheme == "https":
		return &redirectError{fmt.Sprintf("it was sent on to %s, which is not encrypted", ShowURL(next.URL)), "ask that address itself if it may be read and changed on the way"}
	}
	if err := allowed(x.request.Allow, next.URL); err != nil {
		return err
	}
	x.at = next.URL
	next.Header.Del("Referer") // it would show the query of the address before
	if x.strayed = x.strayed || !sameOrigin(x.request.URL, next.URL); x.strayed {
		for name := range next.Header {
			if !isHarmless(name) {
				next.Header.Del(name)
			}
		}
	}
	return nil
}

// isHarmless tells the header fields that another origin may see.
func isHarmless(name string) bool {
	switch name {
	case "Accept", "Accept-Language", "Accept-Encoding", "User-Agent", "Content-Type", "Cache-Control", "Range", "If-None-Match", "If-Modified-Since":
		return true
	}
	return false
}
