package luabind

import "strings"

// signature is a function's LuaCATS signature taken apart.
type signature struct {
	params  []param
	returns []string
}

// param is one parameter; a name that ends in "?" is optional, "..." takes
// all that follows.
type param struct{ name, typ string }

// parseSignature reads "(a: T, b?: U): R, S". Commas and colons inside
// brackets belong to the types.
func parseSignature(s string) signature {
	var sig signature
	end := matching(s)
	for _, p := range splitTop(s[1:end]) {
		name, typ, _ := strings.Cut(p, ":")
		sig.params = append(sig.params, param{strings.TrimSpace(name), strings.TrimSpace(typ)})
	}
	if rest, ok := strings.CutPrefix(s[end+1:], ":"); ok {
		sig.returns = splitTop(rest)
	}
	return sig
}

// matching gives the index of the bracket that closes s[0].
func matching(s string) int {
	depth := 0
	for i, r := range s {
		if depth += bracket(r); depth == 0 {
			return i
		}
	}
	return len(s) - 1
}

// bracket is how much deeper a character of a type leads.
func bracket(r rune) int {
	switch r {
	case '(', '{', '<', '[':
		return 1
	case ')', '}', '>', ']':
		return -1
	}
	return 0
}

// splitTop splits at the commas that lie outside all brackets, and trims.
func splitTop(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range s {
		if depth += bracket(r); r == ',' && depth == 0 {
			parts = append(parts, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(s[start:]); last != "" {
		parts = append(parts, last)
	}
	return parts
}

// names lists the parameters' names as they stand in a Lua definition.
func (s signature) names() string {
	var names []string
	for _, p := range s.params {
		names = append(names, strings.TrimSuffix(p.name, "?"))
	}
	return strings.Join(names, ", ")
}
