package relay

import (
	"errors"

	"moonpost/smtp"
)

// RouteError means that no server can be named for a domain. Nothing was sent.
type RouteError struct {
	Domain string
	Reply  smtp.Reply // what the relay says in a server's place
	Err    error
}

// Error implements error.
func (e *RouteError) Error() string {
	if forbidden := e.forbidden(); forbidden != nil {
		return forbidden.Error()
	}
	return "smtp: " + e.Domain + ": " + e.Err.Error()
}

// Kind returns "connect", or "sandbox" where a look-up was forbidden.
func (e *RouteError) Kind() string {
	if forbidden := e.forbidden(); forbidden != nil {
		return forbidden.Kind()
	}
	return "connect"
}

func (e *RouteError) forbidden() *smtp.ForbiddenError {
	var f *smtp.ForbiddenError
	errors.As(e.Err, &f)
	return f
}

// Stage returns smtp.StageConnect.
func (e *RouteError) Stage() smtp.Stage { return smtp.StageConnect }

// Temporary reports that another look-up may find a server.
func (e *RouteError) Temporary() bool { return e.Reply.Temporary() }

// Delivered is smtp.No.
func (e *RouteError) Delivered() smtp.Delivered { return smtp.No }

// Hint returns what may be done about a look-up that was forbidden, else "".
func (e *RouteError) Hint() string {
	if forbidden := e.forbidden(); forbidden != nil {
		return forbidden.Hint()
	}
	return ""
}

// Unwrap returns the cause and the reply.
func (e *RouteError) Unwrap() []error {
	return []error{e.Err, &smtp.ResponseError{Reply: e.Reply}}
}

func noRoute(domain string, code int, enhanced smtp.EnhancedCode, err error) error {
	return &RouteError{Domain: domain, Reply: ownReply(code, enhanced, err.Error()), Err: err}
}

// lookupFailed is the error for a look-up that may go well another time.
func lookupFailed(domain string, err error) error {
	var forbidden *smtp.ForbiddenError
	if errors.As(err, &forbidden) {
		return noRoute(domain, 550, smtp.EnhancedCode{5, 7, 1}, forbidden) // RFC 3463 §3.8
	}
	return noRoute(domain, 451, smtp.EnhancedCode{4, 4, 3}, err) // RFC 3463 §3.5
}

// ownReply is a reply that no server gave.
func ownReply(code int, enhanced smtp.EnhancedCode, text string) smtp.Reply {
	return smtp.Reply{Code: code, Enhanced: enhanced, Lines: []string{enhanced.String() + " " + text}}
}

// named puts the host's name before the address in an error of connecting.
func named(err error, name string) error {
	if e, ok := err.(*smtp.ConnectError); ok && name != "" { //nolint:errorlint // ours, as it was just made
		e.Host = name + " (" + e.Host + ")"
	}
	return err
}
