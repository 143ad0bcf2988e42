package luabind

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// blame rewrites a message of gopher-lua's in the words of Lua 5.1, with the
// name of what was nil: the variable, field or method that the instruction
// used. The call that failed stands at the level. Other messages stay.
func (rt *Runtime) blame(L *lua.LState, level int, message string) string {
	message = strings.TrimPrefix(message, " ") // of a function without a position
	where, text := splitWhere(message)
	if !strings.HasPrefix(text, "attempt to ") && !strings.HasPrefix(text, "cannot perform ") && !strings.HasPrefix(text, "bad argument #") {
		if better, ok := plainText(text); ok {
			return where + better
		}
		if strings.HasSuffix(text, " undefined") {
			return where + rt.blameUnary(L, level, text)
		}
		return message
	}
	return where + rt.blameText(L, level, text)
}

// splitWhere cuts a message behind its position, "file:12: ".
func splitWhere(message string) (where, text string) {
	for i := 1; i < len(message); i++ {
		if message[i] == '\n' {
			break
		}
		if message[i] != ':' || i+1 >= len(message) || message[i+1] < '0' || message[i+1] > '9' {
			continue
		}
		end := i + 1
		for end < len(message) && message[end] >= '0' && message[end] <= '9' {
			end++
		}
		if strings.HasPrefix(message[end:], ": ") {
			return message[:end+2], message[end+2:]
		}
	}
	return "", message
}

// plainText translates the messages that name nothing.
func plainText(text string) (string, bool) {
	switch text {
	case "for statement init must be a number":
		return "'for' initial value must be a number", true
	case "for statement limit must be a number":
		return "'for' limit must be a number", true
	case "for statement step must be a number":
		return "'for' step must be a number", true
	case "too many recursions in gettable":
		return "loop in gettable", true
	case "too many recursions in settable":
		return "loop in settable", true
	case fullStack:
		return "stack overflow", true
	case "registry overflow":
		return "stack overflow (too many values at once)", true
	case "can not yield from outside of a coroutine":
		return "attempt to yield across metamethod/C-call boundary", true
	}
	return text, false
}

// Patterns of gopher-lua's messages.
var (
	operatorPattern = regexp.MustCompile(`^cannot perform (\w+) operation between (\w+) and (\w+)$`)
	comparePattern  = regexp.MustCompile(`^attempt to compare (\w+) with (\w+)$`)
	argumentPattern = regexp.MustCompile(`^bad argument #(\d+) to ('?[^(]+?'?|\(anonymous\)) \(`)
)

func (rt *Runtime) blameText(L *lua.LState, level int, text string) string {
	if strings.HasPrefix(text, "bad argument #") {
		return rt.argumentText(L, level, text)
	}
	at := rt.siteOf(L, level)
	switch {
	case text == "attempt to call a non-function object":
		return "attempt to call " + at.called()
	case strings.HasPrefix(text, "attempt to index a non-table object("):
		kind := text[len("attempt to index a non-table object("):]
		kind = kind[:max(0, strings.IndexByte(kind, ')'))]
		return "attempt to index " + at.indexed(kind)
	case strings.HasPrefix(text, "cannot perform concat operation between "):
		m := operatorPattern.FindStringSubmatch(text)
		if m == nil {
			return text
		}
		return "attempt to concatenate " + at.concatenated(m[2], m[3])
	case strings.HasPrefix(text, "cannot perform "):
		m := operatorPattern.FindStringSubmatch(text)
		if m == nil {
			return text
		}
		return "attempt to perform arithmetic on " + at.calculated(m[2], m[3])
	case strings.HasPrefix(text, "attempt to compare "):
		m := comparePattern.FindStringSubmatch(text)
		if m != nil && m[1] == m[2] {
			return "attempt to compare two " + m[1] + " values"
		}
	}
	return text
}

// blameUnary is for the minus and the length of what has none.
func (rt *Runtime) blameUnary(L *lua.LState, level int, text string) string {
	at := rt.siteOf(L, level)
	switch text {
	case "__unm undefined":
		return "attempt to perform arithmetic on " + at.operand(opUnm)
	case "__len undefined":
		return "attempt to get length of " + at.operand(opLen)
	}
	return text
}

// argumentText writes the name of the function, and the argument's number, as
// Lua does: without the library, and without the object of a method.
func (rt *Runtime) argumentText(L *lua.LState, level int, text string) string {
	m := argumentPattern.FindStringSubmatchIndex(text)
	if m == nil {
		return text
	}
	n, err := strconv.Atoi(text[m[2]:m[3]])
	if err != nil {
		return text
	}
	rest := text[m[5]:]
	if strings.HasSuffix(rest, " expected, got nil)") && !hasArgument(L, level, n) {
		rest = strings.TrimSuffix(rest, "nil)") + "no value)"
	}
	name := strings.Trim(text[m[4]:m[5]], "'")
	if strings.ContainsAny(name, " (<") {
		return fmt.Sprintf("bad argument #%d to '?'%s", n, rest)
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	if at := rt.siteOf(L, level+1); at != nil && at.callsMethod() {
		if n--; n == 0 {
			return fmt.Sprintf("calling '%s' on bad self%s", name, rest)
		}
	}
	return fmt.Sprintf("bad argument #%d to '%s'%s", n, name, rest)
}

// hasArgument tells whether the function at the level was given argument n.
// Above its arguments lies the message, below what follows: the handler, or in
// a coroutine the message once more.
func hasArgument(L *lua.LState, level, n int) bool {
	dbg, ok := L.GetStack(level)
	if !ok {
		return true
	}
	above := 1
	if level == 0 {
		above = 2
	}
	name, _ := L.GetLocal(dbg, n+above)
	return name != ""
}
