package data

import "strings"

// isComment holds where a comment begins.
func (s *sqlScanner) isComment() bool {
	c, n := s.in[s.at], s.next(1)
	return c == '-' && n == '-' || c == '/' && n == '*' || c == '#'
}

// opaque is the length of the string, quoted name or comment that begins here, or 0.
func (s *sqlScanner) opaque() int {
	rest := s.in[s.at:]
	switch c := rest[0]; {
	case c == '-' && s.next(1) == '-' && (s.dialect != sqlMySQL || s.next(2) <= ' '):
		return lineEnd(rest)
	case c == '#' && s.dialect == sqlMySQL:
		return lineEnd(rest)
	case c == '/' && s.next(1) == '*':
		return s.blockComment(rest)
	case c == '\'':
		return quotedEnd(rest, 1, c, s.dialect == sqlMySQL)
	case (c == 'e' || c == 'E') && s.next(1) == '\'' && s.dialect == sqlPostgres:
		return quotedEnd(rest, 2, '\'', true)
	case c == '"':
		return quotedEnd(rest, 1, c, s.dialect == sqlMySQL)
	case c == '`' && s.dialect != sqlPostgres:
		return quotedEnd(rest, 1, c, false)
	case c == '[' && s.dialect == sqlSQLite:
		return endOf(rest, "]")
	case c == '$' && s.dialect == sqlPostgres:
		return dollarQuoted(rest)
	}
	return 0
}

// blockComment is the length of a comment; PostgreSQL's nest, and MySQL runs what is in /*! … */ and /*M! … */.
func (s *sqlScanner) blockComment(rest string) int {
	switch {
	case s.dialect == sqlMySQL && (strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!")):
		return 2
	case s.dialect != sqlPostgres:
		if end := strings.Index(rest[2:], "*/"); end >= 0 {
			return end + 4
		}
		return len(rest)
	}
	depth := 1
	for i := 2; i < len(rest); i++ {
		switch {
		case strings.HasPrefix(rest[i:], "/*"):
			depth++
			i++
		case strings.HasPrefix(rest[i:], "*/"):
			depth--
			i++
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(rest)
}

func lineEnd(s string) int { return endOf(s, "\n") }

// endOf is the length up to the end of mark, or of s where there is none.
func endOf(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i + len(mark)
	}
	return len(s)
}

// quotedEnd is the length of what is quoted; at is where its content begins. A doubled quote stands for one.
func quotedEnd(s string, at int, quote byte, escapes bool) int {
	for i := at; i < len(s); i++ {
		switch {
		case s[i] == '\\' && escapes:
			i++
		case s[i] != quote:
		case i+1 < len(s) && s[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(s)
}

// dollarQuoted is the length of PostgreSQL's $tag$ … $tag$, or 0 where none begins.
func dollarQuoted(s string) int {
	end := 1
	for end < len(s) && isWord(s[end]) {
		end++
	}
	if end == len(s) || s[end] != '$' || isDigit(s[1]) {
		return 0
	}
	tag := s[:end+1]
	return len(tag) + endOf(s[len(tag):], tag)
}
