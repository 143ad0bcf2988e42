package smtp

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

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

// ResponseError is a reply that an operation could not go on from.
type ResponseError struct {
	detail
	Reply Reply
	Verb  string
}

// Error implements error.
func (e *ResponseError) Error() string {
	return "smtp: " + strings.ToLower(e.Verb) + ": " + e.Reply.String()
}

// Kind returns "response".
func (e *ResponseError) Kind() string { return "response" }

// Temporary reports a 4xx reply.
func (e *ResponseError) Temporary() bool { return e.Reply.Temporary() }

// ConnectError means that no greeting could be had: the dial failed, the
// connection dropped before a greeting, or the greeting refused service.
type ConnectError struct {
	detail
	Host  string // "host:port" or the socket's path
	Reply Reply  // zero when there was none
	Err   error  // nil when the greeting refused
}

// Error implements error.
func (e *ConnectError) Error() string {
	if e.Reply.Code != 0 {
		return "smtp: " + e.Host + ": " + e.Reply.String()
	}
	return fmt.Sprintf("smtp: %s: %v", e.Host, e.Err)
}

// Kind returns "connect".
func (e *ConnectError) Kind() string { return "connect" }

// Temporary is false for a permanent greeting only: networks heal.
func (e *ConnectError) Temporary() bool { return !e.Reply.Permanent() }

// Unwrap returns the cause and the reply.
func (e *ConnectError) Unwrap() []error { return causes(e.Err, e.asResponse(e.Reply)) }

// HeloError means that the server took neither EHLO nor HELO.
type HeloError struct {
	detail
	Reply Reply
}

// Error implements error.
func (e *HeloError) Error() string { return "smtp: hello: " + e.Reply.String() }

// Kind returns "helo".
func (e *HeloError) Kind() string { return "helo" }

// Temporary reports a 4xx reply.
func (e *HeloError) Temporary() bool { return e.Reply.Temporary() }

// Unwrap returns the reply as *ResponseError.
func (e *HeloError) Unwrap() error { return e.asResponse(e.Reply) }

// AuthAttempt is one mechanism tried and the server's last word on it.
type AuthAttempt struct {
	Mechanism string
	Reply     Reply
	Detail    string // what the server said within the mechanism, such as OAuth's JSON; "" if nothing
}

// AuthError means that login failed or was refused by us. No secret is in it,
// even if the server repeated one.
type AuthError struct {
	detail
	Mechanism string        // the last one tried, "" if none was
	Reply     Reply         // zero when we refused
	Detail    string        // of the last attempt
	Attempts  []AuthAttempt // in the order tried
	reason    string        // why we refused
	cause     error         // what went wrong within the mechanism
}

// Error implements error.
func (e *AuthError) Error() string {
	text := "smtp: auth"
	if e.Mechanism != "" {
		text += " " + e.Mechanism
	}
	if e.reason != "" {
		text += ": " + e.reason
	}
	if e.cause != nil && e.cause.Error() != "" {
		text += ": " + e.cause.Error()
	}
	if e.Reply.Code != 0 {
		text += ": " + e.Reply.String()
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text
}

// Kind returns "auth".
func (e *AuthError) Kind() string { return "auth" }

// Temporary reports a 4xx reply.
func (e *AuthError) Temporary() bool { return e.Reply.Temporary() }

// Unwrap returns the cause and the reply as *ResponseError.
func (e *AuthError) Unwrap() []error { return causes(e.cause, e.asResponse(e.Reply)) }

// SenderRefusedError means that MAIL was refused.
type SenderRefusedError struct {
	detail
	Sender string
	Reply  Reply
}

// Error implements error.
func (e *SenderRefusedError) Error() string {
	return "smtp: mail <" + e.Sender + ">: " + e.Reply.String()
}

// Kind returns "sender_refused".
func (e *SenderRefusedError) Kind() string { return "sender_refused" }

// Temporary reports a 4xx reply.
func (e *SenderRefusedError) Temporary() bool { return e.Reply.Temporary() }

// Unwrap returns the reply as *ResponseError.
func (e *SenderRefusedError) Unwrap() error { return e.asResponse(e.Reply) }

// RecipientsRefusedError means that nobody was mailed because recipients were
// refused: all of them, or one when the send was all or nothing.
type RecipientsRefusedError struct {
	detail
	Sender  string
	Refused []RecipientResult
}

// Error implements error. It names the first recipient and counts the others.
func (e *RecipientsRefusedError) Error() string {
	if len(e.Refused) == 0 {
		return "smtp: rcpt: all recipients refused"
	}
	first := e.Refused[0]
	text := "smtp: rcpt <" + first.Address + ">: " + first.Reply.String()
	if n := len(e.Refused) - 1; n > 0 {
		text += " (and " + strconv.Itoa(n) + " more refused)"
	}
	return text
}

// Kind returns "recipients_refused".
func (e *RecipientsRefusedError) Kind() string { return "recipients_refused" }

// Temporary reports whether any of them may be accepted later.
func (e *RecipientsRefusedError) Temporary() bool {
	for _, r := range e.Refused {
		if !r.Reply.Permanent() {
			return true
		}
	}
	return false
}

// Unwrap returns the first recipient's reply as *ResponseError.
func (e *RecipientsRefusedError) Unwrap() error {
	if len(e.Refused) == 0 {
		return nil
	}
	return e.asResponse(e.Refused[0].Reply)
}

// DataError means that DATA, or the content, was refused for all recipients.
type DataError struct {
	detail
	Reply   Reply
	Refused []RecipientResult // those refused earlier, each by a reply of its own
}

// Error implements error.
func (e *DataError) Error() string { return "smtp: " + e.stage.String() + ": " + e.Reply.String() }

// Kind returns "data".
func (e *DataError) Kind() string { return "data" }

// Temporary reports a reply that is not permanent.
func (e *DataError) Temporary() bool { return !e.Reply.Permanent() }

// Unwrap returns the reply as *ResponseError.
func (e *DataError) Unwrap() error { return e.asResponse(e.Reply) }

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
