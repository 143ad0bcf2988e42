package mime

import (
	"bytes"
	"slices"
	"strings"
)

// group is an entry of an address list: a named group of mailboxes, or a single mailbox when named is false.
type group struct {
	named bool
	name  string
	boxes []mailbox
}

// ParseAddressList reads "a@b.example, Name <c@d.example>, Group: e@f.example;" in decoded or encoded form.
// The members of groups are listed like the others. The error is an *Error.
func ParseAddressList(s string) ([]Address, error) {
	groups, err := parseGroups("address list", s)
	if err != nil {
		return nil, err
	}
	var list []Address
	for _, box := range mailboxes(groups) {
		list = append(list, Address{Name: box.name, Address: box.local + "@" + box.domain})
	}
	return list, nil
}

func mailboxes(groups []group) []mailbox {
	var list []mailbox
	for _, g := range groups {
		list = append(list, g.boxes...)
	}
	return list
}

// addressParser reads a list from left to right; its first fault stays in err.
type addressParser struct {
	field string
	s     string
	i     int
	err   error

	inQuotes bool // the phrase that was read last is of quoted strings alone
}

func parseGroups(field, s string) ([]group, error) {
	if err := checkText(field, s); err != nil {
		return nil, err
	}
	p := &addressParser{field: field, s: s}
	var groups []group
	for p.err == nil {
		groups = append(groups, p.entry())
		if p.blanks(); p.i == len(p.s) {
			break
		}
		p.comma()
	}
	return groups, p.err
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

// entry reads a mailbox or a group.
func (p *addressParser) entry() group {
	p.blanks()
	start := p.i
	name := p.phrase()
	switch p.peek() {
	case ':':
		p.i++
		return p.members(name)
	case '<':
		return group{boxes: p.angle(name)}
	case '@':
		return group{boxes: p.bare(start)}
	case ';':
		p.comma()
	default:
		p.nothing(start)
	}
	return group{}
}

func (p *addressParser) nothing(start int) {
	given := strings.TrimSpace(p.s[start:p.i])
	if given == "" {
		p.fail("an address is missing")
		return
	}
	advice := ""
	if p.peek() == ',' {
		advice = "put a name that holds a comma in quotes"
	}
	p.advise(`the address has no "@": `+shorten(given, 60), advice)
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

// angle reads "<local@domain>" after a name.
func (p *addressParser) angle(name string) []mailbox {
	start := p.i + 1
	for p.i++; p.i < len(p.s) && p.s[p.i] != '>'; p.i++ {
		if p.s[p.i] == '"' {
			if n := quotedEnd(p.s[p.i:]); n > 0 {
				p.i += n - 1
			}
		}
	}
	if p.i >= len(p.s) {
		p.fail(`"<" is not closed`)
		return nil
	}
	address := strings.Trim(p.s[start:p.i], " \t")
	p.i++
	boxes := p.check(Address{Name: name, Address: address})
	if len(boxes) > 0 {
		boxes[0].quoted = p.inQuotes
	}
	return boxes
}

// bare reads "local@domain", whose local part began at start; a comment behind it is its name, as in old mail.
func (p *addressParser) bare(start int) []mailbox {
	for p.i++; p.i < len(p.s) && strings.IndexByte(" \t,;:<>()\"", p.s[p.i]) < 0; p.i++ {
		if p.s[p.i] == '[' {
			for p.i < len(p.s)-1 && p.s[p.i] != ']' {
				p.i++
			}
		}
	}
	address := p.s[start:p.i]
	if strings.ContainsAny(address, " \t") && address[0] != '"' {
		p.fail("a blank in the address " + shorten(address, 60))
		return nil
	}
	return p.check(Address{Name: DecodeHeader(p.blanks()), Address: address})
}

func (p *addressParser) check(a Address) []mailbox {
	if p.err != nil {
		return nil
	}
	box, err := checkMailbox(p.field, a)
	if err != nil {
		p.err = err
		return nil
	}
	return []mailbox{box}
}

// members reads a group's mailboxes up to its semicolon.
func (p *addressParser) members(name string) group {
	g := group{named: true, name: name}
	if name == "" {
		p.fail("a group has no name")
	}
	if err := checkText(p.field, name); err != nil && p.err == nil {
		p.err = err
	}
	for p.err == nil {
		if p.blanks(); p.peek() == ';' {
			p.i++
			break
		}
		member := p.entry()
		if member.named {
			p.fail("a group holds a group")
		}
		g.boxes = append(g.boxes, member.boxes...)
		if p.blanks(); p.i == len(p.s) {
			p.fail("a group is not closed by a semicolon")
		}
		if p.peek() != ';' {
			p.comma()
		}
	}
	return g
}

// appendGroups writes an address list, folded at its commas.
func appendGroups(b []byte, groups []group, raw bool) []byte {
	w := listWriter{b: b, col: column(b), raw: raw}
	for i, g := range groups {
		if i > 0 {
			w.b = append(w.b, ',')
			w.col++
		}
		if g.named {
			w.group(g, i == 0)
			continue
		}
		for _, box := range g.boxes {
			w.item(func(b []byte, col int) []byte { return box.append(b, col, raw, 0) }, i == 0)
		}
	}
	return w.b
}

// listWriter keeps count of the column, so that a list of any length is written in one pass.
type listWriter struct {
	b       []byte
	scratch []byte
	col     int
	tail    int // octets that may follow an item, besides a comma
	raw     bool
}

// item writes one item of the list after a blank, on a new line when the item would not fit.
func (w *listWriter) item(write func(b []byte, col int) []byte, first bool) {
	if !first {
		w.b = append(w.b, ' ')
		w.col++
	}
	w.scratch = write(w.scratch[:0], w.col)
	if fits := w.col+len(w.scratch)+1+w.tail <= wordLine && bytes.IndexByte(w.scratch, '\r') < 0; !first && !fits {
		w.b = append(w.b[:len(w.b)-1], "\r\n "...)
		w.col = 1
		w.scratch = write(w.scratch[:0], w.col)
	}
	w.b = append(w.b, w.scratch...)
	w.col = advance(w.col, w.scratch)
}

func (w *listWriter) group(g group, first bool) {
	w.tail = len(";")
	w.item(func(b []byte, col int) []byte {
		if b = appendPhrase(b, col, g.name, w.raw, len(" :;,")); bytes.HasSuffix(b, []byte("?=")) {
			b = append(b, ' ') // RFC 2047 §5
		}
		return append(b, ':')
	}, first)
	for i, box := range g.boxes {
		if i > 0 {
			w.b = append(w.b, ',')
			w.col++
		}
		w.item(func(b []byte, col int) []byte { return box.append(b, col, w.raw, w.tail) }, false)
	}
	w.b = append(w.b, ';')
	w.col, w.tail = w.col+1, 0
}

// groupsText is the decoded form, for people.
func groupsText(groups []group) string {
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteString(", ")
		}
		if g.named {
			b.WriteString(displayName(g.name) + ":")
		}
		for j, box := range g.boxes {
			if j > 0 {
				b.WriteByte(',')
			}
			if j > 0 || g.named {
				b.WriteByte(' ')
			}
			b.WriteString(box.text())
		}
		if g.named {
			b.WriteByte(';')
		}
	}
	return b.String()
}
