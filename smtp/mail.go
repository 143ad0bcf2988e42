package smtp

import "context"

// SendMail sends content from one address to recipients: EHLO if needed, MAIL,
// RCPTs, DATA. Refused recipients do not stop the others and are no error as
// long as one was accepted. from "" is the null sender.
//
// The error is a *SenderRefusedError, *RecipientsRefusedError (nobody was
// accepted), *DataError, *NotSupportedError, *SizeError, or one of arguments,
// transport and protocol. A Result comes with an error only if a transaction
// failed after another one of the same call had delivered to some recipients;
// those without an answer then have a zero Reply.
func (c *Client) SendMail(ctx context.Context, from string, to []string, content Encoded, o *SendOptions) (*Result, error) {
	return c.SendMessage(ctx, &letter{from, to, content}, o)
}

// letter is content with an envelope given apart.
type letter struct {
	from    string
	to      []string
	content Encoded
}

// Letter makes a Message of content that is ready for the wire, and an envelope.
// from "" is the null sender.
func Letter(from string, to []string, content Encoded) Message { return &letter{from, to, content} }

func (l *letter) Envelope() (from string, to []string, needUTF8 bool, err error) {
	return l.from, l.to, false, nil
}

func (l *letter) Encode(bool, bool) (Encoded, error) { return l.content, nil }

// SendMessage is SendMail with envelope and content from a Message, which is
// encoded as this server can take it. Errors of the Message are returned as they
// are.
func (c *Client) SendMessage(ctx context.Context, m Message, o *SendOptions) (*Result, error) {
	var j job
	if err := j.read(m, o); err != nil {
		return nil, err
	}
	w, leave, err := c.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	t := &transmission{}
	if err := c.prepare(ctx, w, &j, t); err != nil {
		return nil, err
	}
	return t.conclude(t.run(t.everybody()))
}

// prepare fits a job to the server, which is greeted if need be.
func (c *Client) prepare(ctx context.Context, w *wire, j *job, t *transmission) error {
	t.c, t.w, t.ctx, t.start = c, w, ctx, c.opts.Mono()
	if err := c.helloIfNeeded(w); err != nil {
		return err
	}
	if c.opts.Pipelining == On && !c.HasExtn("PIPELINING") {
		return notOffered("PIPELINING", "the option pipelining")
	}
	return t.pack(j)
}
