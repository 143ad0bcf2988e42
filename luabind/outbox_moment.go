package luabind

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// ParseMoment reads a date (RFC 5322 or ISO 8601), or a time from now such as "2h" or "3d".
func ParseMoment(text string, now time.Time) (time.Time, error) {
	if d, err := ParseDuration(text); err == nil {
		return now.Add(d), nil
	}
	t, err := dateOf("", lua.LString(text))
	if err != nil {
		return t, fmt.Errorf("must be a date or a time from now such as \"2h\", got %s", optQuote(text))
	}
	return t, nil
}

// mostDelay is the largest number that is a time from now; larger ones are dates, as os.time gives them.
const mostDelay = 1e9

// momentOption reads a date, or a time from now.
func momentOption(call, key string, v lua.LValue, now time.Time) (t time.Time, err error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return time.Time{}, nil
	case lua.LString:
		t, err = ParseMoment(string(v), now)
	case lua.LNumber:
		if v < mostDelay {
			var d time.Duration
			d, err = secondsDuration(float64(v))
			return now.Add(d), momentFault(call, key, err)
		}
		t, err = dateOf(call, v)
	default:
		if t, err = dateOf(call, v); err != nil {
			err = fmt.Errorf("must be a date or a time from now such as \"2h\", got %s", describe(v))
		}
	}
	return t, momentFault(call, key, err)
}

// momentFault names the option.
func momentFault(call, key string, err error) error {
	if err == nil {
		return nil
	}
	return &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q %v", key, err)}
}
