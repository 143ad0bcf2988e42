package data

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestEndBehindTheTimeout: a server that closes its half-sent answer when we give up has not sent it whole.
func TestEndBehindTheTimeout(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	body := &boundedBody{ctx: ctx, in: strings.NewReader("begins"), left: 100}
	if text, err := io.ReadAll(body); err != nil || string(text) != "begins" {
		t.Errorf("%q, %v", text, err)
	}
	cancel(errHTTPTimeout)
	body = &boundedBody{ctx: ctx, in: strings.NewReader("begins"), left: 100}
	if _, err := io.ReadAll(body); !errors.Is(err, errHTTPTimeout) || !errors.Is(body.err, errHTTPTimeout) {
		t.Errorf("%v, %v", err, body.err)
	}
}
