package relay

import (
	"errors"
	"slices"

	"moonpost/smtp"
)

// whole is a message on its way to several sites, each of which gets a part of
// the recipients.
type whole struct {
	job      *job
	sender   string
	to       []string
	parts    []*job
	places   [][]int // in to, of each part's recipients
	outcomes []Outcome
	left     int // parts not done
}

// split makes a part for each domain, in the order in which they first occur.
func split(j *job, sender string, to []string) (*whole, error) {
	w := &whole{job: j, sender: sender, to: to}
	index := map[string]int{}
	for i, address := range to {
		domain, err := smtp.DomainOf(address)
		if err != nil {
			return nil, err
		}
		n, known := index[domain]
		if !known {
			n = len(w.parts)
			index[domain] = n
			w.parts = append(w.parts, &job{Job: j.Job, ctx: j.ctx, shares: []share{{domain: domain}}, whole: w, part: n})
			w.places = append(w.places, nil)
		}
		w.places[n] = append(w.places[n], i)
		w.parts[n].shares[0].recipients++
	}
	w.left, w.outcomes = len(w.parts), make([]Outcome, len(w.parts))
	for n, p := range w.parts {
		p.recipients = p.shares[0].recipients
		if len(w.parts) > 1 {
			p.Options = w.optionsFor(n)
		}
	}
	return w, w.check()
}

func (w *whole) check() error {
	switch {
	case len(w.parts) == 0:
		return &smtp.ArgumentError{What: "no recipients"}
	case len(w.parts) > 1 && w.job.Options != nil && w.job.Options.AllOrNothing:
		return &smtp.ArgumentError{What: "all or nothing needs recipients of a single domain where each domain has servers of its own"}
	}
	return nil
}

// optionsFor are the message's with the recipients of one part.
func (w *whole) optionsFor(n int) *smtp.SendOptions {
	var o smtp.SendOptions
	if w.job.Options != nil {
		o = *w.job.Options
	}
	o.To = nil
	for _, i := range w.places[n] {
		o.To = append(o.To, w.to[i])
	}
	return &o
}

// settle notes a part's outcome and reports whether it was the last.
func (w *whole) settle(part int, out Outcome) bool {
	w.outcomes[part] = out
	w.left--
	return w.left == 0
}

// merge makes one outcome of all parts. A part that failed is a refusal of its
// recipients if the message reached any others: by the reply it failed with, or
// one that says what happened. If all parts failed alike the error is theirs.
// Recipients of whom nobody knows, or who were not reached because the context
// ended, have no reply, and the error says so.
func (w *whole) merge() Outcome {
	if len(w.parts) == 1 {
		return w.outcomes[0]
	}
	merged := &smtp.Result{Sender: w.sender, Recipients: make([]smtp.RecipientResult, len(w.to))}
	var open error
	for n, out := range w.outcomes {
		rows := w.rows(n, out)
		for k, i := range w.places[n] {
			merged.Recipients[i] = rows[k]
		}
		w.add(merged, out.Result)
		if out.Err != nil && !decided(out.Err) && (open == nil || doubtful(out.Err)) {
			open = out.Err
		}
	}
	out := Outcome{Tag: w.job.Tag, Result: merged, Err: open}
	if len(merged.Accepted()) == 0 && !doubtful(open) {
		out.Result = nil
		switch one := w.common(); {
		case one != nil:
			out.Err = one
		case open == nil:
			out.Err = &smtp.RecipientsRefusedError{Sender: w.sender, Refused: merged.Recipients}
		}
	}
	return out
}

// common returns the error of all parts where it is the same: then it is the
// message's.
func (w *whole) common() error {
	first := w.outcomes[0].Err
	for _, out := range w.outcomes {
		var refused *smtp.RecipientsRefusedError
		if out.Err == nil || errors.As(out.Err, &refused) || out.Err.Error() != first.Error() {
			return nil
		}
	}
	return first
}

// add takes what concerns the message as a whole from a part's result.
func (w *whole) add(merged, part *smtp.Result) {
	if part == nil {
		return
	}
	merged.Sender, merged.Reply, merged.QueueID = part.Sender, part.Reply, part.QueueID
	merged.Bytes = max(merged.Bytes, part.Bytes)
	merged.Elapsed = max(merged.Elapsed, part.Elapsed)
	merged.DSNSent = merged.DSNSent || part.DSNSent
}

// rows are a part's recipients in the part's order.
func (w *whole) rows(n int, out Outcome) []smtp.RecipientResult {
	rows := make([]smtp.RecipientResult, len(w.places[n]))
	for k, i := range w.places[n] {
		rows[k] = smtp.RecipientResult{Address: w.to[i]}
	}
	var refused *smtp.RecipientsRefusedError
	switch {
	case out.Result != nil && len(out.Result.Recipients) == len(rows):
		copy(rows, out.Result.Recipients)
		fill(rows, out.Err)
	case errors.As(out.Err, &refused) && len(refused.Refused) == len(rows):
		copy(rows, refused.Refused)
	default:
		keepEarlier(rows, out.Err)
		fill(rows, out.Err)
	}
	return rows
}

// keepEarlier gives recipients that were refused before the message was their own
// reply.
func keepEarlier(rows []smtp.RecipientResult, err error) {
	var data *smtp.DataError
	if !errors.As(err, &data) {
		return
	}
	for _, one := range data.Refused {
		i := slices.IndexFunc(rows, func(row smtp.RecipientResult) bool { return row.Address == one.Address && row.Reply.Code == 0 })
		if i >= 0 {
			rows[i] = one
		}
	}
}

// fill tells recipients without a reply what happened.
func fill(rows []smtp.RecipientResult, err error) {
	if err == nil {
		return
	}
	reply, stage := replyFor(err)
	for i := range rows {
		if rows[i].Reply.Code == 0 {
			rows[i].Reply, rows[i].Stage, rows[i].Err = reply, stage, err
		}
	}
}

// decided tells that nobody was reached and that it wasn't us who gave up.
func decided(err error) bool { return !doubtful(err) && !unsent(err) }

func doubtful(err error) bool {
	var e smtp.Error
	return errors.As(err, &e) && e.Delivered() == smtp.Unknown
}

// replyFor returns the reply that an error consists of, or one of our own that
// says the same; none while it is open what became of the message.
func replyFor(err error) (smtp.Reply, smtp.Stage) {
	var e smtp.Error
	if !errors.As(err, &e) {
		return ownReply(554, smtp.EnhancedCode{5, 6, 0}, err.Error()), smtp.StageNone // RFC 3463 §3.7
	}
	var response *smtp.ResponseError
	switch {
	case !decided(err):
		return smtp.Reply{}, e.Stage()
	case errors.As(err, &response):
		return response.Reply, e.Stage()
	}
	code, enhanced := ownCode(err, e.Temporary())
	return ownReply(code, enhanced, err.Error()), e.Stage()
}

// ownCode is the code for an error without a reply.
func ownCode(err error, temporary bool) (int, smtp.EnhancedCode) {
	var (
		connect *smtp.ConnectError
		failed  *smtp.TLSError
		lacking *smtp.NotSupportedError
		size    *smtp.SizeError
	)
	switch {
	case errors.As(err, &connect):
		return 451, smtp.EnhancedCode{4, 4, 1} // RFC 3463 §3.5
	case errors.As(err, &failed), errors.As(err, &lacking) && lacking.Extension == "STARTTLS":
		return 451, smtp.EnhancedCode{4, 7, 5} // RFC 3463 §3.8
	case errors.As(err, &size):
		return 552, smtp.EnhancedCode{5, 3, 4} // RFC 3463 §3.4
	case errors.As(err, &lacking):
		return 554, smtp.EnhancedCode{5, 6, 1} // RFC 3463 §3.7
	case temporary:
		return 451, smtp.EnhancedCode{4, 4, 2} // RFC 3463 §3.5
	}
	return 554, smtp.EnhancedCode{5, 5, 0} // RFC 3463 §3.6
}
