package luabind

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// space is a set of durable values; call begins the names of its functions in errors.
type space struct{ name, call string }

// spaceValues is where values lie: the store, or in a rehearsal what hides it.
func (rt *Runtime) spaceValues() (outbox.Values, error) {
	if !rt.rehearsing() {
		return rt.store(rt.base)
	}
	if rt.shadow == nil {
		under, err := rt.storeToRead(rt.base)
		if err != nil {
			return nil, err
		}
		rt.shadow = &shadowValues{wall: rt.host.Wall, values: map[shadowKey]shadowValue{}}
		if under != nil {
			rt.shadow.under = under
		}
	}
	return rt.shadow, nil
}

// rehearsing tells whether the run leaves the store as it is: a check, a dry run, test mails to one address.
func (rt *Runtime) rehearsing() bool {
	return rt.host.check != nil || rt.host.Outbound.Dry || rt.host.Outbound.Redirect != ""
}

func (rt *Runtime) spaceGet(s *space, key string) (lua.LValue, bool, error) {
	values, err := rt.spaceValues()
	if err != nil {
		return nil, false, err
	}
	text, _, ok, err := values.Value(rt.base, s.name, key, rt.host.Wall())
	if err != nil || !ok {
		return nil, false, err
	}
	v, err := rt.kvDecode(s.call+"get", text)
	return v, err == nil, err
}

func (rt *Runtime) spaceSet(s *space, key string, text []byte, o kvOptions) error {
	values, err := rt.spaceValues()
	if err != nil {
		return err
	}
	now := rt.host.Wall()
	return values.SetValue(rt.base, s.name, key, text, o.until(now), now)
}

func (rt *Runtime) spaceDelete(s *space, key string) (existed bool, err error) {
	values, err := rt.spaceValues()
	if err != nil {
		return false, err
	}
	return values.DeleteValue(rt.base, s.name, key)
}

// mostSwaps bounds how often a value that others change all the time is tried.
const mostSwaps = 10_000

// spaceEdit replaces a value by what change makes of it; nil stands for none.
type spaceEdit struct {
	call, key string
	ttl       *time.Duration
	renew     bool // ttl holds for a value that is there, too
	change    func(old lua.LValue) (lua.LValue, error)
}

// spaceChange tries an edit as often as another process was faster.
func (rt *Runtime) spaceChange(s *space, e spaceEdit) (lua.LValue, error) {
	values, err := rt.spaceValues()
	if err != nil {
		return nil, err
	}
	for range mostSwaps {
		fresh, swapped, err := rt.spaceSwap(values, s, e)
		if err != nil || swapped {
			return fresh, err
		}
		if rt.base.Err() != nil {
			return nil, context.Cause(rt.base)
		}
	}
	return nil, &storeError{text: fmt.Sprintf("%s: %s is changed by others all the time", e.call, optQuote(e.key))}
}

// spaceSwap tries an edit once.
func (rt *Runtime) spaceSwap(values outbox.Values, s *space, e spaceEdit) (fresh lua.LValue, swapped bool, err error) {
	now := rt.host.Wall()
	text, until, there, err := values.Value(rt.base, s.name, e.key, now)
	if err != nil {
		return nil, false, err
	}
	var old lua.LValue = lua.LNil
	if !there {
		text = nil
	} else if old, err = rt.kvDecode(e.call, text); err != nil {
		return nil, false, err
	}
	if fresh, err = e.change(old); err != nil {
		return nil, false, err
	}
	var written []byte
	if fresh != lua.LNil {
		if written, err = rt.kvEncode(e.call, fresh); err != nil {
			return nil, false, err
		}
	}
	renewed := e.ttl != nil && (e.renew || !there)
	if renewed {
		until = now.Add(*e.ttl)
	} else if bytes.Equal(written, text) {
		return fresh, true, nil
	}
	swapped, err = values.SwapValue(rt.base, s.name, e.key, text, written, until, now)
	return fresh, swapped, err
}

// shadowValues hides a store from what a rehearsal keeps: values that were set are here, others where they were.
type shadowValues struct {
	under  outbox.Values // nil: none
	wall   func() time.Time
	values map[shadowKey]shadowValue
}

type (
	shadowKey   struct{ space, key string }
	shadowValue struct {
		value []byte // nil: deleted
		until time.Time
	}
)

// Value implements outbox.Values.
func (s *shadowValues) Value(ctx context.Context, space, key string, now time.Time) ([]byte, time.Time, bool, error) {
	v, ok := s.values[shadowKey{space, key}]
	switch {
	case ok && (v.value == nil || !v.until.IsZero() && !now.Before(v.until)):
		return nil, time.Time{}, false, nil
	case ok:
		return v.value, v.until, true, nil
	case s.under == nil:
		return nil, time.Time{}, false, nil
	}
	return s.under.Value(ctx, space, key, now)
}

// SetValue implements outbox.Values.
func (s *shadowValues) SetValue(_ context.Context, space, key string, value []byte, until, _ time.Time) error {
	s.values[shadowKey{space, key}] = shadowValue{value, until}
	return nil
}

// DeleteValue implements outbox.Values.
func (s *shadowValues) DeleteValue(ctx context.Context, space, key string) (bool, error) {
	_, _, existed, err := s.Value(ctx, space, key, s.wall())
	s.values[shadowKey{space, key}] = shadowValue{}
	return existed, err
}

// SwapValue implements outbox.Values. Nobody else changes what is here.
func (s *shadowValues) SwapValue(ctx context.Context, space, key string, _, value []byte, until, now time.Time) (bool, error) {
	return true, s.SetValue(ctx, space, key, value, until, now)
}
