package smtp

import (
	"fmt"
	"strings"
)

// DSN asks for delivery status notifications, RFC 3461.
type DSN struct {
	Notify   []string // "never", or any of "success", "failure", "delay"
	Ret      string   // "full" or "headers"; "" leaves it to the server
	EnvID    string   // envelope id that the notification will carry
	Required bool     // fail where the server doesn't offer DSN, instead of leaving it out
}

// check validates the request before anything is sent.
func (d *DSN) check() error {
	for _, word := range d.Notify {
		switch strings.ToLower(word) {
		case "success", "failure", "delay":
		case "never":
			if len(d.Notify) > 1 {
				return argumentError("dsn notify=never excludes the others", strings.Join(d.Notify, ",")) // RFC 3461 §4.1
			}
		default:
			return argumentError("unknown dsn notify word", word)
		}
	}
	switch strings.ToLower(d.Ret) {
	case "", "full", "headers", "hdrs":
	default:
		return argumentError("dsn ret is neither full nor headers", d.Ret)
	}
	if len(d.EnvID) > 100 || strings.IndexFunc(d.EnvID, func(r rune) bool { return r < ' ' || r > '~' }) >= 0 { // RFC 3461 §4.4
		return argumentError("dsn envid is not up to 100 printable characters", d.EnvID)
	}
	return nil
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
	var params []string
	if len(d.Notify) > 0 {
		params = append(params, "NOTIFY="+strings.ToUpper(strings.Join(d.Notify, ","))) // RFC 3461 §4.1
	}
	if to.domain == "" { // not an address of any known type
		return params
	}
	if to.needsUTF8() {
		return append(params, "ORCPT=utf-8;"+utf8Xtext(to.String())) // RFC 6533 §3
	}
	address, err := to.wire()
	if err != nil {
		return params
	}
	return append(params, "ORCPT=rfc822;"+xtext(address)) // RFC 3461 §4.2
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

// utf8Xtext is utf-8-addr-xtext: characters beyond ASCII stay, which SMTPUTF8
// allows, and what could end the parameter is written as \x{…}.
func utf8Xtext(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == '+' || r == '=' || r == '\\' {
			fmt.Fprintf(&b, `\x{%02X}`, r) // RFC 6533 §3
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
