package mime

import (
	"strings"
	"unicode"
)

// readGroups reads the addresses of a field, however written: what is no address is left out. The text is for people;
// ok tells that the list was as it should be.
func readGroups(field, value string) (groups []group, text string, ok bool) {
	if strings.TrimSpace(value) == "" {
		return nil, "", value == ""
	}
	groups, err := parseGroups(field, value)
	if err == nil {
		ok = !strings.Contains(value, `"=?`) || !unquoteWords(groups)
		groups = tidyGroups(groups)
		return groups, groupsText(groups), ok
	}
	for _, piece := range cutAddresses(value) {
		if piece = strings.TrimSpace(piece); piece == "" {
			continue
		}
		if list, err := parseGroups(field, piece); err == nil {
			groups = append(groups, tidyGroups(list)...)
		} else if box, found := looseMailbox(piece); found {
			groups = append(groups, group{boxes: []mailbox{box}})
		}
	}
	text, _ = decodeWords(value)
	return groups, text, false
}

// unquoteWords decodes encoded-words in quotes, which many programs write. It tells whether there were any.
func unquoteWords(groups []group) (found bool) { // RFC 2047 §5
	for i := range groups {
		for j := range groups[i].boxes {
			box := &groups[i].boxes[j]
			if !box.quoted { // a name out of encoded-words was decoded already
				continue
			}
			if name, _ := decodeWords(box.name); name != box.name {
				box.name, found = name, true
			}
		}
	}
	return found
}

// tidyGroups makes blanks of control characters that encoded-words hid in names.
func tidyGroups(groups []group) []group {
	for i := range groups {
		groups[i].name = tidyText(groups[i].name)
		for j := range groups[i].boxes {
			groups[i].boxes[j].name = tidyText(groups[i].boxes[j].name)
		}
	}
	return groups
}

// cutAddresses divides at commas and semicolons outside quotes, comments and angle brackets. Quotes that nothing
// closes are none.
func cutAddresses(s string) []string {
	var list []string
	start, closing := 0, byte(0)
	lastQuote := strings.LastIndexByte(s, '"')
	lastParen, lastAngle := strings.LastIndexByte(s, ')'), strings.LastIndexByte(s, '>')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case closing != 0:
			if c == closing {
				closing = 0
			}
		case c == '"' && i < lastQuote:
			closing = '"'
		case c == '(' && i < lastParen:
			closing = ')'
		case c == '<' && i < lastAngle:
			closing = '>'
		case c == ',' || c == ';':
			list = append(list, s[start:i])
			start = i + 1
		}
	}
	return append(list, s[start:])
}

// looseMailbox takes an address out of a piece of a list: what is in angle brackets, or the word with an "@".
func looseMailbox(s string) (mailbox, bool) {
	name, address := "", ""
	if lt := strings.LastIndexByte(s, '<'); lt >= 0 {
		name = s[:lt]
		address, _, _ = strings.Cut(s[lt+1:], ">")
	} else {
		var b strings.Builder
		for word := range strings.FieldsSeq(s) {
			if address == "" && strings.Contains(word, "@") {
				address = word
			} else {
				b.WriteString(" " + word)
			}
		}
		name = b.String()
	}
	address = strings.Trim(strings.TrimPrefix(strings.TrimSpace(address), "mailto:"), `"'<>()[]:;, `)
	name = strings.Trim(strings.TrimSpace(name), `"'`)
	name, _ = decodeWords(name)
	return looseAddress(tidyText(name), address)
}

// looseAddress accepts local parts that no rule allows but some providers gave out, such as those with two dots in a
// row. Nothing that could end an address or begin another gets through.
func looseAddress(name, address string) (mailbox, bool) {
	if box, err := checkMailbox("address", Address{Name: name, Address: address}); err == nil {
		return box, true
	}
	local, domain, wrong := splitAddress(address)
	if wrong != "" || len(address) > addressMax || strings.ContainsAny(local, `<>()[]@,;:\" `) || strings.IndexFunc(local, unicode.IsControl) >= 0 {
		return mailbox{}, false
	}
	ascii, wrong := asciiDomain(domain)
	return mailbox{name: name, local: local, domain: domain, ascii: ascii}, wrong == ""
}
