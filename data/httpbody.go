package data

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// read takes the answer's body, up to the limit.
func (x *httpExchange) read(response *http.Response) (*HTTPResponse, error) {
	limit := x.request.MaxSize
	if response.ContentLength > limit && x.request.Method != http.MethodHead {
		return nil, x.fail(errHTTPLarge)
	}
	_, reason, _ := strings.Cut(response.Status, " ")
	out := &HTTPResponse{Status: response.StatusCode, Reason: reason, Header: response.Header, URL: withoutUser(response.Request.URL)}
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		out.CertificateEnds = response.TLS.PeerCertificates[0].NotAfter
	}
	body := &boundedBody{ctx: x.inner, in: response.Body, left: limit}
	if out.Saved = x.request.Save != nil && response.StatusCode/100 == 2; out.Saved {
		err := x.request.Save(body)
		switch {
		case body.err != nil:
			return nil, x.fail(body.err)
		case err != nil:
			return nil, err
		}
		out.Size = limit - body.left
		return out, nil
	}
	var text strings.Builder
	if response.ContentLength > 0 {
		text.Grow(int(min(response.ContentLength, limit)))
	}
	if _, err := io.Copy(&text, body); err != nil {
		return nil, x.fail(err)
	}
	out.Body, out.Size = text.String(), int64(text.Len())
	return out, nil
}

// boundedBody reads no more than is left, and remembers what went wrong.
type boundedBody struct {
	ctx  context.Context
	in   io.Reader
	left int64
	err  error
}

// Read gives errHTTPLarge as soon as the limit is passed. An end behind the time-out is none: a server that sees us
// leave may close its half-sent answer as if it were whole.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	if int64(n) > b.left {
		b.err = errHTTPLarge
		return int(b.left), b.err
	}
	b.left -= int64(n)
	if errors.Is(err, io.EOF) && b.ctx.Err() != nil {
		err = context.Cause(b.ctx)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}

func withoutUser(u *url.URL) string {
	bare := *u
	bare.User = nil
	return bare.String()
}
