package luabind

import (
	"fmt"

	"moonpost/outbox"
	"moonpost/relay"

	lua "github.com/yuin/gopher-lua"
)

// viaShape is what says which way mail goes, as errors name it.
const viaShape = "a relay, the name of one or of a pool, or a list of these"

// viaNames reads which way mail goes: a relay, the name of one, or a list of these in order of failover. Names are not
// looked up, since another process may be the one that has the relay.
func (rt *Runtime) viaNames(_ *lua.LState, v lua.LValue) ([]string, error) {
	list, ok := v.(*lua.LTable)
	if !ok {
		name, err := viaName(v)
		if err != nil {
			return nil, err
		}
		return []string{name}, nil
	}
	n := list.Len()
	if key, _ := optAfter(list, n); key != lua.LNil || n == 0 {
		return nil, viaFault("via must be "+viaShape, v)
	}
	names := make([]string, 0, n)
	for i := 1; i <= n; i++ {
		name, err := viaName(list.RawGetInt(i))
		if err != nil {
			return nil, fmt.Errorf("via[%d]: %w", i, err)
		}
		names = append(names, name)
	}
	return names, nil
}

func viaName(v lua.LValue) (string, error) {
	switch v := v.(type) {
	case lua.LString:
		if v != "" {
			return string(v), nil
		}
	case *lua.LUserData:
		if r, ok := v.Value.(*luaRelay); ok {
			if r.closed {
				return "", &argumentError{text: fmt.Sprintf("the relay %q is closed", r.relay.Name())}
			}
			return r.relay.Name(), nil
		}
	}
	return "", viaFault("a way must be "+viaShape, v)
}

func viaFault(text string, v lua.LValue) error {
	got := describe(v)
	if shown := optPlain(v); shown != "" {
		got += " (" + shown + ")"
	}
	e := &argumentError{text: text + ", got " + got}
	if _, isConn := objectOf[*conn](v); isConn {
		e.hint = "smtp.relay{…} makes a relay; a connection is for one message after the other"
	}
	return e
}

// viaDefault gives the way of mail of which the script says none: its only relay.
func (rt *Runtime) viaDefault() ([]string, error) {
	names := rt.relayNames()
	switch len(names) {
	case 0:
		return nil, &argumentError{text: "via is missing, and the script has no relay", hint: "local relay = smtp.relay{ url = env.SMTP_URL } makes one; then via = relay"}
	case 1:
		return names, nil
	}
	return nil, &argumentError{text: fmt.Sprintf("via is missing, and the script has %d relays", len(names)), hint: "via = relay says which; a list is the order of failover. route.choose says it for each mail"}
}

// relayNames lists the relays of the script in the order of their making, then those that route.relay has defined.
func (rt *Runtime) relayNames() (names []string) {
	for _, c := range rt.open {
		if r, ok := c.(*luaRelay); ok && !r.closed {
			names = append(names, r.relay.Name())
		}
	}
	for _, p := range rt.routes.planned {
		names = append(names, p.options.Name)
	}
	return names
}

// relayNamed finds a relay of the script. The error for a name that none has is an *unknownRelayError.
func (rt *Runtime) relayNamed(name string) (*relay.Relay, error) {
	if err := rt.makePlanned(name); err != nil {
		return nil, err
	}
	for _, c := range rt.open {
		if r, ok := c.(*luaRelay); ok && !r.closed && r.relay.Name() == name {
			return r.relay, nil
		}
	}
	return nil, &unknownRelayError{outbox.NotFoundError{What: "relay", Name: name}, rt.relayNames()}
}

// unknownRelayError is a name that no relay of the script has.
type unknownRelayError struct {
	outbox.NotFoundError
	known []string
}

func (e *unknownRelayError) Error() string {
	text := e.NotFoundError.Error()
	if near := Nearest(e.Name, e.known); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return text
}

// Kind is "argument".
func (e *unknownRelayError) Kind() string { return "argument" }

// Unwrap lets errors.As find the outbox's error.
func (e *unknownRelayError) Unwrap() error { return &e.NotFoundError }

// Hint tells what names a relay.
func (e *unknownRelayError) Hint() string {
	return fmt.Sprintf("smtp.relay{ name = %q, … } makes it", e.Name)
}

// dryRelay finds a relay of the script for a dry run, which does not wait for rates.
func (rt *Runtime) dryRelay(name string) (*relay.Relay, error) {
	if err := rt.makePlanned(name); err != nil {
		return nil, err
	}
	for _, c := range rt.open {
		if r, ok := c.(*luaRelay); ok && !r.closed && r.swift != nil && r.relay.Name() == name {
			return r.swift, nil
		}
	}
	return rt.relayNamed(name)
}

// unhurried takes the rates out of a relay's options.
func unhurried(o relay.Options) relay.Options {
	o.Rates, o.RecipientRates, o.Burst, o.Bursts = nil, nil, 0, nil
	if o.PerDomain != nil {
		all := make(map[string]relay.DomainLimits, len(o.PerDomain))
		for domain, limits := range o.PerDomain {
			limits.Rates, limits.RecipientRates, limits.Burst, limits.Bursts = nil, nil, 0, nil
			all[domain] = limits
		}
		o.PerDomain = all
	}
	return o
}
