package smtp

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// XClient tells a server that trusts us whom we speak for, in place of what it
// sees of the connection: Postfix's XCLIENT, which Dovecot and others know too. ""
// leaves an attribute out; "[UNAVAILABLE]" says that it isn't known, and
// "[TEMPUNAVAIL]" that it isn't known at the moment.
type XClient struct {
	Name               string // the client's host name
	Addr, Port         string // its IP address and TCP port
	Proto              string // SMTP or ESMTP
	Helo               string // its name in HELO or EHLO
	Login              string // the user that it logged in as
	DestAddr, DestPort string // where it connected to
}

// attribute is one of XCLIENT's, as the server lists it.
type attribute struct{ name, value string }

// attributes are those that were given.
func (x *XClient) attributes() []attribute {
	all := []attribute{
		{"NAME", x.Name}, {"ADDR", xclientAddr(x.Addr)}, {"PORT", x.Port}, {"PROTO", strings.ToUpper(x.Proto)}, {"HELO", x.Helo},
		{"LOGIN", x.Login}, {"DESTADDR", xclientAddr(x.DestAddr)}, {"DESTPORT", x.DestPort},
	}
	return slices.DeleteFunc(all, func(a attribute) bool { return a.value == "" })
}

// xclientAddr marks an IPv6 address.
func xclientAddr(s string) string {
	if ip, err := netip.ParseAddr(s); err == nil && ip.Is6() {
		return "IPV6:" + s
	}
	return s
}

// check refuses what the server would misread.
func (x *XClient) check() error {
	if x == nil {
		return nil
	}
	for _, a := range x.attributes() {
		if !a.valid() {
			return argumentError("malformed xclient attribute "+strings.ToLower(a.name), a.value)
		}
	}
	return nil
}

func (a attribute) valid() bool {
	if a.value == "[UNAVAILABLE]" || a.value == "[TEMPUNAVAIL]" {
		return true
	}
	switch a.name {
	case "ADDR", "DESTADDR":
		ip, err := netip.ParseAddr(strings.TrimPrefix(a.value, "IPV6:"))
		return err == nil && ip.Zone() == "" && ip.Is6() == strings.HasPrefix(a.value, "IPV6:")
	case "PORT", "DESTPORT":
		n, err := strconv.ParseUint(a.value, 10, 16)
		return err == nil && n > 0
	case "PROTO":
		return a.value == "SMTP" || a.value == "ESMTP"
	}
	return len(xtext(a.value)) <= 255 && strings.IndexFunc(a.value, func(r rune) bool { return r < ' ' || isControl(r) }) < 0
}

// introduce sends XCLIENT, if the options say so, and says hello again: the server
// begins anew with each.
func (c *Client) introduce(w *wire) error {
	if c.opts.XClient == nil {
		return nil
	}
	offered, ok := c.Extension("XCLIENT")
	if !ok {
		e := &NotSupportedError{detail: detail{stage: StageHello}, Extension: "XCLIENT", What: "the option xclient"}
		e.hint = "the server offers it to hosts that it trusts; with Postfix see smtpd_authorized_xclient_hosts"
		return e
	}
	lines := xclientLines(c.opts.XClient.attributes(), strings.Fields(offered))
	if len(lines) == 0 {
		return nil
	}
	for _, line := range lines {
		r, err := w.roundTrip(StageHello, line)
		if err != nil {
			return err
		}
		if !r.Positive() {
			return &ResponseError{detail: detail{stage: StageHello}, Reply: r, Verb: "XCLIENT"}
		}
	}
	c.session.Store(&session{})
	return c.helloIfNeeded(w)
}

// xclientLines are the commands for the attributes that the server lists, none
// longer than a command may be.
func xclientLines(attributes []attribute, offered []string) []string {
	const verb = "XCLIENT"
	var lines []string
	line := verb
	for _, a := range attributes {
		if !containsFold(offered, a.name) {
			continue
		}
		word := " " + a.name + "=" + xtext(a.value) // RFC 3461 §4
		if len(line)+len(word)+len("\r\n") > maxCommandLine && line != verb {
			lines, line = append(lines, line+"\r\n"), verb
		}
		line += word
	}
	if line == verb {
		return lines
	}
	return append(lines, line+"\r\n")
}
