package mime

import (
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
