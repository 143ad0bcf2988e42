package smtp

import (
	"context"
	"slices"
	"strings"
)

// PutCmd sends a command line made of verb and args, joined by spaces, and does
// not wait for the reply: GetReply reads it.
func (c *Client) PutCmd(ctx context.Context, verb string, args ...string) error {
	line, err := c.rawLine(verb, args)
	if err != nil {
		return err
	}
	w, leave, err := c.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return c.put(w, line)
}

// GetReply reads the next reply.
func (c *Client) GetReply(ctx context.Context) (Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	return c.get(w)
}

// DoCmd is PutCmd and GetReply.
func (c *Client) DoCmd(ctx context.Context, verb string, args ...string) (Reply, error) {
	line, err := c.rawLine(verb, args)
	if err != nil {
		return Reply{}, err
	}
	return c.do(ctx, line)
}

// rawLine builds a caller's own command line. Empty arguments leave no space
// behind, which some servers would refuse.
func (c *Client) rawLine(verb string, args []string) (string, error) {
	args = slices.DeleteFunc(slices.Clone(args), func(s string) bool { return s == "" })
	line, err := commandLine(verb, args...)
	if err != nil {
		return "", err
	}
	return c.redirect.line(line)
}

func (c *Client) do(ctx context.Context, line string) (Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	if err := c.put(w, line); err != nil {
		return Reply{}, err
	}
	return c.get(w)
}

// put sends a line and remembers its verb for the reply.
func (c *Client) put(w *wire, line string) error {
	if w.guard.open {
		return c.putContent(w, line)
	}
	if err := w.command(StageCommand, line); err != nil {
		return err
	}
	verb := verbOf(line)
	if c.pending = append(c.pending, verb); verb == "MAIL" {
		w.mails.Add(1)
	}
	return nil
}

// putContent sends a line after a 354: content now, or its final dot.
func (c *Client) putContent(w *wire, line string) error {
	if c.redirect.on {
		if err := w.guard.check([]byte(line)); err != nil {
			return err
		}
	}
	w.log.body([]byte(line))
	if line != finalDot {
		return w.write(StageBody, []byte(line))
	}
	w.log.bodyEnd()
	w.guard.close()
	c.pending = append(c.pending, StageFinal.Verb())
	return withDelivered(w.write(StageFinal, []byte(line)), Unknown)
}

// get reads a reply and follows the transaction, so that LMTP's DATA knows how
// many replies to expect.
func (c *Client) get(w *wire) (Reply, error) {
	verb := ""
	if len(c.pending) > 0 {
		verb, c.pending = c.pending[0], c.pending[1:]
	}
	stage := stageOfVerb(verb)
	r, err := w.readReply(stage)
	if err != nil {
		if stage == StageFinal {
			err = withDelivered(err, Unknown)
		}
		return Reply{}, err
	}
	switch verb {
	case "RCPT":
		if r.Positive() {
			c.accepted++
		}
	case "MAIL", "RSET", "EHLO", "HELO", "LHLO":
		c.accepted = 0
	}
	return r, nil
}

func stageOfVerb(verb string) Stage {
	for s := StageConnect; s <= StageQuit; s++ {
		if s.Verb() == verb && verb != "" {
			return s
		}
	}
	return StageCommand
}

// Send writes raw octets, adding nothing. With Options.Redirect it is limited to
// content after a 354, up to the final dot.
func (c *Client) Send(ctx context.Context, b []byte) error {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if c.redirect.on {
		if err := w.guard.check(b); err != nil {
			return err
		}
	}
	w.log.body(b)
	w.log.bodyEnd()
	return w.write(StageBody, b)
}

// Noop asks for a sign of life.
func (c *Client) Noop(ctx context.Context) (Reply, error) { return c.DoCmd(ctx, "NOOP") }

// Rset ends a transaction that was begun by verbs.
func (c *Client) Rset(ctx context.Context) (Reply, error) { return c.DoCmd(ctx, "RSET") }

// Help asks for help, on a topic if one is given.
func (c *Client) Help(ctx context.Context, topic ...string) (Reply, error) {
	return c.DoCmd(ctx, "HELP", topic...)
}

// Verify asks whether an address exists (VRFY). Addresses lose their brackets.
func (c *Client) Verify(ctx context.Context, address string) (Reply, error) {
	return c.ask(ctx, "VRFY", address)
}

// Expn asks who is on a list.
func (c *Client) Expn(ctx context.Context, list string) (Reply, error) {
	return c.ask(ctx, "EXPN", list)
}

func (c *Client) ask(ctx context.Context, verb, what string) (Reply, error) {
	if m, err := parseMailbox(what); err == nil {
		if what, err = m.wire(); err != nil {
			return Reply{}, err
		}
	}
	if strings.TrimSpace(what) == "" {
		return Reply{}, argumentError(strings.ToLower(verb)+" needs an argument", "")
	}
	return c.DoCmd(ctx, verb, what)
}

// Mail begins a transaction; from "" is the null sender. Options are parameters
// such as "SIZE=1000". SMTPUTF8 is added for an address that needs it.
func (c *Client) Mail(ctx context.Context, from string, opts ...string) (Reply, error) {
	m, err := parseSender(from)
	if err != nil {
		return Reply{}, err
	}
	if m.needsUTF8() {
		if err := c.needUTF8(from); err != nil {
			return Reply{}, err
		}
		if !hasParam(opts, "SMTPUTF8") {
			opts = append(opts[:len(opts):len(opts)], "SMTPUTF8")
		}
	}
	line, err := mailLine(m, opts)
	if err != nil {
		return Reply{}, err
	}
	return c.do(ctx, line)
}

// Rcpt names one recipient. Options are parameters such as "NOTIFY=NEVER".
func (c *Client) Rcpt(ctx context.Context, to string, opts ...string) (Reply, error) {
	m, err := parseMailbox(to)
	if err != nil {
		return Reply{}, err
	}
	m = c.redirect.recipient(m)
	if m.needsUTF8() {
		if err := c.needUTF8(to); err != nil {
			return Reply{}, err
		}
	}
	line, err := rcptLine(m, c.redirect.params(opts))
	if err != nil {
		return Reply{}, err
	}
	return c.do(ctx, line)
}

func (c *Client) needUTF8(address string) error {
	if c.HasExtn("SMTPUTF8") {
		return nil
	}
	return &NotSupportedError{detail: detail{stage: StageMail}, Extension: "SMTPUTF8", What: address}
}

// Quit says goodbye and closes the connection, whatever is answered, and forgets
// what the server said about itself. It waits for five seconds at most unless
// Timeouts.Quit says otherwise.
func (c *Client) Quit(ctx context.Context) (Reply, error) {
	w, leave, err := c.enter(ctx)
	if err != nil {
		return Reply{}, err
	}
	defer leave()
	r, err := w.roundTrip(StageQuit, "QUIT\r\n")
	c.session.Store(&session{})
	if err == nil {
		_ = c.Close()
	}
	return r, err
}
