package smtp

import (
	"errors"
	"fmt"
	"io"
	"net"
)

// ContentError means that the message's content could not be produced while it
// was being sent; the connection was dropped before the final dot.
type ContentError struct {
	detail
	Err error
}

// Error implements error.
func (e *ContentError) Error() string { return "smtp: content: " + e.Err.Error() }

// Kind returns "data".
func (e *ContentError) Kind() string { return "data" }

// Temporary is false: the content itself has to change.
func (e *ContentError) Temporary() bool { return false }

// Unwrap returns the cause.
func (e *ContentError) Unwrap() error { return e.Err }

// NotSupportedError means that the server lacks an extension that was asked for
// or is needed. Nothing of the operation was sent.
type NotSupportedError struct {
	detail
	Extension string
	What      string // what needs it, "" if the extension itself was asked for
	reason    string // where the extension is offered and still of no use
}

// Error implements error.
func (e *NotSupportedError) Error() string {
	if e.reason != "" {
		return "smtp: " + e.What + " needs " + e.reason
	}
	text := "smtp: the server does not offer " + e.Extension
	if e.What != "" {
		text += ", needed for " + e.What
	}
	return text
}

// Kind returns "not_supported".
func (e *NotSupportedError) Kind() string { return "not_supported" }

// Temporary is false.
func (e *NotSupportedError) Temporary() bool { return false }

// DisconnectedError means that the connection was lost, or was not there.
type DisconnectedError struct {
	detail
	Last Reply // the last thing the server said, if that explains it
	Err  error
}

// Error implements error.
func (e *DisconnectedError) Error() string {
	text := "smtp: "
	if e.stage != StageNone {
		text += e.stage.String() + ": "
	}
	text += e.Err.Error()
	if e.Last.Code != 0 {
		text += " (last reply: " + e.Last.String() + ")"
	}
	return text
}

// Kind returns "disconnected".
func (e *DisconnectedError) Kind() string { return "disconnected" }

// Temporary is true unless the server's last words were permanent.
func (e *DisconnectedError) Temporary() bool { return !e.Last.Permanent() }

// Unwrap returns the cause and the last reply.
func (e *DisconnectedError) Unwrap() []error { return causes(e.Err, e.asResponse(e.Last)) }

// TimeoutError means that the server did not answer, or take octets, in time.
type TimeoutError struct {
	detail
	Host string // where connecting took too long; "" once connected
	Err  error
}

// Error implements error.
func (e *TimeoutError) Error() string {
	if e.Host != "" {
		return fmt.Sprintf("smtp: %s: %s: timed out: %v", e.Host, e.stage, e.Err)
	}
	return "smtp: " + e.stage.String() + ": timed out"
}

// Kind returns "timeout".
func (e *TimeoutError) Kind() string { return "timeout" }

// Temporary is true.
func (e *TimeoutError) Temporary() bool { return true }

// Timeout is true, as with net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// Unwrap returns the cause.
func (e *TimeoutError) Unwrap() error { return e.Err }

// ProtocolError means that the server sent what is not SMTP, or more than the
// bounds allow.
type ProtocolError struct {
	detail
	Line   string // the offending line, shortened
	reason string
}

// Error implements error.
func (e *ProtocolError) Error() string {
	return fmt.Sprintf("smtp: protocol error: %s: %q", e.reason, e.Line)
}

// Kind returns "protocol".
func (e *ProtocolError) Kind() string { return "protocol" }

// Temporary is false.
func (e *ProtocolError) Temporary() bool { return false }

// protocolError keeps the beginning of the offending line only.
func protocolError(line []byte, reason string) *ProtocolError {
	const shown = 200
	return &ProtocolError{Line: decodeText(line[:min(len(line), shown)]), reason: reason}
}

// TLSError means that encryption could not be had: the handshake or the
// verification failed.
type TLSError struct {
	detail
	Host string
	Err  error
}

// Error implements error.
func (e *TLSError) Error() string { return fmt.Sprintf("smtp: tls with %s: %v", e.Host, e.Err) }

// Kind returns "tls".
func (e *TLSError) Kind() string { return "tls" }

// Temporary reports that the connection was lost during the handshake. A
// certificate does not heal by itself.
func (e *TLSError) Temporary() bool {
	var op *net.OpError
	lost := errors.As(e.Err, &op) && (op.Op == "read" || op.Op == "write")
	return lost || errors.Is(e.Err, io.EOF) || errors.Is(e.Err, io.ErrUnexpectedEOF)
}

// Unwrap returns the cause.
func (e *TLSError) Unwrap() error { return e.Err }

// ArgumentError means that the caller asked for something that cannot be sent.
// Nothing was.
type ArgumentError struct {
	detail
	What  string // what is wrong with it
	Value string // the value, never a secret
}

// Error implements error.
func (e *ArgumentError) Error() string {
	if e.Value == "" {
		return "smtp: " + e.What
	}
	return fmt.Sprintf("smtp: %s: %q", e.What, e.Value)
}

// Kind returns "argument".
func (e *ArgumentError) Kind() string { return "argument" }

// Temporary is false.
func (e *ArgumentError) Temporary() bool { return false }

func argumentError(what, value string) *ArgumentError {
	return &ArgumentError{What: what, Value: value}
}

// SizeError means that the message is larger than the server says it takes.
// Nothing of it was sent. Both numbers are octets.
type SizeError struct {
	detail
	Size, Limit int64
}

// Error implements error.
func (e *SizeError) Error() string {
	return fmt.Sprintf("smtp: the message has %d octets, the server takes %d", e.Size, e.Limit)
}

// Kind returns "size".
func (e *SizeError) Kind() string { return "size" }

// Temporary is false.
func (e *SizeError) Temporary() bool { return false }

// CancelledError means that the caller's context ended, or that the caller's
// own hook withdrew the message.
type CancelledError struct {
	detail
	Err error
}

// Error implements error.
func (e *CancelledError) Error() string {
	if e.stage == StageNone {
		return fmt.Sprintf("smtp: %v", e.Err)
	}
	return fmt.Sprintf("smtp: %s: %v", e.stage, e.Err)
}

// Kind returns "cancelled".
func (e *CancelledError) Kind() string { return "cancelled" }

// Temporary is true: nothing is wrong with the message.
func (e *CancelledError) Temporary() bool { return true }

// Unwrap returns the cause.
func (e *CancelledError) Unwrap() error { return e.Err }

// causes drops the nil ones.
func causes(errs ...error) []error {
	var list []error
	for _, err := range errs {
		if err != nil {
			list = append(list, err)
		}
	}
	return list
}
