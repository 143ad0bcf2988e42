package luabind

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/mail"
	"slices"
	"time"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// sortedKeys lists a map's keys in order, so that output never depends on
// the order of a Lua table.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// addressList reads addresses in all the forms that scripts may give: a
// string with one or more, a table with name and address, or a list of these.
func addressList(call, what string, v lua.LValue) ([]mime.Address, error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return nil, nil
	case lua.LString:
		list, err := mime.ParseAddressList(string(v))
		return list, underName(what, err)
	case *lua.LTable:
		if v.RawGetString("address") != lua.LNil {
			a, err := addressTable(call, what, v)
			return []mime.Address{a}, err
		}
		return addressItems(call, what, v)
	}
	return nil, &argumentError{text: fmt.Sprintf("%s: %s must be an address or a list of addresses, got %s", call, what, describe(v))}
}

// underName gives the builder's error the name that the script uses.
func underName(what string, err error) error {
	var fault *mime.Error
	if !errors.As(err, &fault) {
		return err
	}
	named := *fault
	named.Field = what
	return &named
}

func addressItems(call, what string, t *lua.LTable) ([]mime.Address, error) {
	if key, _ := t.Next(lua.LNil); t.Len() == 0 && key != lua.LNil {
		return nil, &argumentError{text: fmt.Sprintf("%s: %s has no \"address\"", call, what)}
	}
	var list []mime.Address
	if key, value := optAfter(t, t.Len()); key != lua.LNil {
		return nil, &argumentError{text: fmt.Sprintf("%s: %s is a list, which has no key %q: %s", call, what, key.String(), describe(value)), hint: "write one address as { name = …, address = … }"}
	}
	for i := 1; i <= t.Len(); i++ {
		v := t.RawGetInt(i)
		if inner, ok := v.(*lua.LTable); ok && inner.RawGetString("address") == lua.LNil {
			return nil, &argumentError{text: fmt.Sprintf("%s: %s[%d] has no \"address\"", call, what, i)}
		}
		one, err := addressList(call, fmt.Sprintf("%s[%d]", what, i), v)
		if err != nil {
			return nil, err
		}
		list = append(list, one...)
	}
	return list, nil
}

// addressTable reads { name=, address= }.
func addressTable(call, what string, t *lua.LTable) (a mime.Address, err error) {
	t.ForEach(func(k, v lua.LValue) {
		text, ok := v.(lua.LString)
		switch {
		case !ok:
			err = &argumentError{text: fmt.Sprintf("%s: %s.%s must be a string, got %s", call, what, k.String(), describe(v))}
		case k == lua.LString("name"):
			a.Name = string(text)
		case k == lua.LString("address"):
			a.Address = string(text)
		default:
			err = &argumentError{text: call + ": " + unknownText(what, "key", k.String(), []string{"name", "address"})}
		}
	})
	return a, err
}

// dateOf reads a date: a number of seconds since 1970, RFC 5322 or ISO 8601
// text, or a time. The zero time means none was given.
func dateOf(call string, v lua.LValue) (time.Time, error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return time.Time{}, nil
	case lua.LNumber:
		whole, frac := math.Modf(float64(v))
		return time.Unix(int64(whole), int64(frac*1e9)), nil
	case *lua.LUserData:
		if t, ok := v.Value.(time.Time); ok {
			return t, nil
		}
	case lua.LString:
		if t, err := mail.ParseDate(string(v)); err == nil {
			return t, nil
		}
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly} {
			if t, err := time.ParseInLocation(layout, string(v), time.Local); err == nil {
				return t, nil
			}
		}
		return time.Time{}, &argumentError{text: fmt.Sprintf("%s: date %q is neither RFC 5322 nor ISO 8601", call, string(v))}
	}
	return time.Time{}, &argumentError{text: fmt.Sprintf("%s: date must be a number, a string or a time, got %s", call, describe(v))}
}

// source makes a message source of a file.
func (rt *Runtime) source(path string) (mime.Source, error) {
	s, err := newFileSource(rt.host, path)
	if err != nil {
		return nil, rt.fileError(path, err)
	}
	return s, nil
}
