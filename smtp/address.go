package smtp

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// mailbox is an envelope address taken apart. The zero value is the null
// reverse-path; a bare local name has no domain.
type mailbox struct {
	local  string // as written, with its quotes if it has them
	domain string // domain or address literal with its brackets
	whole  string // both, where they were written as one
}

// String returns the address as it was written.
func (m mailbox) String() string {
	switch {
	case m.whole != "":
		return m.whole
	case m.domain == "":
		return m.local
	}
	return m.local + "@" + m.domain
}

// needsUTF8 reports whether the address cannot be put into ASCII: a domain can,
// a local part cannot.
func (m mailbox) needsUTF8() bool { return !isASCII(m.local) } // RFC 6531 §3.2

// wire returns the address as it goes into a path: with A-labels, unless the
// local part asks for SMTPUTF8 anyway.
func (m mailbox) wire() (string, error) {
	if isASCII(m.domain) || m.needsUTF8() {
		return m.String(), nil
	}
	domain, err := aLabels(m.domain)
	return mailbox{local: m.local, domain: domain}.String(), err
}

// aLabels puts an international domain into ASCII. What the mapping makes of it is
// checked again: some characters become a space and a mark, which would end the
// path.
func aLabels(domain string) (string, error) {
	ascii, err := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false)).ToASCII(domain) // RFC 5891 §5
	if err != nil || !isASCII(ascii) || !validDomain(ascii) {
		return "", argumentError("domain has no A-label form", domain)
	}
	return ascii, nil
}

// parseSender reads a reverse-path; empty and "<>" are the null sender.
func parseSender(s string) (mailbox, error) {
	if s == "" || s == "<>" {
		return mailbox{}, nil // RFC 5321 §4.5.5
	}
	return parseMailbox(s)
}

// parseMailbox reads exactly one address: "a@b", "<a@b>", "Name <a@b>", or a
// bare local name. Source routes are dropped. Everything that could end the path
// early or begin a second one is refused, never repaired.
func parseMailbox(s string) (mailbox, error) {
	if m, ok := plainMailbox(s); ok {
		return m, nil
	}
	if err := checkText("address", s); err != nil {
		return mailbox{}, err
	}
	spec, ok := stripName(strings.Trim(s, " "))
	if !ok {
		return mailbox{}, argumentError("not one address", s)
	}
	spec, ok = stripRoute(spec)
	if !ok {
		return mailbox{}, argumentError("malformed source route", s)
	}
	if indexUnquoted(spec, ",;") >= 0 {
		err := argumentError("not one address", s)
		err.hint = "give several addresses as a list"
		return mailbox{}, err
	}
	local, domain, ok := splitSpec(spec)
	if !ok || !validLocal(local) {
		return mailbox{}, argumentError("malformed address", s)
	}
	if domain != "" && !validDomain(domain) {
		return mailbox{}, argumentError("malformed domain in address", s)
	}
	return mailbox{local: local, domain: domain, whole: spec}, nil
}

// plainMailbox reads what most addresses are: ASCII atoms and dots, an at sign, and
// a domain name. Everything else is left to the thorough reading.
func plainMailbox(s string) (m mailbox, ok bool) {
	at := strings.IndexByte(s, '@')
	if at <= 0 || at+1 == len(s) || s[at+1] == '.' || s[len(s)-1] == '.' {
		return mailbox{}, false
	}
	for i := range at {
		if plainOctets[s[i]]&inLocal == 0 {
			return mailbox{}, false
		}
	}
	for i := at + 1; i < len(s); i++ {
		if plainOctets[s[i]]&inDomain == 0 || s[i] == '.' && s[i-1] == '.' {
			return mailbox{}, false
		}
	}
	return mailbox{local: s[:at], domain: s[at+1:], whole: s}, true
}

const (
	inLocal = 1 << iota
	inDomain
	inKeyword
)

// plainOctets tells where in a plain address, or a parameter, an octet may stand.
var plainOctets = func() (table [256]byte) { //nolint:gochecknoglobals // a constant table
	for c := range byte(0x80) {
		if isAtom(rune(c)) || c == '.' {
			table[c] |= inLocal
		}
		if !notLabel(rune(c)) || c == '.' {
			table[c] |= inDomain
		}
		if !notLabel(rune(c)) {
			table[c] |= inKeyword
		}
	}
	return table
}()

// stripName removes a display name and the angle brackets. The brackets count
// only outside quotes, so that `"x@y" <z@w>` is z@w.
func stripName(s string) (string, bool) {
	open := indexUnquoted(s, "<")
	if open < 0 {
		return s, indexUnquoted(s, ">") < 0
	}
	name, spec := s[:open], s[open+1:]
	if indexUnquoted(name, "@,;:>") >= 0 || !strings.HasSuffix(spec, ">") {
		return "", false
	}
	return spec[:len(spec)-1], true
}

// stripRoute removes "@a,@b:" from the front.
func stripRoute(s string) (string, bool) {
	if !strings.HasPrefix(s, "@") {
		return s, true
	}
	route, rest, ok := strings.Cut(s, ":") // RFC 5321 §4.1.1.3
	for _, hop := range strings.Split(route, ",") {
		ok = ok && strings.HasPrefix(hop, "@") && validDomain(hop[1:])
	}
	return rest, ok
}

// splitSpec cuts at the at sign that follows the local part. A domain that was
// announced by an at sign must not be empty.
func splitSpec(s string) (local, domain string, ok bool) {
	at := indexUnquoted(s, "@")
	if at < 0 {
		return s, "", true
	}
	return s[:at], s[at+1:], at+1 < len(s)
}

// indexUnquoted finds the first of chars outside quoted strings.
func indexUnquoted(s, chars string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(chars, c) >= 0:
			return i
		}
	}
	return -1
}

// validLocal takes a quoted string, or atoms and dots. Dots may stand anywhere:
// mailboxes such as "a..b" exist, and no octet of theirs can end the path.
func validLocal(s string) bool {
	if strings.HasPrefix(s, `"`) {
		return validQuoted(s)
	}
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isAtom(r) && r != '.' }) < 0 // RFC 5321 §4.1.2
}

// validQuoted takes `"…"` with escapes by backslash.
func validQuoted(s string) bool {
	if len(s) < 3 || s[len(s)-1] != '"' {
		return false
	}
	inner := s[1 : len(s)-1]
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '"' || c < ' ' || c == 0x7f:
			return false
		case c == '\\':
			i++
			if i == len(inner) || inner[i] < ' ' || inner[i] >= 0x7f {
				return false
			}
		}
	}
	return true
}

// isAtom is atext, RFC 5322, and every letter beyond ASCII, RFC 6531.
func isAtom(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
		strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) || r >= 0xa0 && r != utf8.RuneError // RFC 6531 §3.3
}

// validDomain takes dotted labels, underscores included, or an address literal.
func validDomain(s string) bool {
	if strings.HasPrefix(s, "[") {
		return validLiteral(s)
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || strings.IndexFunc(label, notLabel) >= 0 {
			return false
		}
	}
	return true
}

func notLabel(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r >= 0xa0 && r != utf8.RuneError)
}

func validLiteral(s string) bool {
	inner, ok := strings.CutSuffix(s[1:], "]") // RFC 5321 §4.1.3
	return ok && inner != "" && strings.IndexFunc(inner, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`[]\<>@"`, r) }) < 0
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
