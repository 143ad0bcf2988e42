package lua51

import "strings"

// Matches tells whether a pattern of Lua's string library is found in a text. The error is a mistake in the pattern.
func Matches(text, pattern string) (bool, error) {
	m := matcher{subject: text, pattern: pattern, budget: lookEvery}
	rest, anchored := strings.CutPrefix(pattern, "^")
	m.pattern = rest
	end := m.at(0)
	if !anchored && end == noMatch {
		_, end = m.find(0)
	}
	if end == broken {
		return false, m.err
	}
	return end != noMatch, nil
}
