package main

import (
	"fmt"
	"strconv"

	"moonpost/outbox"
)

// batchFlags are what every batch of a script obeys.
type batchFlags struct {
	storeFlag

	Limit         howMany  `placeholder:"N" help:"Of each batch: send N mails at most and leave the rest for later."`
	Only          []string `sep:"none" placeholder:"KEY" help:"Of each batch: send only the mail with this key; may be repeated."`
	RetryFailed   bool     `help:"Of each batch: try those again that have failed for good."`
	InDoubt       string   `default:"" enum:",hold,resend,skip" placeholder:"WHAT" help:"What becomes of mails of which nobody knows whether they arrived: hold them for a decision, resend them, or skip them as sent."`
	AcceptChanges bool     `help:"Go on with a batch although its script or template has changed since it began."`
	Yes           bool     `short:"y" help:"Send without asking: on a terminal, a batch shows first what it is about to do."`
}

// howMany is a number of mails, 1 at least; 0: all.
type howMany int64

// UnmarshalText reads the number of a flag.
func (n *howMany) UnmarshalText(text []byte) error {
	number, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || number < 1 {
		return fmt.Errorf("must be a whole number from 1, got %q", text)
	}
	*n = howMany(number)
	return nil
}

// flags are the same for the engine.
func (f *batchFlags) flags() outbox.Flags {
	return outbox.Flags{
		Limit: int64(f.Limit), Only: f.Only, RetryFailed: f.RetryFailed, Doubt: outbox.Policy(f.InDoubt), AcceptChanges: f.AcceptChanges,
	}
}

// choosing names the flag that makes sense with a batch alone; "" where none is given.
func (f *batchFlags) choosing() string {
	switch {
	case f.Limit != 0:
		return "--limit"
	case f.Only != nil:
		return "--only"
	}
	return ""
}
