package data

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// HTTPRetry says how often a request is made again that failed for now.
type HTTPRetry struct {
	Times int
	Wall  func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error // ends early with the context's cause
	// Note is told why it is made again, and after what time; nil: nobody is.
	Note func(why string, after time.Duration)
}

// Pauses before a request is made again: the first, and the longest, also of those that a server asks for.
const (
	httpPause        = time.Second
	httpLongestPause = time.Minute
)

// DoAgain is Do, and again as retry says. The answer or the error of the last time counts.
func (c *HTTPClient) DoAgain(ctx context.Context, r *HTTPRequest, retry HTTPRetry) (*HTTPResponse, error) {
	for n := 0; ; n++ {
		response, err := c.Do(ctx, r)
		why, again := httpFailedForNow(r.Method, response, err)
		if !again || n >= retry.Times {
			return response, err
		}
		pause := min(httpPause<<n, httpLongestPause)
		if response != nil {
			if asked := retryAfter(response.Header.Get("Retry-After"), retry.Wall()); asked > httpLongestPause {
				return response, err
			} else if asked > 0 {
				pause = asked
			}
		}
		if retry.Note != nil {
			retry.Note(why, pause)
		}
		if err := retry.Sleep(ctx, pause); err != nil {
			return nil, err
		}
	}
}

// httpFailedForNow tells whether a request may succeed when it is made again, and why it failed. One that is not the
// same when it is made twice (RFC 9110 §9.2.2) is only where the server has not begun with it.
func httpFailedForNow(method string, response *HTTPResponse, err error) (why string, again bool) {
	safe := method != http.MethodPost && method != http.MethodPatch
	var fault *HTTPError
	switch {
	case errors.As(err, &fault):
		reached := fault.Stage() != "dns" && fault.Stage() != "connect" && fault.Stage() != "proxy" && fault.Stage() != "tls"
		return fault.What, fault.Temporary() && (safe || !reached)
	case err != nil:
		return "", false
	}
	switch response.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		again = true
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		again = safe
	}
	return strings.TrimSpace(strconv.Itoa(response.Status) + " " + shorten(strings.Map(visible, response.Reason))), again
}

// retryAfter reads the field by which a server asks for patience (RFC 9110 §10.2.3); 0 where it does not.
func retryAfter(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
