package data

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// HTTPStatusError is an answer whose status says that the request failed.
type HTTPStatusError struct {
	Method, URL string // the address as it may be shown
	Status      int
	Reason      string
	begins      string // how the answer's text begins
}

// Error names request and status.
func (e *HTTPStatusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s: %d %s", e.Method, e.URL, e.Status, e.Reason))
}

// Kind returns "http".
func (e *HTTPStatusError) Kind() string { return "http" }

// Stage returns "status".
func (e *HTTPStatusError) Stage() string { return "status" }

// Temporary holds for a server that is out of order or too busy.
func (e *HTTPStatusError) Temporary() bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Status == http.StatusRequestTimeout
}

// Hint shows how the answer begins, which often tells why.
func (e *HTTPStatusError) Hint() string {
	if e.begins == "" {
		return ""
	}
	return fmt.Sprintf("the server says: %s", e.begins)
}

// Fault is an error for a status of 400 and above: an *HTTPStatusError.
func (r *HTTPResponse) Fault(method string) error {
	if r.Status < http.StatusBadRequest {
		return nil
	}
	e := &HTTPStatusError{Method: method, URL: r.URL, Status: r.Status, Reason: r.Reason}
	if u, err := url.Parse(r.URL); err == nil {
		e.URL = ShowURL(u)
	}
	if e.Reason == "" || e.Reason == fmt.Sprint(r.Status) {
		e.Reason = http.StatusText(r.Status)
	}
	e.Reason = shorten(strings.Map(visible, e.Reason))
	if media := r.Header.Get("Content-Type"); !strings.Contains(media, "html") {
		e.begins = begins(r.Body)
	}
	return e
}

// begins is the first line of a text that people can read.
func begins(body string) string {
	head := body[:min(len(body), 4*textLimit)]
	if strings.ContainsRune(head, 0) {
		return ""
	}
	lines := strings.FieldsFunc(strings.ToValidUTF8(head, ""), func(r rune) bool { return r < 0x20 || r == 0x7f })
	return shorten(strings.TrimSpace(strings.Join(lines, " ")))
}

// HTTPText gives a body as UTF-8, from the charset that its Content-Type
// names; without a name it is UTF-8, or else windows-1252. What is not valid
// becomes U+FFFD.
func HTTPText(body, contentType string) (string, error) {
	name := charsetOf(contentType)
	if name == "" && !utf8.ValidString(body) {
		name = "windows-1252"
	}
	text, _, err := decode(strings.NewReader(body), name)
	if err != nil {
		return "", &HTTPFieldError{fmt.Sprintf("the answer's charset %q is not known", shorten(name))}
	}
	decoded, err := io.ReadAll(text)
	return strings.ToValidUTF8(string(decoded), "\ufffd"), err
}

// charsetOf finds the charset in a Content-Type.
func charsetOf(contentType string) string {
	for parameter := range strings.SplitSeq(contentType, ";") {
		name, value, _ := strings.Cut(parameter, "=")
		if strings.EqualFold(strings.TrimSpace(name), "charset") {
			return strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return ""
}
