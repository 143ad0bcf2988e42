package lua51

import "strings"

// Bounds of a match. The depth keeps the Go stack small: only quantifiers and
// captures go deeper, a run of any length doesn't.
const (
	maxCaptures = 32
	maxDepth    = 4096
	lookEvery   = 1 << 16 // characters compared between two looks at stop
)

// What match gives besides the end of a match.
const (
	noMatch = -1
	broken  = -2 // matcher.err tells why
)

// matcher matches one pattern of Lua 5.1 against one subject, by going back
// over both as the manual describes. It works on any bytes, zeros in the
// pattern included, and doesn't allocate.
type matcher struct {
	subject, pattern string
	captures         [maxCaptures]capture
	level            int // captures in use
	depth            int
	budget           int // characters that may be compared until the next look at stop
	stop             <-chan struct{}
	err              error
}

// patternError is a mistake in a pattern, in the words of PUC's Lua.
type patternError string

func (e patternError) Error() string { return string(e) }

// errStopped says that the matcher's stop was closed.
const errStopped = patternError("stopped")

// find looks for the first match that begins at from or later and gives its
// bounds, or noMatch or broken for the end. An anchor is not its business.
func (m *matcher) find(from int) (start, end int) {
	first, known := m.firstByte()
	for s := from; s <= len(m.subject); s++ {
		if known {
			skip := strings.IndexByte(m.subject[s:], first)
			if skip < 0 {
				return noMatch, noMatch
			}
			s += skip
		}
		if end := m.at(s); end != noMatch {
			return s, end
		}
	}
	return noMatch, noMatch
}

// at matches the pattern at s.
func (m *matcher) at(s int) int {
	m.level, m.depth = 0, 0
	return m.match(s, 0)
}

// firstByte is the byte that every match must begin with, where the pattern
// tells it.
func (m *matcher) firstByte() (c byte, known bool) {
	if m.pattern == "" {
		return 0, false
	}
	next := 1
	switch c = m.pattern[0]; c {
	case '(', ')', '.', '[', '$':
		return 0, false
	case '%':
		if len(m.pattern) < 2 || isAlnum(m.pattern[1]) {
			return 0, false
		}
		c, next = m.pattern[1], 2
	}
	if next < len(m.pattern) && strings.IndexByte("?*-", m.pattern[next]) >= 0 {
		return 0, false
	}
	return c, true
}

// match matches the pattern from p on at s and gives the end of the match.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxDepth {
		return m.fail("pattern too complex")
	}
	end := m.items(s, p)
	m.depth--
	return end
}

// items matches one item of the pattern after another.
func (m *matcher) items(s, p int) int {
	for p < len(m.pattern) {
		switch m.pattern[p] {
		case '(':
			return m.openCapture(s, p+1)
		case ')':
			return m.closeCapture(s, p+1)
		case '$':
			if p+1 == len(m.pattern) {
				if s == len(m.subject) {
					return s
				}
				return noMatch
			}
		case '%':
			if next, length := m.special(s, p); length > 0 {
				if next < 0 {
					return next
				}
				s, p = next, p+length
				continue
			}
		}
		end := m.itemEnd(p)
		if end < 0 || m.tired(end-p) {
			return broken
		}
		if quantifier := m.quantifier(end); quantifier != 0 {
			if quantifier != '?' {
				return m.repeated(quantifier, s, p, end)
			}
			if s < len(m.subject) && m.single(m.subject[s], p, end) {
				if rest := m.match(s+1, end+1); rest != noMatch {
					return rest
				}
			}
			p = end + 1
			continue
		}
		if s >= len(m.subject) || !m.single(m.subject[s], p, end) {
			return noMatch
		}
		s, p = s+1, end
	}
	return s
}

// special matches what begins with % and is no class: %b, %f and back
// references. Its length in the pattern is 0 for anything else.
func (m *matcher) special(s, p int) (next, length int) {
	if p+1 == len(m.pattern) {
		return s, 0
	}
	switch c := m.pattern[p+1]; {
	case c == 'b':
		return m.balanced(s, p+2), 4
	case c == 'f':
		return m.frontier(s, p+2)
	case isDigit(c):
		return m.backReference(s, int(c)-'1'), 2
	}
	return s, 0
}

// itemEnd is where the single-character item at p ends, before its
// quantifier.
func (m *matcher) itemEnd(p int) int {
	switch m.pattern[p] {
	case '%':
		if p+1 == len(m.pattern) {
			return m.fail("malformed pattern (ends with '%')")
		}
		return p + 2
	case '[':
		return m.setEnd(p + 1)
	}
	return p + 1
}

// setEnd is where the set whose bracket opened before p ends. A bracket that
// comes first in it is a member.
func (m *matcher) setEnd(p int) int {
	if p < len(m.pattern) && m.pattern[p] == '^' {
		p++
	}
	for first := p; p < len(m.pattern); p++ {
		switch c := m.pattern[p]; {
		case c == ']' && p > first:
			return p + 1
		case c == '%':
			p++
		}
	}
	return m.fail("malformed pattern (missing ']')")
}

// quantifier is the quantifier at p, or 0.
func (m *matcher) quantifier(p int) byte {
	if p < len(m.pattern) {
		switch c := m.pattern[p]; c {
		case '?', '*', '+', '-':
			return c
		}
	}
	return 0
}

// single tells whether the item from p to end takes c.
func (m *matcher) single(c byte, p, end int) bool {
	switch first := m.pattern[p]; first {
	case '.':
		return true
	case '%':
		return inClass(c, m.pattern[p+1])
	case '[':
		return inSet(c, m.pattern[p+1:end-1])
	default:
		return c == first
	}
}

// tired counts compared characters, and tells whether the match must end
// because stop was closed.
func (m *matcher) tired(characters int) bool {
	if m.budget -= characters; m.budget >= 0 {
		return false
	}
	m.budget = lookEvery
	select {
	case <-m.stop:
		m.err = errStopped
		return true
	default:
		return false
	}
}

// fail records a mistake in the pattern.
func (m *matcher) fail(text patternError) int {
	m.err = text
	return broken
}
