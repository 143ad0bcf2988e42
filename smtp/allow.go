package smtp

import (
	"errors"
	"fmt"
)

// ForbiddenError means that Options.Allow refused to reach a host. Nothing was
// dialled or looked up.
type ForbiddenError struct {
	detail
	Host string // "host:port", a socket's path, or a name to look up
	Err  error  // what Allow returned
}

// Error implements error.
func (e *ForbiddenError) Error() string { return fmt.Sprintf("smtp: %s: %v", e.Host, e.Err) }

// Kind returns "sandbox".
func (e *ForbiddenError) Kind() string { return "sandbox" }

// Temporary is false.
func (e *ForbiddenError) Temporary() bool { return false }

// Unwrap returns what Allow returned.
func (e *ForbiddenError) Unwrap() error { return e.Err }

// Allowed asks Options.Allow about the server and the proxy on the way to it.
// The error is a *ForbiddenError.
func (c *Client) Allowed() error {
	network, address := c.opts.address()
	if err := c.opts.Allowed(network, address); err != nil || c.opts.Proxy == nil {
		return err
	}
	return c.opts.Allowed("tcp", c.opts.Proxy.address())
}

// Allowed asks Allow, if there is one. The error is a *ForbiddenError.
func (o *Options) Allowed(network, address string) error {
	if o.Allow == nil {
		return nil
	}
	err := o.Allow(network, address)
	if err == nil {
		return nil
	}
	e := &ForbiddenError{detail: detail{stage: StageConnect}, Host: address, Err: err}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		e.hint = hinted.Hint()
	}
	return e
}
