package lua51

import "strings"

// repeated matches the item from p to end with the quantifier behind it, and
// the rest of the pattern.
func (m *matcher) repeated(quantifier byte, s, p, end int) int {
	if quantifier == '-' {
		return m.lazy(s, p, end)
	}
	least := 0
	if quantifier == '+' {
		least = 1
	}
	return m.greedy(s, p, end, least)
}

// greedy takes as many characters as there are, then gives them back one by
// one until the rest matches.
func (m *matcher) greedy(s, p, end, least int) int {
	n := m.run(s, p, end)
	if n < 0 {
		return broken
	}
	for ; n >= least; n-- {
		if rest := m.match(s+n, end+1); rest != noMatch {
			return rest
		}
		if m.tired(1) {
			return broken
		}
	}
	return noMatch
}

// lazy takes characters one by one until the rest matches.
func (m *matcher) lazy(s, p, end int) int {
	for ; ; s++ {
		if rest := m.match(s, end+1); rest != noMatch {
			return rest
		}
		if m.tired(end - p) {
			return broken
		}
		if s >= len(m.subject) || !m.single(m.subject[s], p, end) {
			return noMatch
		}
	}
}

// run counts how many characters from s on the item takes.
func (m *matcher) run(s, p, end int) int {
	text := m.subject[s:]
	n := 0
	switch m.pattern[p] {
	case '.':
		return len(text)
	case '%':
		for letter := m.pattern[p+1]; n < len(text) && inClass(text[n], letter); {
			n++
		}
	case '[':
		for set := m.pattern[p+1 : end-1]; n < len(text) && inSet(text[n], set); n++ {
			if m.tired(len(set)) {
				return broken
			}
		}
	default:
		for c := m.pattern[p]; n < len(text) && text[n] == c; {
			n++
		}
	}
	if m.tired(n) {
		return broken
	}
	return n
}

// balanced matches %bxy, whose x stands at p: from an x to the y that closes
// it.
func (m *matcher) balanced(s, p int) int {
	if p+1 >= len(m.pattern) {
		return m.fail("unbalanced pattern")
	}
	begin, end := m.pattern[p], m.pattern[p+1]
	if s >= len(m.subject) || m.subject[s] != begin {
		return noMatch
	}
	open := 1
	for i := s + 1; i < len(m.subject); i++ {
		switch m.subject[i] {
		case end: // first: x and y may be the same
			if open--; open == 0 {
				return i + 1
			}
		case begin:
			open++
		}
	}
	if m.tired(len(m.subject) - s) {
		return broken
	}
	return noMatch
}

// frontier matches %f[set], whose bracket stands at p: the place between a
// character outside of the set and one in it. Both ends of the subject count
// as zeros.
func (m *matcher) frontier(s, p int) (next, length int) {
	if p >= len(m.pattern) || m.pattern[p] != '[' {
		return m.fail("missing '[' after '%f' in pattern"), 2
	}
	end := m.setEnd(p + 1)
	if end < 0 || m.tired(end-p) {
		return broken, 2
	}
	var before, after byte
	if s > 0 {
		before = m.subject[s-1]
	}
	if s < len(m.subject) {
		after = m.subject[s]
	}
	set := m.pattern[p+1 : end-1]
	if inSet(before, set) || !inSet(after, set) {
		return noMatch, 2
	}
	return s, 2 + end - p
}

// backReference matches what capture number i (from 0) took.
func (m *matcher) backReference(s, i int) int {
	if i < 0 || i >= m.level || m.captures[i].length == unfinished {
		return m.fail("invalid capture index")
	}
	c := m.captures[i]
	if c.length == position {
		return noMatch
	}
	if m.tired(c.length) {
		return broken
	}
	if text := m.subject[c.start : c.start+c.length]; strings.HasPrefix(m.subject[s:], text) {
		return s + len(text)
	}
	return noMatch
}
