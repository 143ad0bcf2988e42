package luabind

import (
	"fmt"
	"strconv"
	"strings"

	"moonpost/luabind/lua51"
)

// replyPattern makes a Lua pattern a test of what servers say. It may begin with the code or with the enhanced status:
// "^454", "^5.1.1", "quota". nil for no pattern.
func replyPattern(call, key, pattern string) (func(code int, enhanced, text string) bool, error) {
	if pattern == "" {
		return nil, nil
	}
	if _, err := lua51.Matches("550 5.1.1 no such user", pattern); err != nil {
		return nil, &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q is no pattern: %v", key, err), hint: "a pattern is written as for string.match; % stands before a sign that means itself"}
	}
	return func(code int, enhanced, text string) bool {
		rest := strings.TrimPrefix(enhanced+" "+text, " ")
		for _, said := range []string{rest, strconv.Itoa(code) + " " + rest} {
			if found, err := lua51.Matches(said, pattern); err == nil && found {
				return true
			}
		}
		return false
	}, nil
}
