package smtp

import "errors"

// Scope is how far a failure reaches.
type Scope uint8

// ScopeRecipient: one recipient; the others go on. ScopeMessage: this message;
// the connection is fine. ScopeSession: this server as we are logged in; another
// message would fail alike. ScopeConnection: this connection; a new one may work.
const (
	ScopeRecipient Scope = iota
	ScopeMessage
	ScopeSession
	ScopeConnection
)

// String returns "recipient", "message", "session" or "connection".
func (s Scope) String() string {
	return [...]string{"recipient", "message", "session", "connection"}[min(s, ScopeConnection)]
}

// ScopeOf tells how far a failure reaches. Errors of other packages concern the
// message.
func ScopeOf(err error) Scope {
	var (
		disconnected *DisconnectedError
		timeout      *TimeoutError
		protocol     *ProtocolError
		cancelled    *CancelledError
		content      *ContentError
		response     *ResponseError
		argument     *ArgumentError
		e            Error
	)
	switch {
	case errors.As(err, &argument), !errors.As(err, &e):
		return ScopeMessage
	case errors.As(err, &disconnected), errors.As(err, &timeout), errors.As(err, &protocol), errors.As(err, &cancelled), errors.As(err, &content):
		return ScopeConnection
	case errors.As(err, &response):
		return scopeOfReply(e.Stage(), response.Reply)
	}
	return scopeOfStage(e.Stage())
}

// scopeOfReply is the policy for refusals: 421 ends the connection wherever it
// appears, otherwise the stage decides.
func scopeOfReply(s Stage, r Reply) Scope {
	if r.Code == 421 { // RFC 5321 §3.8
		return ScopeConnection
	}
	return scopeOfStage(s)
}

func scopeOfStage(s Stage) Scope {
	switch s {
	case StageConnect, StageGreeting, StageHello, StageTLS, StageAuth:
		return ScopeSession
	case StageRcpt:
		return ScopeRecipient
	default:
		return ScopeMessage
	}
}

// overLimit reports a refusal that means "too many recipients in this
// transaction": 452, or 552 as older servers have it, unless the enhanced code
// puts it down to the address or its mailbox.
func overLimit(r Reply) bool {
	if r.Code != 452 && r.Code != 552 { // RFC 5321 §4.5.3.1.10
		return false
	}
	subject := r.Enhanced[1]
	return r.Enhanced == (EnhancedCode{}) || subject != 1 && subject != 2 // RFC 3463 §3.2
}

// fallsBackToHelo lists the codes that say EHLO isn't known. Others, 4xx above
// all, would be the answer to HELO as well.
func fallsBackToHelo(code int) bool {
	return code >= 500 && code <= 504 // RFC 5321 §3.2
}
