package smtp

import (
	"context"
	"time"
)

// SendOptions refines one send. The zero value is fine. They must not change until
// the outcome is there.
type SendOptions struct {
	From        *string  // envelope sender instead of the Message's; "" is the null sender
	To          []string // recipients instead of the Message's
	MailOptions []string // parameters for MAIL
	RcptOptions []string // parameters for every RCPT
	DSN         *DSN
	RequireTLS  bool       // only over verified TLS, from here to the recipient (RFC 8689)
	Priority    *int       // -9 to 9 where the server knows priorities (RFC 6710); nil: none
	DeliverBy   *DeliverBy // nil: no time limit

	AllOrNothing   bool // mail nobody when a recipient is refused
	MaxRecipients  int  // recipients in one transaction, 0: no limit of ours
	EightBit       bool // declare 8BITMIME although no octet needs it
	AllowLongLines bool // send lines of more than 998 octets

	// BeforeFinal runs in each transaction when everything but the final dot may
	// be on the wire. Its error drops the connection: nothing was delivered.
	BeforeFinal func(context.Context) error
}

// Result tells what became of a message that at least one recipient was
// accepted for.
type Result struct {
	Sender     string
	Recipients []RecipientResult // in the order given, duplicates included
	Reply      Reply             // the last positive reply to the content
	QueueID    string            // the server's name for the message, if it told one
	Bytes      int64             // size of the content in octets
	Elapsed    time.Duration
	DSNSent    bool // notifications were asked for
}

// RecipientResult is the server's last word on one recipient. A zero Reply means
// that it gave none. With SMTP an accepted recipient has the reply to RCPT, with
// LMTP the final one.
type RecipientResult struct {
	Address string
	Reply   Reply
	Stage   Stage // where the reply came
	Err     error // why no server replied; Reply is then zero, or made in its place by a relay
}

// Accepted reports a positive reply.
func (r RecipientResult) Accepted() bool { return r.Reply.Positive() }

// Accepted returns the addresses that were accepted, in order.
func (r *Result) Accepted() []string {
	var list []string
	for _, one := range r.Recipients {
		if one.Accepted() {
			list = append(list, one.Address)
		}
	}
	return list
}

// Refused returns the others, in order.
func (r *Result) Refused() []RecipientResult { return refusedOf(r.Recipients) }

func refusedOf(list []RecipientResult) []RecipientResult {
	var refused []RecipientResult
	for _, one := range list {
		if !one.Accepted() {
			refused = append(refused, one)
		}
	}
	return refused
}

type finalKey struct{}

// WithFinal gives an operation a second context. Once the final dot is on the
// wire, final instead of ctx governs the wait for its reply; when ctx ends
// before, no dot is sent.
func WithFinal(ctx, final context.Context) context.Context {
	return context.WithValue(ctx, finalKey{}, final)
}

// finalContext returns the context for the wait after the dot.
func finalContext(ctx context.Context) context.Context {
	if final, ok := ctx.Value(finalKey{}).(context.Context); ok {
		return final
	}
	return ctx
}

// Check returns a *RecipientsRefusedError when anyone was refused. It tells that
// the message was delivered, to the others.
func (r *Result) Check() error {
	refused := r.Refused()
	if len(refused) == 0 {
		return nil
	}
	d := detail{stage: refused[0].Stage, hint: replyHint(refused[0].Stage, refused[0].Reply)}
	if len(refused) < len(r.Recipients) {
		d.delivered = Yes
	}
	return &RecipientsRefusedError{detail: d, Sender: r.Sender, Refused: refused}
}
