package lua51

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// strGsub is string.gsub. Its time is that of the matches: what lies between
// them is copied once.
func strGsub(c call) int {
	s := substitution{call: c, m: c.newMatcher(c.text(1), c.text(2)), with: c.Get(3)}
	s.out.c = c
	switch s.with.Type() {
	case lua.LTString, lua.LTNumber:
		s.template = c.text(3)
	case lua.LTTable, lua.LTFunction:
	default:
		c.badType(3, "string/function/table")
	}
	count := s.all(c.optInteger(4, len(s.m.subject)+1))
	if count == 0 {
		c.Push(lua.LString(s.m.subject))
	} else {
		s.out.add(s.m.subject[s.copied:])
		c.Push(lua.LString(s.out.String()))
	}
	c.Push(lua.LNumber(count))
	return 2
}

// substitution is one call of gsub.
type substitution struct {
	call
	m        matcher
	with     lua.LValue // what replaces a match: text, a table or a function
	template string     // the text
	out      builder
	copied   int // how much of the subject is in out, or replaced there
}

// all replaces up to limit matches and gives their number.
func (s *substitution) all(limit int) (count int) {
	rest, anchored := strings.CutPrefix(s.m.pattern, "^")
	s.m.pattern = rest
	for at := 0; count < limit && at <= len(s.m.subject); count++ {
		start, end := at, noMatch
		switch {
		case !anchored:
			start, end = s.m.find(at)
		case at == 0:
			end = s.m.at(0)
		}
		s.check(&s.m, end)
		if end < 0 {
			break
		}
		s.out.add(s.m.subject[s.copied:start])
		s.replace(start, end)
		s.copied = end
		if at = end; start == end || anchored {
			at++
		}
	}
	return count
}

// replace writes what takes the place of one match.
func (s *substitution) replace(start, end int) {
	switch v := s.with.(type) {
	case *lua.LTable:
		s.pushGroup(&s.m, 0, start, end)
		key := s.Get(-1)
		s.Pop(1)
		s.addValue(s.GetTable(v, key), s.m.subject[start:end])
	case *lua.LFunction:
		s.Push(v)
		s.Call(s.pushGroups(&s.m, start, end), 1)
		value := s.Get(-1)
		s.Pop(1)
		s.addValue(value, s.m.subject[start:end])
	default:
		s.expand(start, end)
	}
}

// expand writes the template, in which %1 to %9 stand for captures and %0 for
// the whole match.
func (s *substitution) expand(start, end int) {
	for template := s.template; ; {
		i := strings.IndexByte(template, '%')
		if i < 0 {
			s.out.add(template)
			return
		}
		s.out.add(template[:i])
		if i+1 == len(template) {
			s.fail("invalid use of '%%' in replacement string")
		}
		switch mark := template[i+1]; {
		case mark == '0':
			s.out.add(s.m.subject[start:end])
		case isDigit(mark):
			s.addGroup(int(mark)-'1', start, end)
		default:
			s.out.add(template[i+1 : i+2])
		}
		template = template[i+2:]
	}
}

// addGroup writes capture number i (from 0).
func (s *substitution) addGroup(i, start, end int) {
	text, at, err := s.m.group(i, start, end)
	switch {
	case err != nil:
		s.fail("%s", err.Error())
	case at > 0:
		s.out.add(FormatNumber(float64(at)))
	default:
		s.out.add(text)
	}
}

// addValue writes what a table or a function gave for a match; nil and false
// keep the match.
func (s *substitution) addValue(v lua.LValue, match string) {
	switch v := v.(type) {
	case lua.LString:
		s.out.add(string(v))
	case lua.LNumber:
		s.out.add(FormatNumber(float64(v)))
	default:
		if lua.LVAsBool(v) {
			s.fail("invalid replacement value (a %s)", v.Type().String())
		}
		s.out.add(match)
	}
}
