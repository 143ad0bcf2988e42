package smtp

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// DeliverBy asks for delivery within a time, RFC 2852.
type DeliverBy struct {
	Within time.Duration // one second to 999,999,999 s; fractions are rounded up
	Return bool          // give the message back when the time is over; else notify, and go on trying
	Trace  bool          // have servers without the extension reported
}

// Bounds of what the parameters can say.
const (
	maxPriority  = 9           // RFC 6710 §3
	maxByTime    = 999_999_999 // RFC 2852 §4
	minDeliverBy = time.Second
)

// checkDemands validates what a send asks of the server beyond delivery.
func (o *SendOptions) checkDemands() error {
	if p := o.Priority; p != nil && (*p < -maxPriority || *p > maxPriority) {
		return argumentError("a priority is a number from -9 to 9", strconv.Itoa(*p))
	}
	if d := o.DeliverBy; d != nil && (d.Within < minDeliverBy || d.seconds() > maxByTime) {
		return argumentError("deliver_by is a time from 1 to 999999999 seconds", d.Within.String())
	}
	return nil
}

func (d *DeliverBy) seconds() int64 { return int64((d.Within + time.Second - 1) / time.Second) }

// String returns the parameter.
func (d *DeliverBy) String() string {
	text := "BY=" + strconv.FormatInt(d.seconds(), 10) + ";" // RFC 2852 §4
	if d.Return {
		text += "R"
	} else {
		text += "N"
	}
	if d.Trace {
		text += "T"
	}
	return text
}

// demandParams returns MAIL's parameters for what a send asks of the server. A
// priority is a wish, left out where the server knows none; the others are
// conditions, and the error says which one the server cannot meet.
func (c *Client) demandParams(ext extensions, o *SendOptions) (params []string, err error) {
	if o.RequireTLS {
		if err = c.requireTLS(ext); err == nil {
			params = append(params, "REQUIRETLS") // RFC 8689 §2
		} else if !c.opts.Rehearsal {
			return nil, err
		}
	}
	if o.DeliverBy != nil {
		if err = o.DeliverBy.offered(ext); err == nil {
			params = append(params, o.DeliverBy.String())
		} else if !c.opts.Rehearsal {
			return nil, err
		}
	}
	if o.Priority != nil && ext.has("MT-PRIORITY") {
		params = append(params, "MT-PRIORITY="+strconv.Itoa(*o.Priority)) // RFC 6710 §3
	}
	return params, nil
}

// requireTLS wants a server that proved who it is and promises to insist on the
// same from the next one.
func (c *Client) requireTLS(ext extensions) error {
	const option = "the option require_tls"
	state, encrypted := c.TLSState()
	if !encrypted || len(state.VerifiedChains) == 0 && len(c.opts.TLSOptions.Pins) == 0 {
		e := notOffered("REQUIRETLS", option)
		e.reason = "an encrypted connection to a verified server" // RFC 8689 §4.2.1
		e.hint = `use tls = "starttls" or "implicit", without insecure`
		return e
	}
	if !ext.has("REQUIRETLS") {
		return notOffered("REQUIRETLS", option)
	}
	return nil
}

// offered checks that the server takes such a time.
func (d *DeliverBy) offered(ext extensions) error {
	const option = "the option deliver_by"
	if !ext.has("DELIVERBY") {
		return notOffered("DELIVERBY", option)
	}
	least, err := strconv.ParseInt(strings.TrimSpace(ext["deliverby"]), 10, 64)
	if d.Return && err == nil && d.seconds() < least { // RFC 2852 §4
		e := notOffered("DELIVERBY", option)
		e.reason = "at least " + strconv.FormatInt(least, 10) + " s: the server promises nothing faster"
		return e
	}
	return nil
}

// overlay returns the caller's own parameters and those of ours that they don't
// name: a server refuses one that comes twice.
func overlay(own, ours []string) []string {
	if len(own) == 0 {
		return ours
	}
	all := slices.Clone(own)
	for _, p := range ours {
		if keyword, _, _ := strings.Cut(p, "="); !hasParam(own, keyword) {
			all = append(all, p)
		}
	}
	return all
}
