package data

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
)

// HTTPFieldError is a header field or a method that cannot be sent. It shows no
// value.
type HTTPFieldError struct{ What string }

// Error tells what is wrong.
func (e *HTTPFieldError) Error() string { return e.What }

// Kind returns "argument".
func (e *HTTPFieldError) Kind() string { return "argument" }

// CheckHTTPHeader refuses fields that would make another request of this one.
func CheckHTTPHeader(name, value string) error {
	if !isToken(name) {
		return &HTTPFieldError{fmt.Sprintf("%q is no name of a header field", shorten(name))}
	}
	for i := range len(value) {
		if c := value[i]; c < 0x20 && c != '\t' || c == 0x7f { // RFC 9110 §5.5
			return &HTTPFieldError{fmt.Sprintf("the header field %s holds a line break or another control character", name)}
		}
	}
	switch http.CanonicalHeaderKey(name) {
	case "Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Upgrade", "Keep-Alive", "Te":
		return &HTTPFieldError{fmt.Sprintf("the header field %s is about the connection and is not a script's to set", name)}
	}
	return nil
}

// HTTPMethod reads a method; those of the standard may be in lower case.
func HTTPMethod(text string) (string, error) {
	upper := strings.ToUpper(text)
	switch upper {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
		return upper, nil
	case "CONNECT", "TRACE":
		return "", &HTTPFieldError{fmt.Sprintf("the method %s is not for scripts", upper)}
	}
	if !isToken(text) {
		return "", &HTTPFieldError{fmt.Sprintf("%q is no method", shorten(text))}
	}
	return text, nil
}

// isToken holds for the tokens of RFC 9110 §5.6.2.
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", rune(c)) {
			return false
		}
	}
	return s != ""
}

// HTTPBasic is the Authorization field of a user and a password (RFC 7617 §2).
func HTTPBasic(user, password string) (string, error) {
	if strings.Contains(user, ":") {
		return "", &HTTPFieldError{"a user's name must not hold a colon"}
	}
	if hasControl(user) || hasControl(password) {
		return "", &HTTPFieldError{"user and password must not hold line breaks or other control characters"}
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)), nil
}
