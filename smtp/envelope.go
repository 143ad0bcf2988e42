package smtp

import (
	"slices"
	"strconv"
	"strings"
)

// job is a message with its envelope, checked before anything is sent.
type job struct {
	from    mailbox
	to      []mailbox
	utf8    bool // the message asks for SMTPUTF8 by itself
	message Message
	options *SendOptions
	few     [2]mailbox // most messages are for one
}

// read checks envelope and options. Errors of the message are returned as they
// are.
func (j *job) read(m Message, o *SendOptions) error {
	from, to, utf8, err := envelopeOf(m)
	if err != nil {
		return err
	}
	if j.message, j.utf8, j.options = m, utf8, o; o == nil {
		j.options = &SendOptions{}
	}
	if j.options.From != nil {
		from = *j.options.From
	}
	if j.options.To != nil {
		to = j.options.To
	}
	if len(to) == 0 {
		return argumentError("no recipients", "")
	}
	if j.from, err = parseSender(from); err != nil {
		return err
	}
	j.to = j.few[:0]
	if len(to) > len(j.few) {
		j.to = make([]mailbox, 0, len(to))
	}
	for _, address := range to {
		m, err := parseMailbox(address)
		if err != nil {
			return err
		}
		j.to = append(j.to, m)
	}
	if err := j.options.check(len(to)); err != nil {
		return err
	}
	if d := j.options.DSN; d != nil && len(d.For) > 0 {
		own := *j.options
		own.DSN, err = d.forRecipients(j.to)
		j.options = &own
	}
	return err
}

// envelopeOf asks a message for its envelope. One that has it at hand, as plain
// ASCII addresses that nobody will change, says so.
func envelopeOf(m Message) (from string, to []string, utf8 bool, err error) {
	if ready, ok := m.(interface {
		WireEnvelope() (from string, to []string, ok bool)
	}); ok {
		if from, to, ok := ready.WireEnvelope(); ok {
			return from, to, false, nil
		}
	}
	return m.Envelope()
}

func (o *SendOptions) check(recipients int) error {
	for _, p := range slices.Concat(o.MailOptions, o.RcptOptions) {
		if !validParam(p) {
			return argumentError("malformed parameter", p)
		}
	}
	if o.MaxRecipients < 0 {
		return argumentError("the number of recipients in a transaction is positive", strconv.Itoa(o.MaxRecipients))
	}
	if o.AllOrNothing && o.MaxRecipients > 0 && o.MaxRecipients < recipients {
		return argumentError("all or nothing needs a single transaction for all recipients", "")
	}
	if err := o.checkDemands(); err != nil {
		return err
	}
	if o.DSN != nil {
		return o.DSN.check()
	}
	return nil
}

// parcel is a job made ready for one server: the command lines and the content.
type parcel struct {
	sender   string
	mailLine string
	rcpt     []string
	content  Encoded
	options  *SendOptions
	dsn      bool
	chunked  bool // the content goes by BDAT
	limit    int  // recipients in one transaction, 0 for no limit

	domains     []string // the recipients', where their number is limited
	domainLimit int      // domains in one transaction, 0 for no limit

	few   [2]string // of rcpt
	alone [1]int    // everybody, where that is one
}

// pack fits a job to what the server offers. Whatever the server lacks is found
// here, before MAIL.
func (t *transmission) pack(j *job) error {
	c, p := t.c, &t.parcel
	s := c.session.Load()
	to := c.redirect.recipients(j.to)
	utf8, err := smtputf8(s, j, to)
	if err != nil {
		return err
	}
	p.sender, p.options, p.limit = j.from.String(), j.options, smallest(j.options.MaxRecipients, s.can.recipients)
	if p.content, err = j.message.Encode(s.can.eightBit, utf8); err != nil {
		return err
	}
	if err := c.carriage(p, s.ext); err != nil {
		return err
	}
	params, err := contentParams(&s.can, p.content, j.options)
	if err != nil {
		return err
	}
	if utf8 && !hasParam(j.options.MailOptions, "SMTPUTF8") {
		params = append(params, "SMTPUTF8") // RFC 6531 §3.4
	}
	demands, err := c.demandParams(s.ext, j.options)
	if err != nil {
		return err
	}
	if p.dsn, err = c.wantsDSN(s.ext, j.options.DSN); err != nil {
		return err
	}
	p.domainLimit = s.can.domains
	t.result = newResult(p, len(to))
	if err := t.writeEnvelope(j, to, append(params, demands...)); err != nil {
		return err
	}
	if j.options.AllOrNothing {
		return p.checkSingle()
	}
	return nil
}

// writeEnvelope builds the command lines.
func (t *transmission) writeEnvelope(j *job, to []mailbox, params []string) (err error) {
	p := &t.parcel
	if p.dsn {
		params = append(params, j.options.DSN.mailParams()...)
	}
	params = overlay(j.options.MailOptions, params)
	if p.mailLine, err = mailLine(j.from, params); err != nil {
		return err
	}
	p.rcpt = p.few[:0]
	if len(to) > len(p.few) {
		p.rcpt = make([]string, 0, len(to))
	}
	for i, m := range to {
		var params []string
		if p.dsn {
			params = j.options.DSN.rcptParams(m)
		}
		line, err := rcptLine(m, t.c.redirect.params(overlay(j.options.RcptOptions, params)))
		if err != nil {
			return err
		}
		p.rcpt, t.result.Recipients[i].Address = append(p.rcpt, line), m.String()
		if p.domainLimit > 0 {
			p.domains = append(p.domains, asciiLower(m.domain))
		}
	}
	return nil
}

// smtputf8 decides whether SMTPUTF8 is needed, and refuses what the server
// cannot take.
func smtputf8(s *session, j *job, to []mailbox) (bool, error) {
	if own := append(j.options.MailOptions[:len(j.options.MailOptions):len(j.options.MailOptions)], j.options.RcptOptions...); len(own) > 0 && !s.esmtp {
		keyword, _, _ := strings.Cut(own[0], "=")
		return false, notOffered(keyword, "the parameter "+own[0])
	}
	what := ""
	switch i := slices.IndexFunc(to, mailbox.needsUTF8); {
	case j.from.needsUTF8():
		what = j.from.String()
	case i >= 0:
		what = to[i].String()
	case j.utf8:
		what = "the message's header"
	case hasParam(j.options.MailOptions, "SMTPUTF8"):
		what = "the parameter SMTPUTF8"
	default:
		return false, nil
	}
	if !s.ext.has("SMTPUTF8") {
		return false, notOffered("SMTPUTF8", what)
	}
	return true, nil
}

func notOffered(extension, what string) *NotSupportedError {
	return &NotSupportedError{detail: detail{stage: StageMail}, Extension: extension, What: what}
}

// contentParams checks the content against the server's limits and returns the
// parameters that describe it.
func contentParams(can *offers, content Encoded, o *SendOptions) ([]string, error) {
	size := content.Size()
	if limit := can.sizeLimit; limit > 0 && size > limit {
		return nil, &SizeError{detail: detail{stage: StageMail}, Size: size, Limit: limit} // RFC 1870 §4
	}
	var n nature
	if !o.binary() {
		var err error
		if n, err = inspect(content); err != nil {
			return nil, &ContentError{detail: detail{stage: StageMail}, Err: err}
		}
	}
	if n.longest > maxTextLine && !o.AllowLongLines {
		return nil, longLineError()
	}
	var params []string
	if can.size && !hasParam(o.MailOptions, "SIZE") {
		params = append(params, "SIZE="+strconv.FormatInt(size, 10)) // RFC 1870 §6
	}
	body, err := bodyParam(can, n, o)
	if err != nil {
		return nil, err
	}
	return append(params, body...), nil
}

// bodyParam declares 8BITMIME for content that needs it.
func bodyParam(can *offers, n nature, o *SendOptions) ([]string, error) {
	offered := can.eightBit
	needed := n.eightBit && !n.guessed || o.EightBit
	switch {
	case o.binary():
		return nil, nil // carriage saw to it
	case hasParam(o.MailOptions, "BODY"):
		if !offered {
			return nil, notOffered("8BITMIME", "the parameter BODY")
		}
		return nil, nil
	case needed && !offered:
		e := notOffered("8BITMIME", "octets above 127 in the content")
		e.hint = "encode the text as quoted-printable or base64"
		return nil, e
	case n.eightBit && offered, o.EightBit:
		return []string{"BODY=8BITMIME"}, nil // RFC 6152 §3
	}
	return nil, nil
}

func (c *Client) wantsDSN(ext extensions, d *DSN) (bool, error) {
	if d == nil {
		return false, nil
	}
	if !ext.has("DSN") && d.Required && !c.opts.Rehearsal {
		return false, notOffered("DSN", "delivery status notifications")
	}
	return ext.has("DSN"), nil
}

// smallest returns the smaller of two limits, of which 0 is none.
func smallest(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}
