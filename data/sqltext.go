package data

import (
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
	holders  int      // placeholders
	numbered bool     // it has $1 or ?1, which are no placeholders here
	several  bool     // more than one statement
	end      int      // of text, where the first statement ends
	heads    []string // the first words of each statement, in lower case: "insert into sales", "rollback to"
	edits    []sqlEdit
}

// sqlEdit is where text and the script's own text differ: from this offset of
// text on, offsets are by so many larger.
type sqlEdit struct{ at, by int }

// parseSQL finds the placeholders of a text. A `?` is one unless it stands in a string, a quoted name or a comment.
// For PostgreSQL each becomes $n, and `??` one question mark, for operators such as ?, ?| and ?&.
func parseSQL(text string, d sqlDialect) sqlText {
	s := sqlScanner{in: text, dialect: d}
	for s.at < len(s.in) {
		if n := s.opaque(); n > 0 {
			if !s.isComment() {
				s.content("")
			}
			s.copy(n)
			continue
		}
		s.step(s.in[s.at])
	}
	t := sqlText{text: s.out.String(), holders: s.holders, numbered: s.numbered, several: len(s.heads) > 1, end: s.end, heads: s.heads, edits: s.edits}
	if s.end == 0 {
		t.end = len(t.text)
	}
	return t
}

// sqlScanner walks through a text and writes what the database gets.
type sqlScanner struct {
	in       string
	at       int
	dialect  sqlDialect
	out      strings.Builder
	holders  int
	numbered bool
	begun    bool // a statement has begun, which no semicolon has ended
	end      int  // of the first one; 0: it has not ended
	words    int  // of it that are in the last of heads, from its beginning on
	heads    []string
	edits    []sqlEdit
}

// sqlHeadWords is how many words of a statement tell what it does.
const sqlHeadWords = 3

// content notes a piece of a statement; word is empty for what is none.
func (s *sqlScanner) content(word string) {
	if !s.begun {
		s.begun, s.words = true, 0
		s.heads = append(s.heads, "")
	}
	last := &s.heads[len(s.heads)-1]
	switch {
	case word == "":
		s.words = sqlHeadWords // what follows is no beginning
	case s.words < sqlHeadWords:
		*last = strings.TrimPrefix(*last+" "+strings.ToLower(word), " ")
		s.words++
	}
}

func (s *sqlScanner) copy(n int) {
	s.out.WriteString(s.in[s.at : s.at+n])
	s.at += n
}

// step takes one octet that is neither quoted nor a comment.
func (s *sqlScanner) step(c byte) {
	switch {
	case c == ';' && s.begun && s.end == 0:
		s.begun, s.end = false, s.out.Len()
	case c == ';':
		s.begun = false
	case c > ' ' && !isWord(c):
		s.content("")
	}
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
		n := s.word()
		s.content(s.in[s.at : s.at+n])
		s.copy(n)
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

// isWord holds for what names and numbers are made of, beyond ASCII too.
func isWord(c byte) bool {
	return c == '_' || c >= 0x80 || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
