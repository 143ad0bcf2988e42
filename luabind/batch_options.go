package luabind

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"moonpost/data"
	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// batchOptions are the options of batch.run.
type batchOptions struct {
	ID          string         `lua:"id" required:"true" doc:"name of the batch; each key is mailed once in it, for ever"`
	Source      lua.LValue     `lua:"source" required:"true" type:"any[]|fun(): any, integer?" doc:"rows: a list, or an iterator such as csv.rows gives; a row is a table or a string"`
	Key         lua.LValue     `lua:"key" type:"string|fun(row: any, number: integer): string|number" doc:"a column, or a function that gives the key; rows that are strings are their own"`
	To          lua.LValue     `lua:"to" type:"string|fun(row: any, number: integer): any" doc:"a column, or a function that gives the address: then an address that cannot be mailed is found before anything is sent"`
	Message     lua.LValue     `lua:"message" required:"true" type:"mime.Template|fun(row: any): mime.Part?" doc:"makes the message of a row, maybe more than once; nil skips the row this time. A mime.template is filled without Lua"`
	Via         lua.LValue     `lua:"via" type:"string|smtp.Relay|table|fun(d: batch.Delivery): any" doc:"a relay, the name of one or of a pool, a list in order of failover, or a function that gives any of these" default:"what route.choose says, else the script's only relay"`
	Retry       *retryOptions  `lua:"retry" doc:"schedule of further tries"`
	Wait        time.Duration  `lua:"wait" doc:"how long the call waits for tries that are due later, once nothing else is left" default:"0"`
	InDoubt     lua.LValue     `lua:"in_doubt" type:"\"hold\"|\"resend\"|\"skip\"|fun(item: batch.Item): string" doc:"what becomes of mails of which nobody knows whether a server took them: hold leaves them to a person, skip takes them for sent" default:"hold"`
	Suppression []string       `lua:"suppression" one:"true" doc:"scopes of the suppression list, besides \"*\""`
	SuppressOn  string         `lua:"suppress_on" doc:"a Lua pattern: a recipient whose refusal (\"5.1.1 no such user\", \"550 …\") it matches is suppressed from then on"`
	StopIf      *stopOptions   `lua:"stop_if" doc:"ends the run when too much fails"`
	Hours       *hoursOptions  `lua:"hours" doc:"times of the week in which the batch may send"`
	NotBefore   lua.LValue     `lua:"not_before" type:"number|string|time.Time" doc:"a date, or a duration from now, before which nothing is sent"`
	Expires     lua.LValue     `lua:"expires" type:"number|string|time.Time" doc:"a date, or a duration from now, after which nothing is sent any more"`
	Rate        []string       `lua:"rate" one:"true" doc:"messages at most, whatever way they go"`
	FailoverOn  string         `lua:"failover_on" doc:"a Lua pattern: a refusal for good that it matches is tried with the next relay too"`
	States      int            `lua:"states" min:"1" max:"64" doc:"Lua states that render, for more than one core" default:"1"`
	Prepare     *lua.LFunction `lua:"prepare" type:"fun()" doc:"called once before the source is read, in the one process that reads it"`
	OnSent      *lua.LFunction `lua:"on_sent" type:"fun(item: batch.Item, reply: batch.Reply)" doc:"called after a mail was sent and that is on disk, at least once"`
	OnFailed    *lua.LFunction `lua:"on_failed" type:"fun(item: batch.Item, reply: batch.Reply)" doc:"the same for one that failed for good"`
	OnDeferred  *lua.LFunction `lua:"on_deferred" type:"fun(item: batch.Item, reply: batch.Reply)" doc:"the same for one that is tried again later"`
}

// retryOptions are a schedule of tries.
type retryOptions struct {
	Attempts int           `lua:"attempts" min:"1" max:"1000" doc:"tries in all" default:"5"`
	First    time.Duration `lua:"first" min:"1ms" doc:"wait before the second" default:"\"1m\""`
	Factor   float64       `lua:"factor" min:"1" max:"100" doc:"by which the wait grows each time" default:"2"`
	Cap      time.Duration `lua:"cap" min:"1ms" doc:"longest wait" default:"\"1h\""`
	GiveUp   time.Duration `lua:"give_up" min:"1ms" doc:"age at which a mail is given up" default:"\"2d\""`
}

// engine gives the schedule to the outbox, which knows the defaults.
func (o *retryOptions) engine() outbox.Retry {
	if o == nil {
		return outbox.Retry{}
	}
	return outbox.Retry{Attempts: o.Attempts, First: o.First, Factor: o.Factor, Cap: o.Cap, GiveUp: o.GiveUp}
}

// stopOptions say when a run ends early.
type stopOptions struct {
	Failed lua.LValue `lua:"failed" required:"true" type:"integer|string" doc:"a number of failures, or a share of what was tried, such as \"5%\""`
	After  int        `lua:"after" min:"0" doc:"so many must have been tried first" default:"0"`
}

func (o *stopOptions) engine(call string) (out outbox.StopIf, err error) {
	if o == nil {
		return out, nil
	}
	out.After = int64(o.After)
	switch v := o.Failed.(type) {
	case lua.LNumber:
		switch n := float64(v); {
		case n >= 1 && optIsWhole(n):
			out.Failed = int64(n)
			return out, nil
		case n > 0 && n < 1:
			out.Fraction = n
			return out, nil
		}
	case lua.LString:
		if share, ok := strings.CutSuffix(strings.TrimSpace(string(v)), "%"); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(share), 64)
			if err == nil && n > 0 && n <= 100 {
				out.Fraction = n / 100
				return out, nil
			}
		}
	}
	return out, &OptionError{Call: call, Key: "stop_if.failed", What: fmt.Sprintf("option %q must be a number from 1 or a share such as \"5%%\", got %s", "stop_if.failed", optShown(o.Failed))}
}

// optShown names a value for an error: what it is, and how Lua writes it.
func optShown(v lua.LValue) string {
	if shown := optPlain(v); shown != "" {
		return describe(v) + " (" + shown + ")"
	}
	return describe(v)
}

// policyOf reads what becomes of mails in doubt.
func policyOf(call, key, name string) (outbox.Policy, error) {
	switch p := outbox.Policy(name); p {
	case "", outbox.Hold, outbox.Resend, outbox.Skip:
		return p, nil
	}
	e := &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q must be one of hold, resend, skip or a function; got %s", key, optQuote(name))}
	if near := Nearest(name, []string{"hold", "resend", "skip"}); near != "" {
		e.hint = fmt.Sprintf("did you mean %q?", near)
	}
	return "", e
}

// momentOf reads a date, or a duration from now. The zero time means none was given.
func momentOf(call, key string, v lua.LValue, now time.Time) (time.Time, error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return time.Time{}, nil
	case lua.LString:
		if d, err := ParseDuration(string(v)); err == nil {
			return now.Add(d), nil
		}
		if t, err := data.ParseTime(string(v), time.Local); err == nil {
			return t, nil
		}
	case lua.LNumber, *lua.LUserData:
		if t, err := dateOf(call, v); err == nil {
			return t, nil
		}
	}
	return time.Time{}, &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q must be a date such as \"2026-10-05 08:00\", or a duration such as \"2h\", got %s", key, optShown(v))}
}
