package luabind

import (
	"fmt"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// functions checks the options that take a function or something else.
func (b *batch) functions(call string) error {
	o := &b.options
	for _, f := range []struct {
		key   string
		value lua.LValue
		want  string
	}{{"key", o.Key, "the name of a column or a function"}, {"to", o.To, "the name of a column or a function"}} {
		switch v := f.value.(type) {
		case nil, *lua.LFunction:
		case lua.LString:
			if v == "" {
				return &OptionError{Call: call, Key: f.key, What: fmt.Sprintf("option %q must be %s, got an empty string", f.key, f.want)}
			}
		default:
			return &OptionError{Call: call, Key: f.key, What: fmt.Sprintf("option %q must be %s, got %s", f.key, f.want, optShown(v))}
		}
	}
	if t, ok := objectOf[*luaTemplate](o.Message); ok {
		b.text = t
		return nil
	}
	if _, ok := o.Message.(*lua.LFunction); ok {
		return nil
	}
	e := &OptionError{Call: call, Key: "message", What: "option \"message\" must be a function that makes a message, or a mime.template, got " + optShown(o.Message)}
	if partOf(o.Message) != nil {
		e.hint = "write message = function(row) return … end, so that each row gets its own"
	}
	return e
}

// settings reads what the outbox is told.
func (b *batch) settings(L *lua.LState, call string) (err error) {
	o, job := &b.options, &b.job
	now := b.rt.host.Wall()
	job.ID, job.Retry, job.Wait, job.Scopes = o.ID, o.Retry.engine(), o.Wait, o.Suppression
	if job.StopIf, err = o.StopIf.engine(call); err != nil {
		return err
	}
	if job.Hours, err = o.Hours.engine(call); err != nil {
		return err
	}
	if job.NotBefore, err = momentOf(call, "not_before", o.NotBefore, now); err != nil {
		return err
	}
	if job.Expires, err = momentOf(call, "expires", o.Expires, now); err != nil {
		return err
	}
	if job.Rates, err = parseRates(o.Rate); err != nil {
		return err
	}
	if err := b.patterns(call); err != nil {
		return err
	}
	return b.policies(L, call)
}

// patterns reads what replies are compared with.
func (b *batch) patterns(call string) error {
	suppress, err := replyPattern(call, "suppress_on", b.options.SuppressOn)
	if err != nil {
		return err
	}
	failover, err := replyPattern(call, "failover_on", b.options.FailoverOn)
	if err != nil {
		return err
	}
	if suppress != nil {
		b.job.SuppressOn = func(r outbox.Reply) bool { return suppress(r.Code, r.Enhanced, r.Text) }
	}
	if failover != nil {
		b.job.Failover = func(r outbox.Reply) bool { return failover(r.Code, r.Enhanced, r.Text) }
	}
	return nil
}

// doubtful reads in_doubt.
func (b *batch) doubtful(call string) (err error) {
	switch v := b.options.InDoubt.(type) {
	case nil, *lua.LFunction:
	case lua.LString:
		if b.policy, err = policyOf(call, "in_doubt", string(v)); err != nil {
			return err
		}
	default:
		return &OptionError{Call: call, Key: "in_doubt", What: `option "in_doubt" must be one of hold, resend, skip or a function; got ` + optShown(v)}
	}
	return nil
}

// policies reads via and in_doubt.
func (b *batch) policies(L *lua.LState, call string) (err error) {
	if err := b.doubtful(call); err != nil {
		return err
	}
	b.options.Via = b.rt.viaOr(b.options.Via)
	switch v := b.options.Via.(type) {
	case nil:
		b.ways, err = b.rt.viaDefault()
	case *lua.LFunction:
	default:
		b.ways, err = b.rt.viaNames(L, v)
	}
	if err != nil {
		return &batchError{call, err}
	}
	if err := b.rt.checkWays(b.ways); err != nil {
		return &batchError{call, err}
	}
	return nil
}
