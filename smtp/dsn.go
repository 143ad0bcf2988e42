package smtp

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// DSN asks for delivery status notifications, RFC 3461.
type DSN struct {
	Notify   []string // "never", or any of "success", "failure", "delay"
	Ret      string   // "full" or "headers"; "" leaves it to the server
	EnvID    string   // envelope id that the notification will carry
	Required bool     // fail where the server doesn't offer DSN, instead of leaving it out

	// ORcpt is the original recipient that the notification will name, instead of
	// each recipient's own address: an address, or "type;address".
	ORcpt string
	// For says what holds for single recipients, by their address, instead of
	// Notify and ORcpt.
	For map[string]RecipientDSN
}

// RecipientDSN is the part of a DSN that may differ from recipient to recipient.
type RecipientDSN struct {
	Notify []string
	ORcpt  string
}

// check validates the request before anything is sent.
func (d *DSN) check() error {
	if err := d.general().check(); err != nil {
		return err
	}
	for _, own := range d.For {
		if err := own.check(); err != nil {
			return err
		}
	}
	switch strings.ToLower(d.Ret) {
	case "", "full", "headers", "hdrs":
	default:
		return argumentError("dsn ret is neither full nor headers", d.Ret)
	}
	if len(d.EnvID) > 100 || !isASCII(d.EnvID) || !printable(d.EnvID) { // RFC 3461 §4.4
		return argumentError("dsn envid is not up to 100 printable characters", d.EnvID)
	}
	return nil
}

func (d *DSN) general() RecipientDSN { return RecipientDSN{d.Notify, d.ORcpt} }

func (r RecipientDSN) check() error {
	for _, word := range r.Notify {
		switch strings.ToLower(word) {
		case "success", "failure", "delay":
		case "never":
			if len(r.Notify) > 1 {
				return argumentError("dsn notify=never excludes the others", strings.Join(r.Notify, ",")) // RFC 3461 §4.1
			}
		default:
			return argumentError("unknown dsn notify word", word)
		}
	}
	if r.ORcpt == "" {
		return nil
	}
	_, err := orcptParam(r.ORcpt)
	return err
}

// forRecipients returns the request with the addresses of For as the envelope has
// them. One that is nobody's is a mistake.
func (d *DSN) forRecipients(to []mailbox) (*DSN, error) {
	if d == nil || len(d.For) == 0 {
		return d, nil
	}
	known := make(map[string]bool, len(to))
	for _, m := range to {
		known[m.String()] = true
	}
	own := *d
	own.For = make(map[string]RecipientDSN, len(d.For))
	for address, r := range d.For {
		m, err := parseMailbox(address)
		if err != nil {
			return nil, err
		}
		if !known[m.String()] {
			return nil, argumentError("dsn is for an address that is no recipient", address)
		}
		own.For[m.String()] = r
	}
	return &own, nil
}

// mailParams returns the parameters for MAIL.
func (d *DSN) mailParams() []string {
	var params []string
	switch strings.ToLower(d.Ret) {
	case "full":
		params = append(params, "RET=FULL") // RFC 3461 §4.3
	case "headers", "hdrs":
		params = append(params, "RET=HDRS")
	}
	if d.EnvID != "" {
		params = append(params, "ENVID="+xtext(d.EnvID)) // RFC 3461 §4.4
	}
	return params
}

// rcptParams returns the parameters for the RCPT of one recipient.
func (d *DSN) rcptParams(to mailbox) []string {
	r, ok := d.For[to.String()]
	if !ok {
		r = d.general()
	}
	var params []string
	if len(r.Notify) > 0 {
		params = append(params, "NOTIFY="+strings.ToUpper(strings.Join(r.Notify, ","))) // RFC 3461 §4.1
	}
	if r.ORcpt != "" {
		if param, err := orcptParam(r.ORcpt); err == nil { // check has seen it
			params = append(params, param)
		}
		return params
	}
	if to.domain == "" { // not an address of any known type
		return params
	}
	if to.needsUTF8() {
		return append(params, "ORCPT=utf-8;"+utf8Xtext(to.String(), false)) // RFC 6533 §3
	}
	address, err := to.wire()
	if err != nil {
		return params
	}
	return append(params, "ORCPT=rfc822;"+xtext(address)) // RFC 3461 §4.2
}

// orcptParam writes ORCPT for an address that a caller gave, with its type or
// without.
func orcptParam(s string) (string, error) {
	kind, address, typed := strings.Cut(s, ";")
	if !typed {
		kind, address = "rfc822", s
		if !isASCII(s) {
			kind = "utf-8"
		}
	}
	encoded := xtext(address)
	if strings.EqualFold(kind, "utf-8") {
		encoded = utf8Xtext(address, true) // RFC 6533 §3
	} else if !isASCII(address) {
		return "", argumentError("dsn orcpt is not ASCII", s)
	}
	param := "ORCPT=" + kind + ";" + encoded
	const longest = 500
	if address == "" || !printable(address) || len(param) > longest || kind == "" || !isASCII(kind) || strings.IndexFunc(kind, notLabel) >= 0 { // RFC 3461 §4.2
		return "", argumentError("malformed dsn orcpt", s)
	}
	return param, nil
}

// printable refuses control characters, and with them line ends.
func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || isControl(r) }) < 0
}

// xtext writes "+", "=" and everything outside printable ASCII as "+XX".
func xtext(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c > ' ' && c < 0x7f && c != '+' && c != '=' { // RFC 3461 §4
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "+%02X", c)
		}
	}
	return b.String()
}

// utf8Xtext writes what could end the parameter as \x{…}, and with ascii all
// beyond ASCII too; SMTPUTF8 allows that to stay.
func utf8Xtext(s string, ascii bool) string {
	var b strings.Builder
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == '+' || r == '=' || r == '\\' || ascii && r > 0x7f {
			fmt.Fprintf(&b, `\x{%02X}`, r) // RFC 6533 §3
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
