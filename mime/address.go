package mime

import (
	"strings"
	"unicode/utf8"
)

// addressMax is the length of the longest address that fits into a path.
const addressMax = 254 // RFC 5321 §4.5.3.1.3

// Address is a mailbox: a display name, which may be empty, and an address as a person writes it.
type Address struct {
	Name    string // decoded
	Address string // local@domain; the domain may be an international one
}

// String gives the form for a header field: the name quoted or encoded as needed, the domain in its A-label form.
// An address that is not valid comes out as it is, without a name.
func (a Address) String() string {
	b, err := checkMailbox("address", a)
	if err != nil {
		return a.Address
	}
	return string(b.append(nil, 0, b.needsUTF8(), 0))
}

// Validate tells what is wrong with the name or the address. The error is an *Error.
func (a Address) Validate() error {
	_, err := checkMailbox("address", a)
	return err
}

// ValidateAddress tells what is wrong with a bare address. The error is an *Error.
func ValidateAddress(address string) error { return Address{Address: address}.Validate() }

// mailbox is an Address that was checked.
type mailbox struct {
	name   string
	local  string // quoted where it must be
	domain string // as given, in U-labels when it is an international one
	ascii  string // its A-label form
	quoted bool   // the name was read from quotes alone
}

func checkMailbox(field string, a Address) (mailbox, error) {
	if err := checkText(field, a.Name); err != nil {
		return mailbox{}, err
	}
	if err := checkText(field, a.Address); err != nil {
		return mailbox{}, err
	}
	local, domain, wrong := splitAddress(a.Address)
	if wrong == "" {
		local, wrong = checkLocal(local)
	}
	ascii := ""
	if wrong == "" {
		ascii, wrong = asciiDomain(domain)
	}
	if wrong == "" && len(local)+1+len(ascii) > addressMax {
		wrong = "the address is too long"
	}
	if wrong != "" {
		return mailbox{}, fault(field, wrong, a.Address)
	}
	return mailbox{name: a.Name, local: local, domain: unicodeDomain(domain, ascii), ascii: ascii}, nil
}

func splitAddress(s string) (local, domain, wrong string) {
	if s == "" {
		return "", "", "the address is empty"
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return "", "", `the address has no "@"`
	}
	if at == 0 || at == len(s)-1 {
		return "", "", "the address lacks one of its halves"
	}
	return s[:at], s[at+1:], ""
}

// checkLocal accepts dot-atoms and quoted strings, and quotes a local part of words with blanks between.
func checkLocal(s string) (local, wrong string) { // RFC 5322 §3.4.1
	if s[0] == '"' {
		if quotedEnd(s) != len(s) {
			return "", "the quotes of the local part do not match"
		}
		return s, ""
	}
	if looksEncoded(s) {
		return "", "the local part looks like an encoded-word, which readers would decode"
	}
	words := strings.Split(s, " ")
	for _, word := range words {
		if wrong := dotAtomFault(word); wrong != "" {
			return "", wrong
		}
	}
	if len(words) > 1 {
		return `"` + s + `"`, ""
	}
	return s, ""
}

func dotAtomFault(s string) string {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return "the local part has a dot or a blank where none may stand"
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < utf8.RuneSelf && c != '.' && !isAtext(c) { // RFC 6531 §3.3
			return "the local part holds " + string(rune(c)) + ", which must be quoted"
		}
	}
	return ""
}

// quotedEnd gives the offset after the quoted string that s begins with, or -1.
func quotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

func (m mailbox) needsUTF8() bool { return !isASCII(m.local) }

// wire is the address for an envelope: U-labels only beside a local part that needs UTF-8 anyway.
func (m mailbox) wire() string {
	if m.needsUTF8() {
		return m.local + "@" + m.domain
	}
	return m.local + "@" + m.ascii
}

func (m mailbox) text() string {
	if m.name == "" {
		return m.local + "@" + m.domain
	}
	return displayName(m.name) + " <" + m.local + "@" + m.domain + ">"
}

// append writes the mailbox as it stands in a field, from column col on; behind it there is room for a comma and tail
// octets.
func (m mailbox) append(b []byte, col int, raw bool, tail int) []byte {
	address := m.wire()
	if raw {
		address = m.local + "@" + m.domain
	}
	if m.name == "" {
		return append(b, address...)
	}
	start := len(b)
	b = appendPhrase(b, col, m.name, raw, 0)
	if advance(col, b[start:])+len(" <>,")+len(address)+tail > wordLine {
		b = append(b, "\r\n"...)
	}
	b = append(b, " <"...)
	b = append(b, address...)
	return append(b, '>')
}

// advance is the column after writing b from column col on.
func advance(col int, b []byte) int {
	if tail := column(b); tail < len(b) {
		return tail
	}
	return col + len(b)
}

// longPhrase is the length from which a phrase is encoded, because only encoded-words can be folded safely.
const longPhrase = 200

// appendPhrase writes a display name: bare where its characters allow, else quoted, else as encoded-words, which leave
// room for some octets on their last line.
func appendPhrase(b []byte, col int, s string, raw bool, room int) []byte { // RFC 5322 §3.2.5
	plain := raw || isASCII(s)
	if !plain || looksEncoded(s) || len(s) > longPhrase || strings.ContainsRune(s, '\t') {
		return appendWords(b, col, s, inPhrase, wordLine-room)
	}
	name := displayName(s)
	if name[0] == '"' {
		return append(b, name...)
	}
	return appendAtoms(b, col, name, wordLine-room)
}

// appendAtoms folds at the blanks between words.
func appendAtoms(b []byte, col int, s string, limit int) []byte {
	for i, word := range strings.Split(s, " ") {
		switch {
		case i > 0 && col+1+len(word) > limit:
			b, col = append(b, "\r\n "...), 1
		case i > 0:
			b, col = append(b, ' '), col+1
		}
		b, col = append(b, word...), col+len(word)
	}
	return b
}

// displayName quotes s unless it is atoms with single blanks between.
func displayName(s string) string {
	bare := s != "" && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.Contains(s, "  ") && !looksEncoded(s)
	for i := 0; i < len(s) && bare; i++ {
		bare = s[i] == ' ' || s[i] >= utf8.RuneSelf || isAtext(s[i])
	}
	if bare {
		return s
	}
	return quote(s)
}

// quote makes a quoted-string.
func quote(s string) string { // RFC 5322 §3.2.4
	b := make([]byte, 0, len(s)+2)
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return string(append(b, '"'))
}

// unquote reads the quoted-string s, quotes included.
func unquote(s string) string {
	b := make([]byte, 0, len(s))
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && i+1 < len(s)-1 {
			i++
		}
		b = append(b, s[i])
	}
	return string(b)
}
