package luatext

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the class of a token.
type Kind int

// The classes of tokens.
const (
	EOF Kind = iota
	Name
	Keyword
	Number
	String
	Symbol
	Bad // what no token begins with, or a string or comment without an end
)

// Token is a word, literal or sign of a Lua source.
type Token struct {
	Kind       Kind
	Text       string // as written
	Start, End int    // octets from the beginning of the source
	Line       int    // from 1, where the token begins
	Fault      string // of Bad: what is wrong, in Lua's words
}

// Is tells whether the token is the keyword or sign that is written so.
func (t Token) Is(text string) bool {
	return (t.Kind == Keyword || t.Kind == Symbol) && t.Text == text
}

// Value is the content of a short string without escapes, or the text of any
// other token.
func (t Token) Value() string {
	if t.Kind == String && len(t.Text) >= 2 && t.Text[0] != '[' {
		return t.Text[1 : len(t.Text)-1]
	}
	return t.Text
}

// reserved tells the words that cannot be names.
func reserved(word string) bool {
	switch word {
	case "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
		"not", "or", "repeat", "return", "then", "true", "until", "while":
		return true
	}
	return false
}

// signs are the tokens of more than one character, longer ones first.
func signs() []string { return []string{"...", "..", "==", "~=", "<=", ">=", "::"} }

// scanner cuts a source into tokens.
type scanner struct {
	src  []byte
	at   int
	line int
}

// Tokens cuts the source into tokens; the last is EOF. It goes on behind what
// is no Lua, and leaves comments out.
func Tokens(source []byte) []Token {
	s := &scanner{src: source, line: 1}
	s.skipPreamble()
	var list []Token
	for {
		t := s.next()
		list = append(list, t)
		if t.Kind == EOF {
			return list
		}
	}
}

// skipPreamble passes a byte order mark and a first line that begins with '#'.
func (s *scanner) skipPreamble() {
	if bytes.HasPrefix(s.src, []byte("\xef\xbb\xbf")) {
		s.at = 3
	}
	if s.at < len(s.src) && s.src[s.at] == '#' {
		s.toLineEnd()
	}
}

func (s *scanner) toLineEnd() {
	for s.at < len(s.src) && s.src[s.at] != '\n' && s.src[s.at] != '\r' {
		s.at++
	}
}

// peek gives the octet n places ahead, or 0 behind the end.
func (s *scanner) peek(n int) byte {
	if s.at+n < len(s.src) {
		return s.src[s.at+n]
	}
	return 0
}

// step passes one octet, or one line end of two.
func (s *scanner) step() {
	c := s.src[s.at]
	s.at++
	if c == '\n' || c == '\r' {
		if next := s.peek(0); (next == '\n' || next == '\r') && next != c {
			s.at++
		}
		s.line++
	}
}

// skipBlanks passes blanks and comments; a comment without an end is a token.
func (s *scanner) skipBlanks() (unfinished Token, bad bool) {
	for s.at < len(s.src) {
		switch c := s.src[s.at]; {
		case c == ' ' || c >= '\t' && c <= '\r':
			s.step()
		case c == '-' && s.peek(1) == '-':
			start, line := s.at, s.line
			s.at += 2
			if level := s.longBracket(); level >= 0 {
				if !s.toClosing(level) {
					return s.token(Bad, start, line, "unfinished long comment"), true
				}
				continue
			}
			s.toLineEnd()
		default:
			return Token{}, false
		}
	}
	return Token{}, false
}

func (s *scanner) token(kind Kind, start, line int, fault string) Token {
	return Token{Kind: kind, Text: string(s.src[start:s.at]), Start: start, End: s.at, Line: line, Fault: fault}
}

func (s *scanner) next() Token {
	if t, bad := s.skipBlanks(); bad {
		return t
	}
	start, line := s.at, s.line
	if s.at >= len(s.src) {
		return s.token(EOF, start, line, "")
	}
	c := s.src[s.at]
	switch {
	case isNameStart(c):
		for isNameStart(s.peek(0)) || isDigit(s.peek(0)) {
			s.at++
		}
		if reserved(string(s.src[start:s.at])) {
			return s.token(Keyword, start, line, "")
		}
		return s.token(Name, start, line, "")
	case isDigit(c), c == '.' && isDigit(s.peek(1)):
		return s.number()
	case c == '"' || c == '\'':
		return s.quoted(c)
	case c == '[':
		if level := s.longBracket(); level >= 0 {
			if !s.toClosing(level) {
				return s.token(Bad, start, line, "unfinished long string")
			}
			return s.token(String, start, line, "")
		}
	}
	return s.sign()
}

func isNameStart(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool     { return c >= '0' && c <= '9' }

// number reads as Lua does: all that looks like a part of it, then checks.
func (s *scanner) number() Token {
	start := s.at
	for isDigit(s.peek(0)) || s.peek(0) == '.' {
		s.at++
	}
	if e := s.peek(0) | 0x20; e == 'e' && (s.peek(1) == '+' || s.peek(1) == '-') {
		s.at += 2
	}
	for isNameStart(s.peek(0)) || isDigit(s.peek(0)) {
		s.at++
	}
	text := string(s.src[start:s.at])
	if !validNumber(text) {
		return s.token(Bad, start, s.line, "malformed number")
	}
	return s.token(Number, start, s.line, "")
}

func validNumber(text string) bool {
	if strings.Contains(text, "_") {
		return false
	}
	if len(text) > 2 && text[0] == '0' && text[1]|0x20 == 'x' {
		_, err := strconv.ParseUint(text[2:], 16, 64)
		return err == nil || strings.Contains(err.Error(), "out of range")
	}
	if strings.ContainsAny(text, "xXpPiInN") {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil || strings.Contains(err.Error(), "out of range")
}

// quoted reads a string between quotes; one that its line's end cuts off is
// Bad and ends there.
func (s *scanner) quoted(quote byte) Token {
	start, line := s.at, s.line
	s.at++
	for s.at < len(s.src) {
		switch c := s.src[s.at]; c {
		case quote:
			s.at++
			return s.token(String, start, line, "")
		case '\n', '\r':
			return s.token(Bad, start, line, "unfinished string")
		case '\\':
			s.at++
			if s.at < len(s.src) {
				s.step()
			}
		default:
			s.at++
		}
	}
	return s.token(Bad, start, line, "unfinished string")
}

// longBracket passes "[", any number of "=", "[" and gives that number, or -1
// and passes nothing.
func (s *scanner) longBracket() int {
	if s.peek(0) != '[' {
		return -1
	}
	level := 0
	for s.peek(1+level) == '=' {
		level++
	}
	if s.peek(1+level) != '[' {
		return -1
	}
	s.at += level + 2
	return level
}

// toClosing passes all up to the long bracket's end.
func (s *scanner) toClosing(level int) bool {
	closing := []byte("]" + strings.Repeat("=", level) + "]")
	for s.at < len(s.src) {
		if s.src[s.at] == ']' && bytes.HasPrefix(s.src[s.at:], closing) {
			s.at += len(closing)
			return true
		}
		s.step()
	}
	return false
}

// sign reads an operator; a character that is none stands alone, whole where
// it has several octets.
func (s *scanner) sign() Token {
	start := s.at
	for _, sign := range signs() {
		if bytes.HasPrefix(s.src[s.at:], []byte(sign)) {
			s.at += len(sign)
			return s.token(Symbol, start, s.line, "")
		}
	}
	_, size := utf8.DecodeRune(s.src[s.at:])
	s.at += size
	return s.token(Symbol, start, s.line, "")
}
