package lua51

// capture is what one pair of parentheses took.
type capture struct{ start, length int }

// Lengths of captures that have none.
const (
	unfinished = -1
	position   = -2 // "()": the capture is its start
)

// openCapture begins the capture whose parenthesis stands before p.
func (m *matcher) openCapture(s, p int) int {
	if m.level >= maxCaptures {
		return m.fail("too many captures")
	}
	length := unfinished
	if p < len(m.pattern) && m.pattern[p] == ')' {
		length, p = position, p+1
	}
	m.captures[m.level] = capture{s, length}
	m.level++
	end := m.match(s, p)
	if end == noMatch {
		m.level--
	}
	return end
}

// closeCapture ends the innermost open capture.
func (m *matcher) closeCapture(s, p int) int {
	i := m.level - 1
	for i >= 0 && m.captures[i].length != unfinished {
		i--
	}
	if i < 0 {
		return m.fail("invalid pattern capture")
	}
	m.captures[i].length = s - m.captures[i].start
	end := m.match(s, p)
	if end == noMatch {
		m.captures[i].length = unfinished
	}
	return end
}

// group is capture number i (from 0) of the match from start to end: its
// text, or its position from 1. A pattern without captures has one, the
// whole match.
func (m *matcher) group(i, start, end int) (text string, at int, err error) {
	if i >= m.level {
		if i == 0 {
			return m.subject[start:end], 0, nil
		}
		return "", 0, patternError("invalid capture index")
	}
	switch c := m.captures[i]; c.length {
	case unfinished:
		return "", 0, patternError("unfinished capture")
	case position:
		return "", c.start + 1, nil
	default:
		return m.subject[c.start : c.start+c.length], 0, nil
	}
}
