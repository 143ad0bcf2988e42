package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"moonpost/luabind"
	"moonpost/outbox"
)

// outboxPutCmd is `moonpost outbox put`.
type outboxPutCmd struct {
	storeFlag

	Key       string   `placeholder:"KEY" help:"What the mail is known by: it is sent once, however often it is put (default: a new one)."`
	Via       []string `required:"" placeholder:"RELAY" help:"The relay that takes it, as the worker's script names it; a list is in order of failover."`
	From      *string  `placeholder:"ADDRESS" help:"The envelope's sender, instead of the message's."`
	To        []string `placeholder:"ADDRESS" help:"The envelope's recipients, instead of the message's; may be repeated."`
	NotBefore string   `placeholder:"TIME" help:"When it may be sent: a date, or a time from now such as 2h."`
	Expires   string   `placeholder:"TIME" help:"When it is too late: a date, or a time from now such as 3d."`
	KeyTTL    span     `name:"key-ttl" placeholder:"TIME" help:"After which time the key may be used again (default: never)."`
}

// Help is shown below the flags.
func (c *outboxPutCmd) Help() string {
	return "Reads the message from standard input and prints its number, and whether it was queued or is a duplicate: a mail whose key was put before. " +
		"It is durable when the command ends with 0. moonpost work SCRIPT sends it, where SCRIPT defines the relay."
}

// longestMessage bounds what is read of standard input, in octets.
const longestMessage = 256 << 20

func (c *outboxPutCmd) run(p *process) int {
	letter, err := c.letter(p)
	if err != nil {
		return p.storeStatus(err)
	}
	return c.makeStore(p, func(ctx context.Context, store outbox.Store) error {
		r, err := outbox.Put(ctx, store, *letter, p.wall())
		var wrong *outbox.LetterError
		switch {
		case errors.As(err, &wrong):
			return &luabind.UsageError{Message: "outbox put: " + wrong.Error()}
		case err != nil:
			return err
		case r.Duplicate == nil:
			_, err = fmt.Fprintf(p.stdout, "%d queued\n", r.ID)
			return err
		case !r.Same:
			p.complain(fmt.Sprintf("key %s was put before with another message; this one is left out", visible(r.Key)), "another key sends it too")
		}
		_, err = fmt.Fprintf(p.stdout, "%d duplicate\n", r.ID)
		return err
	})
}

// letter reads the message and what the flags say of it.
func (c *outboxPutCmd) letter(p *process) (*outbox.Letter, error) {
	if p.stdinTerminal {
		return nil, &luabind.UsageError{Message: "outbox put: the message comes from standard input", Help: "moonpost outbox put --via RELAY < mail.eml"}
	}
	raw, err := io.ReadAll(io.LimitReader(p.stdin, longestMessage+1))
	switch {
	case err != nil:
		return nil, err
	case len(raw) == 0:
		return nil, &luabind.UsageError{Message: "outbox put: standard input is empty", Help: "moonpost outbox put --via RELAY < mail.eml"}
	case len(raw) > longestMessage:
		return nil, &luabind.UsageError{Message: "outbox put: the message is larger than 256 MiB"}
	}
	l := (&luabind.Host{Wall: p.wall, Rand: p.rand}).RawLetter(raw, c.From, c.To)
	l.Key, l.Relays, l.KeyTTL = c.Key, c.Via, time.Duration(c.KeyTTL)
	if l.NotBefore, err = c.moment(p, "--not-before", c.NotBefore); err != nil {
		return nil, err
	}
	l.Expires, err = c.moment(p, "--expires", c.Expires)
	return l, err
}

func (c *outboxPutCmd) moment(p *process, flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := luabind.ParseMoment(text, p.wall())
	if err != nil {
		return t, &luabind.UsageError{Message: fmt.Sprintf("outbox put: %s %v", flag, err)}
	}
	return t, nil
}
