package lua51

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// specials are the characters that make a pattern more than plain text.
const specials = "^$*+?.([%-"

// newMatcher makes a matcher that ends with the script.
func (c call) newMatcher(subject, pattern string) matcher {
	return matcher{subject: subject, pattern: pattern, budget: lookEvery, stop: c.done()}
}

// check raises the matcher's error after a broken match.
func (c call) check(m *matcher, end int) {
	switch {
	case end != broken:
	case m.err == errStopped: //nolint:errorlint // our own, never wrapped
		c.stopped()
	default:
		c.fail("%s", m.err.Error())
	}
}

// first finds the first match of a pattern that may be anchored.
func (c call) first(m *matcher, from int) (start, end int) {
	if rest, anchored := strings.CutPrefix(m.pattern, "^"); anchored {
		m.pattern = rest
		start, end = from, m.at(from)
	} else {
		start, end = m.find(from)
	}
	c.check(m, end)
	return start, end
}

// pushGroup pushes capture number i (from 0) of a match.
func (c call) pushGroup(m *matcher, i, start, end int) {
	text, at, err := m.group(i, start, end)
	switch {
	case err != nil:
		c.fail("%s", err.Error())
	case at > 0:
		c.Push(lua.LNumber(at))
	default:
		c.Push(lua.LString(text))
	}
}

// pushGroups pushes all captures of a match, or the whole match where the
// pattern has none, and gives their number.
func (c call) pushGroups(m *matcher, start, end int) int {
	n := max(m.level, 1)
	for i := range n {
		c.pushGroup(m, i, start, end)
	}
	return n
}

// startIndex is where a search begins, from argument n: the first character
// is 0 here.
func (c call) startIndex(n, length int) int {
	init := c.optInteger(n, 1)
	switch {
	case init > length:
		return length
	case init > 0:
		return init - 1
	case init < 0 && -init <= length:
		return length + init
	}
	return 0
}

// strFind is string.find.
func strFind(c call) int {
	subject, pattern := c.text(1), c.text(2)
	init := c.startIndex(3, len(subject))
	if lua.LVAsBool(c.Get(4)) || !strings.ContainsAny(pattern, specials) {
		at := strings.Index(subject[init:], pattern)
		if at < 0 {
			c.Push(lua.LNil)
			return 1
		}
		c.Push(lua.LNumber(init + at + 1))
		c.Push(lua.LNumber(init + at + len(pattern)))
		return 2
	}
	m := c.newMatcher(subject, pattern)
	start, end := c.first(&m, init)
	if end < 0 {
		c.Push(lua.LNil)
		return 1
	}
	c.Push(lua.LNumber(start + 1))
	c.Push(lua.LNumber(end))
	if m.level == 0 {
		return 2
	}
	return 2 + c.pushGroups(&m, start, end)
}

// strMatch is string.match.
func strMatch(c call) int {
	m := c.newMatcher(c.text(1), c.text(2))
	start, end := c.first(&m, c.startIndex(3, len(m.subject)))
	if end < 0 {
		c.Push(lua.LNil)
		return 1
	}
	return c.pushGroups(&m, start, end)
}

// strGmatch is string.gmatch: its iterator keeps its place by itself, so that
// it works outside of a for, too.
func strGmatch(c call) int {
	m := c.newMatcher(c.text(1), c.text(2))
	next := 0
	c.Push(c.NewFunction(func(L *lua.LState) int {
		c := call{L, "for iterator"}
		m.stop = c.done() // the coroutine that made the iterator may have ended
		if next > len(m.subject) {
			return 0
		}
		start, end := m.find(next)
		c.check(&m, end)
		if end < 0 {
			next = len(m.subject) + 1
			return 0
		}
		if next = end; end == start {
			next++
		}
		return c.pushGroups(&m, start, end)
	}))
	return 1
}
