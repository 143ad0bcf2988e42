package luabind

import (
	"context"
	"errors"
	"fmt"
)

// callError names the call in the error of an engine that doesn't know it.
type callError struct {
	call string
	err  error
}

// callFault names the call in err; what ended the script stays what it is.
func callFault(call string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &callError{call: call, err: err}
}

func (e *callError) Error() string { return fmt.Sprintf("%s: %v", e.call, e.err) }
func (e *callError) Unwrap() error { return e.err }

// Kind is the engine's own, else "argument".
func (e *callError) Kind() string {
	var kinded interface{ Kind() string }
	if errors.As(e.err, &kinded) {
		return kinded.Kind()
	}
	return "argument"
}
