package relay

import (
	"errors"

	"moonpost/smtp"
)

// GivenUpError means that a message was not tried: so many before it failed that
// their site is left alone for some seconds.
type GivenUpError struct {
	Site string // the domain, or the relay's name
	Err  error  // of the last message that was tried
}

// Error implements error.
func (e *GivenUpError) Error() string {
	return "smtp: " + e.Site + " is left alone for now, since nothing gets through: " + e.reason()
}

// reason leaves out whom the message before this one went to.
func (e *GivenUpError) reason() string {
	if reply, ok := e.reply(); ok {
		return reply.String()
	}
	var of smtp.Error
	if errors.As(e.Err, &of) {
		return of.Kind() + " at " + of.Stage().String()
	}
	return "its mail failed before"
}

func (e *GivenUpError) reply() (smtp.Reply, bool) {
	var response *smtp.ResponseError
	if errors.As(e.Err, &response) {
		return response.Reply, true
	}
	return smtp.Reply{}, false
}

// Kind returns "connect".
func (e *GivenUpError) Kind() string { return "connect" }

// Stage returns smtp.StageConnect.
func (e *GivenUpError) Stage() smtp.Stage { return smtp.StageConnect }

// Temporary is true: it will be tried again.
func (e *GivenUpError) Temporary() bool { return true }

// Delivered is smtp.No.
func (e *GivenUpError) Delivered() smtp.Delivered { return smtp.No }

// Hint tells what to do about it.
func (e *GivenUpError) Hint() string {
	return "it is tried again by itself; look at what the server said first"
}

// Unwrap returns the reply that the messages before got, if there was one.
func (e *GivenUpError) Unwrap() error {
	if reply, ok := e.reply(); ok {
		return &smtp.ResponseError{Reply: reply}
	}
	return nil
}
