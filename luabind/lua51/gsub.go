package lua51

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// strGsub is string.gsub. Its time is that of the matches: what lies between
// them is copied once.
func strGsub(c call) int {
	m := c.newMatcher(c.text(1), c.text(2))
	replace := c.replacer(3)
	limit := c.optInteger(4, len(m.subject)+1)
	out := builder{c: c}
	count, copied := m.replaceAll(c, limit, func(from, start, end int) {
		out.add(m.subject[from:start])
		replace(&out, &m, start, end)
	})
	if count == 0 {
		c.Push(lua.LString(m.subject))
	} else {
		out.add(m.subject[copied:])
		c.Push(lua.LString(out.String()))
	}
	c.Push(lua.LNumber(count))
	return 2
}

// replaceAll calls each for at most limit matches with their bounds and the
// end of the match before. It gives the number of matches and the end of the
// last one.
func (m *matcher) replaceAll(c call, limit int, each func(from, start, end int)) (count, copied int) {
	rest, anchored := strings.CutPrefix(m.pattern, "^")
	m.pattern = rest
	for at := 0; count < limit && at <= len(m.subject); count++ {
		start, end := at, noMatch
		if anchored {
			end = m.at(at)
		} else {
			start, end = m.find(at)
		}
		c.check(m, end)
		if end < 0 {
			break
		}
		each(copied, start, end)
		copied = end
		if at = end; start == end {
			at++
		}
		if anchored {
			return count + 1, copied
		}
	}
	return count, copied
}

// replacer reads the replacement, argument n, and gives the function that
// writes it for one match.
func (c call) replacer(n int) func(out *builder, m *matcher, start, end int) {
	switch v := c.Get(n).(type) {
	case lua.LString, lua.LNumber:
		template := c.text(n)
		if strings.IndexByte(template, '%') < 0 {
			return func(out *builder, _ *matcher, _, _ int) { out.add(template) }
		}
		return func(out *builder, m *matcher, start, end int) { c.expand(out, template, m, start, end) }
	case *lua.LTable:
		return func(out *builder, m *matcher, start, end int) {
			c.pushGroup(m, 0, start, end)
			key := c.Get(-1)
			c.Pop(1)
			c.addValue(out, c.GetTable(v, key), m.subject[start:end])
		}
	case *lua.LFunction:
		return func(out *builder, m *matcher, start, end int) {
			c.Push(v)
			c.Call(c.pushGroups(m, start, end), 1)
			value := c.Get(-1)
			c.Pop(1)
			c.addValue(out, value, m.subject[start:end])
		}
	}
	c.badType(n, "string/function/table")
	return nil
}

// expand writes a replacement text in which %1 to %9 stand for captures and
// %0 for the whole match.
func (c call) expand(out *builder, template string, m *matcher, start, end int) {
	for {
		i := strings.IndexByte(template, '%')
		if i < 0 {
			out.add(template)
			return
		}
		out.add(template[:i])
		if i+1 == len(template) {
			c.fail("invalid use of '%%' in replacement string")
		}
		switch mark := template[i+1]; {
		case mark == '0':
			out.add(m.subject[start:end])
		case isDigit(mark):
			c.addGroup(out, m, int(mark)-'1', start, end)
		default:
			out.add(template[i+1 : i+2])
		}
		template = template[i+2:]
	}
}

// addGroup writes capture number i (from 0).
func (c call) addGroup(out *builder, m *matcher, i, start, end int) {
	text, at, err := m.group(i, start, end)
	switch {
	case err != nil:
		c.fail("%s", err.Error())
	case at > 0:
		out.add(lua.LNumber(at).String())
	default:
		out.add(text)
	}
}

// addValue writes what a table or a function gave for a match; nil and false
// keep the match.
func (c call) addValue(out *builder, v lua.LValue, match string) {
	switch v := v.(type) {
	case lua.LString:
		out.add(string(v))
	case lua.LNumber:
		out.add(v.String())
	default:
		if lua.LVAsBool(v) {
			c.fail("invalid replacement value (a %s)", v.Type().String())
		}
		out.add(match)
	}
}
