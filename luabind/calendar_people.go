package luabind

import (
	"fmt"
	"strings"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// eventPeople reads addresses, each a text or a table that may also say which part somebody takes. Gaps of a template
// stand for addresses that are checked when they are filled.
func eventPeople(call, key string, v lua.LValue) ([]mime.Attendee, error) {
	if t, ok := v.(*lua.LTable); ok {
		if t.RawGetString("address") != lua.LNil {
			a, err := eventAttendee(call, key, t)
			return []mime.Attendee{a}, err
		}
		var list []mime.Attendee
		for i := 1; i <= t.Len(); i++ {
			more, err := eventPeople(call, fmt.Sprintf("%s[%d]", key, i), t.RawGetInt(i))
			if err != nil {
				return nil, err
			}
			list = append(list, more...)
		}
		if k, _ := optAfter(t, t.Len()); k != lua.LNil {
			return nil, &argumentError{text: fmt.Sprintf("%s: %s is a list, which has no key %q", call, key, k.String()), hint: "write one person as { name = …, address = … }"}
		}
		return list, nil
	}
	if text, ok := v.(lua.LString); ok && strings.Contains(string(text), "{{") {
		name, address, named := strings.Cut(strings.TrimSuffix(strings.TrimSpace(string(text)), ">"), "<")
		if !named {
			name, address = "", string(text)
		}
		return []mime.Attendee{{Address: mime.Address{Name: strings.Trim(name, ` "`), Address: strings.TrimSpace(address)}}}, nil
	}
	addresses, err := addressList(call, key, v)
	if err != nil {
		return nil, err
	}
	var list []mime.Attendee
	for _, a := range addresses {
		list = append(list, mime.Attendee{Address: a})
	}
	return list, nil
}

// attendeeOptions are somebody who is invited.
type attendeeOptions struct {
	Name    string `lua:"name" doc:"the name that calendars show"`
	Address string `lua:"address" required:"true" doc:"the address, as in the mail's To"`
	Role    string `lua:"role" enum:"required,optional,chair,none" doc:"which part is taken" default:"required"`
	RSVP    *bool  `lua:"rsvp" doc:"whether an answer is asked for" default:"true"`
}

func eventAttendee(call, key string, t *lua.LTable) (a mime.Attendee, err error) {
	var o attendeeOptions
	if err := readOptions(call+": "+key, t, &o); err != nil {
		return a, err
	}
	a = mime.Attendee{Address: mime.Address{Name: o.Name, Address: o.Address}, Role: o.Role, Quiet: o.RSVP != nil && !*o.RSVP}
	if !strings.Contains(o.Address, "{{") {
		err = underName(key, a.Address.Validate())
	}
	return a, err
}
