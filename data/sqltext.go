package data

import (
	"fmt"
	"strconv"
	"strings"
)

// sqlDialect is the SQL that a database speaks.
type sqlDialect uint8

const (
	sqlPostgres sqlDialect = iota
	sqlMySQL
	sqlSQLite
)

// sqlText is one statement, or several, as the database gets it.
type sqlText struct {
	text     string
	holders  int  // placeholders
	numbered bool // it has $1 or ?1, which are no placeholders here
	several  bool // more than one statement
	edits    []sqlEdit
}

// sqlEdit is where text and the script's own text differ: from this offset of
// text on, offsets are by so many larger.
type sqlEdit struct{ at, by int }

// parseSQL finds the placeholders of a text. A `?` is one unless it stands in a string, a quoted name or a comment.
// For PostgreSQL each becomes $n, and `??` one question mark, for operators such as ?, ?| and ?&.
func parseSQL(text string, d sqlDialect) sqlText {
	s := sqlScanner{in: text, dialect: d}
	ended := false // a semicolon stood before
	for s.at < len(s.in) {
		if n := s.opaque(); n > 0 {
			if !s.isComment() {
				s.several = s.several || ended
			}
			s.copy(n)
			continue
		}
		c := s.in[s.at]
		switch {
		case c == ';':
			ended = true
		case c > ' ':
			s.several = s.several || ended
		}
		s.step(c)
	}
	return sqlText{text: s.out.String(), holders: s.holders, numbered: s.numbered, several: s.several, edits: s.edits}
}

// sqlScanner walks through a text and writes what the database gets.
type sqlScanner struct {
	in       string
	at       int
	dialect  sqlDialect
	out      strings.Builder
	holders  int
	numbered bool
	several  bool
	edits    []sqlEdit
}

func (s *sqlScanner) copy(n int) {
	s.out.WriteString(s.in[s.at : s.at+n])
	s.at += n
}

// step takes one octet that is neither quoted nor a comment.
func (s *sqlScanner) step(c byte) {
	switch {
	case c == '?' && s.dialect == sqlPostgres && s.next(1) == '?':
		s.out.WriteByte('?')
		s.edits = append(s.edits, sqlEdit{s.out.Len(), -1})
		s.at += 2
	case c == '?':
		s.numbered = s.numbered || isDigit(s.next(1))
		s.holders++
		if s.dialect != sqlPostgres {
			s.copy(1)
			return
		}
		name := "$" + strconv.Itoa(s.holders)
		if isDigit(s.next(1)) {
			name += " "
		}
		s.out.WriteString(name)
		s.edits = append(s.edits, sqlEdit{s.out.Len(), len(name) - 1})
		s.at++
	case c == '$' && s.dialect == sqlPostgres && isDigit(s.next(1)):
		s.numbered = true
		s.copy(1)
	case isWord(c):
		s.copy(s.word())
	default:
		s.copy(1)
	}
}

// next is the octet so many behind the one that is looked at; 0 behind the end.
func (s *sqlScanner) next(n int) byte {
	if s.at+n < len(s.in) {
		return s.in[s.at+n]
	}
	return 0
}

// word is the length of the name or number that begins here: what is within it begins nothing. PostgreSQL's names may
// have dollars, and the letter before a string says how that is read.
func (s *sqlScanner) word() int {
	n := 1
	for s.at+n < len(s.in) && (isWord(s.in[s.at+n]) || s.in[s.at+n] == '$' && s.dialect != sqlSQLite) {
		n++
	}
	return n
}

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

// isWord holds for what names and numbers are made of, beyond ASCII too.
func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// original gives the offset in the script's own text for one in what the database got.
func (t *sqlText) original(offset int) int {
	moved := 0
	for _, e := range t.edits {
		if e.at > offset {
			break
		}
		moved += e.by
	}
	return max(offset-moved, 0)
}

// sqlPlace describes an offset of the script's text for an error: line, column
// and what stands there.
func sqlPlace(text string, offset int) string {
	offset = min(offset, len(text))
	before := text[:offset]
	begin := strings.LastIndexByte(before, '\n') + 1
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[begin:])) + 1
	full, _, _ := strings.Cut(text[begin:], "\n")
	shown := []rune(strings.TrimRight(full, "\r"))
	const around = 30
	from, to := max(column-1-around, 0), min(column-1+around, len(shown))
	excerpt := strings.TrimSpace(string(shown[min(from, len(shown)):to]))
	if from > 0 {
		excerpt = "…" + excerpt
	}
	if to < len(shown) {
		excerpt += "…"
	}
	return fmt.Sprintf("line %d, column %d: %s", line, column, excerpt)
}
