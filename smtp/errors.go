package smtp

import "errors"

// Delivered tells whether a message reached the server's care.
type Delivered uint8

// No: certainly not. Yes: the server said so. Unknown: the connection failed
// after the first octet of the final dot and before its reply.
const (
	No Delivered = iota
	Yes
	Unknown
)

// String returns "no", "yes" or "unknown".
func (d Delivered) String() string { return [...]string{"no", "yes", "unknown"}[min(d, Unknown)] }

// Error is satisfied by every error this package makes.
type Error interface {
	error
	Kind() string         // the error kind scripts see, such as "recipients_refused"
	Stage() Stage         // where in the conversation
	Temporary() bool      // whether the same operation may succeed later
	Delivered() Delivered // what became of the message
	Hint() string         // what to do about it, for people; "" if unknown
}

// ErrBroken is the cause of every error of a connection that failed earlier:
// nothing was written, and only Connect makes the client usable again.
var ErrBroken = errors.New("the connection failed earlier and is closed")

// ErrNotConnected is the cause of errors of a client that isn't connected.
var ErrNotConnected = errors.New("not connected")

// detail is what all error types have in common.
type detail struct {
	stage     Stage
	delivered Delivered
	hint      string
}

// Stage returns where in the conversation the error happened.
func (d *detail) Stage() Stage { return d.stage }

// Delivered returns what became of the message.
func (d *detail) Delivered() Delivered { return d.delivered }

// Hint returns advice for people, or "".
func (d *detail) Hint() string { return d.hint }

func (d *detail) setDelivered(v Delivered) { d.delivered = v }

// withDelivered records what became of the message in an error of this package.
func withDelivered(err error, v Delivered) error {
	var e interface{ setDelivered(Delivered) }
	if errors.As(err, &e) {
		e.setDelivered(v)
	}
	return err
}

// asResponse gives a narrower error the *ResponseError that errors.As finds.
func (d *detail) asResponse(r Reply) error {
	if r.Code == 0 {
		return nil
	}
	return &ResponseError{detail: *d, Reply: r, Verb: d.stage.Verb()}
}
