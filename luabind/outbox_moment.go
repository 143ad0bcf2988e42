package luabind

import (
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// ParseMoment reads a date, or a time from now such as "2h" or "3d".
func ParseMoment(text string, now time.Time) (time.Time, error) {
	t, err := momentOf("", "", lua.LString(text), now)
	if err != nil {
		return t, fmt.Errorf("must be a date or a time from now such as \"2h\", got %s", optQuote(text))
	}
	return t, nil
}
