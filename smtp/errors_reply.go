package smtp

import (
	"fmt"
	"strconv"
	"strings"
)

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
	return fmt.Sprintf("smtp: %s: %s", e.Host, strings.TrimSuffix(dialReason(e.Err), " ("+e.Host+")"))
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
