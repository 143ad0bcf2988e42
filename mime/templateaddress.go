package mime

import "strings"

// GappedAddress is an entry of an address list: a name and an address with gaps, or a list that is only known when it
// is filled. A value in a name stands for itself, whatever signs it holds; it can add no address.
type GappedAddress struct {
	List    Gapped // "a@b.example, Name <c@d.example>"; the others count when it is empty
	Name    Gapped
	Address Gapped
	phrase  bool // the name was read from a list: blanks between its words count as one
}

// fixed tells whether there are no gaps.
func (a *GappedAddress) fixed() bool { return a.List.fixed() && a.Name.fixed() && a.Address.fixed() }

// addresses fills a list. A fault bears the name of the field.
func (f filling) addresses(field string, list []GappedAddress) ([]Address, error) {
	var out []Address
	for i := range list {
		a := &list[i]
		if a.List.empty() {
			name, err := a.filledName(field, f)
			if err != nil {
				return nil, err
			}
			out = append(out, Address{Name: name, Address: f.text(&a.Address, dummyAddress)})
			continue
		}
		some, err := ParseAddressList(f.text(&a.List, dummyAddress))
		if e, ok := err.(*Error); ok { //nolint:errorlint // the parser's own, never wrapped
			named := *e
			named.Field = field
			return nil, &named
		}
		out = append(out, some...)
	}
	return out, nil
}

func (a *GappedAddress) filledName(field string, f filling) (string, error) {
	name := f.text(&a.Name, "gap")
	if !a.phrase || a.Name.fixed() {
		return name, nil
	}
	if err := checkText(field, name); err != nil {
		return "", err
	}
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '\t' }), " "), nil
}

// ParseGappedAddresses reads an address list with gaps: a gap in a name, in an address, or in place of a whole entry. A
// gap anywhere else, and a list that makes no sense without its values, are read when they are filled.
func ParseGappedAddresses(list Gapped) ([]GappedAddress, error) {
	whole := []GappedAddress{{List: list}}
	if list.fixed() {
		_, err := ParseAddressList(list.fill(nil))
		return whole, err
	}
	m := newMarks(list)
	read, err := ParseAddressList(m.text)
	if err != nil {
		return whole, nil //nolint:nilerr // the values may make sense of it
	}
	var out []GappedAddress
	for _, a := range read {
		entry := GappedAddress{Name: m.restore(a.Name), Address: m.restore(a.Address), phrase: true}
		if a.Name == "" && len(entry.Address.Gaps) == 1 && m.entry[entry.Address.Gaps[0].Value] {
			entry = GappedAddress{List: entry.Address}
		}
		out = append(out, entry)
	}
	if !m.complete(out) {
		return whole, nil
	}
	return m.mapped(out), nil
}

// marks stand for the gaps of a list while it is parsed: letters that occur nowhere else in it.
type marks struct {
	list  Gapped
	mark  []string // in place of each gap
	entry []bool   // the gap is an entry of its own
	text  string
}

func newMarks(list Gapped) *marks {
	m := &marks{list: list}
	stem := "gap"
	for strings.Contains(strings.ToLower(strings.Join(list.Texts, "\n")), stem) {
		stem += "x"
	}
	var b strings.Builder
	for i, text := range list.Texts {
		b.WriteString(text)
		if i == len(list.Gaps) {
			break
		}
		before, after := strings.TrimRight(text, " \t"), strings.TrimLeft(list.Texts[i+1], " \t")
		last := i+1 == len(list.Gaps)
		entry := (before == "" && i == 0 || strings.HasSuffix(before, ",")) && (after == "" && last || strings.HasPrefix(after, ","))
		mark := stem + itoa(i) + "z"
		if entry || strings.HasSuffix(before, "<") && strings.HasPrefix(after, ">") {
			mark += "@" + mark
		}
		m.mark, m.entry = append(m.mark, mark), append(m.entry, entry)
		b.WriteString(mark)
	}
	m.text = b.String()
	return m
}

// restore finds the gaps in a piece of the list that was parsed. Their values are the numbers of the gaps.
func (m *marks) restore(s string) Gapped {
	var g Gapped
	for {
		at, which := len(s), -1
		for i, mark := range m.mark {
			if k := strings.Index(s, mark); k >= 0 && k < at {
				at, which = k, i
			}
		}
		g.Texts = append(g.Texts, s[:at])
		if which < 0 {
			return g
		}
		g.Gaps = append(g.Gaps, Gap{Value: which})
		s = s[at+len(m.mark[which]):]
	}
}

// complete tells whether every gap is in the entries, once.
func (m *marks) complete(list []GappedAddress) bool {
	seen := make([]int, len(m.mark))
	for i := range list {
		for _, g := range []*Gapped{&list[i].List, &list[i].Name, &list[i].Address} {
			for _, gap := range g.Gaps {
				seen[gap.Value]++
			}
		}
	}
	for _, n := range seen {
		if n != 1 {
			return false
		}
	}
	return true
}

// mapped puts the gaps of the list in place of their numbers.
func (m *marks) mapped(list []GappedAddress) []GappedAddress {
	for i := range list {
		for _, g := range []*Gapped{&list[i].List, &list[i].Name, &list[i].Address} {
			for k := range g.Gaps {
				g.Gaps[k] = m.list.Gaps[g.Gaps[k].Value]
			}
		}
	}
	return list
}

// plainAddress tells whether s is local@domain of ASCII without quotes, as checkMailbox would let it pass unchanged.
func plainAddress[T string | []byte](s T) bool {
	at := -1
	for i := len(s) - 1; i >= 0 && at < 0; i-- {
		if s[i] == '@' {
			at = i
		}
	}
	if at <= 0 || len(s) > addressMax || s[0] == '.' || s[at-1] == '.' || !within(s[:at], classLocal) {
		return false
	}
	for i := 1; i < at; i++ {
		if s[i] == '.' && s[i-1] == '.' || s[i] == '?' && s[i-1] == '=' {
			return false
		}
	}
	return plainDomain(s[at+1:])
}

func plainDomain[T string | []byte](s T) bool { // as domainFault
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if classes[s[i]]&classDomain == 0 {
				return false
			}
			continue
		}
		if n := i - start; n == 0 || n > labelMax || s[start] == '-' || s[i-1] == '-' {
			return false
		}
		start = i + 1
	}
	return len(s) <= domainMax
}
