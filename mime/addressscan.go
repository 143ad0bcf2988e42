package mime

import (
	"slices"
	"strings"
)

// addressParser reads a list from left to right; its first fault stays in err.
type addressParser struct {
	field string
	s     string
	i     int
	err   error

	inQuotes bool // the phrase that was read last is of quoted strings alone
}

func (p *addressParser) fail(what string) { p.advise(what, "") }

// advise fails with a word on what to do instead.
func (p *addressParser) advise(what, advice string) {
	if p.err == nil {
		p.err = &Error{Field: p.field, What: what, Value: p.s, Advice: advice}
	}
}

// comma wants the separator of entries.
func (p *addressParser) comma() {
	switch {
	case p.err != nil:
	case p.peek() == ',':
		p.i++
	case p.peek() == ';':
		p.advise(`";" does not separate addresses`, "separate addresses by commas; a semicolon only ends a group")
	default:
		p.fail("a comma is missing before " + shorten(p.s[p.i:], 40))
	}
}

// peek gives the octet ahead, or 0 at the end.
func (p *addressParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

// blanks skips blanks and comments, and gives the text of the last comment.
func (p *addressParser) blanks() (comment string) { // RFC 5322 §3.2.2
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t':
			p.i++
		case '(':
			comment = p.comment()
		default:
			return comment
		}
	}
	return comment
}

func (p *addressParser) comment() string {
	start, depth := p.i+1, 0
	for ; p.i < len(p.s); p.i++ {
		switch p.s[p.i] {
		case '\\':
			p.i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				p.i++
				return strings.TrimSpace(p.s[start : p.i-1])
			}
		}
	}
	p.i = len(p.s)
	p.fail("a comment is not closed")
	return ""
}

// phrase reads words up to the next special character and gives them decoded.
func (p *addressParser) phrase() string {
	var words []word
	for p.err == nil && p.i < len(p.s) {
		p.blanks()
		c := p.peek()
		if c == '"' {
			words = append(words, p.quoted())
			continue
		}
		if c == 0 || strings.IndexByte("<>@,;:[]\\)", c) >= 0 {
			break
		}
		start := p.i
		for p.i < len(p.s) && strings.IndexByte("<>@,;:[]\\() \t\"", p.s[p.i]) < 0 {
			p.i++
		}
		words = append(words, word{text: p.s[start:p.i]})
	}
	p.inQuotes = len(words) > 0 && !slices.ContainsFunc(words, func(w word) bool { return !w.quoted })
	return joinWords(words)
}

// word is an atom or a quoted string of a phrase.
type word struct {
	text   string
	quoted bool
}

// joinWords decodes encoded-words among the atoms; quoted strings stay literal.
func joinWords(words []word) string {
	var b strings.Builder
	for i := 0; i < len(words); {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if words[i].quoted {
			b.WriteString(words[i].text)
			i++
			continue
		}
		var atoms []string
		for ; i < len(words) && !words[i].quoted; i++ {
			atoms = append(atoms, words[i].text)
		}
		b.WriteString(DecodeHeader(strings.Join(atoms, " ")))
	}
	return b.String()
}

func (p *addressParser) quoted() word {
	n := quotedEnd(p.s[p.i:])
	if n < 0 {
		p.fail("quotes are not closed")
		return word{}
	}
	text := p.s[p.i : p.i+n]
	p.i += n
	return word{text: unquote(text), quoted: true}
}
