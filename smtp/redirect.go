package smtp

import "strings"

// redirect replaces recipients, so that a rehearsal with real data mails nobody
// but one address. The zero value lets everything through.
type redirect struct {
	to mailbox
	on bool
}

func newRedirect(address string) (redirect, error) {
	if address == "" {
		return redirect{}, nil
	}
	to, err := parseMailbox(address)
	if err != nil {
		return redirect{}, err
	}
	if _, err := to.wire(); err != nil {
		return redirect{}, err
	}
	return redirect{to: to, on: true}, nil
}

// recipients returns the list that goes on the wire.
func (r redirect) recipients(list []mailbox) []mailbox {
	if !r.on {
		return list
	}
	return []mailbox{r.to}
}

// recipient is recipients for one.
func (r redirect) recipient(m mailbox) mailbox {
	if !r.on {
		return m
	}
	return r.to
}

// params drops ORCPT, which would name the recipient that was replaced.
func (r redirect) params(list []string) []string {
	if !r.on {
		return list
	}
	var kept []string
	for _, p := range list {
		if !hasParam([]string{p}, "ORCPT") {
			kept = append(kept, p)
		}
	}
	return kept
}

// line rewrites a raw command line, CRLF included, that a script composed. What
// could be taken for RCPT becomes a RCPT to the redirect address; commands that
// carry content out of our sight are refused.
func (r redirect) line(line string) (string, error) {
	if !r.on {
		return line, nil
	}
	switch verb := verbOf(line); {
	case strings.HasPrefix(verb, "RCPT"):
		return rcptLine(r.to, r.params(rcptParams(line)))
	case strings.HasPrefix(verb, "BDAT"), strings.HasPrefix(verb, "BURL"), strings.HasPrefix(verb, "STARTTLS"):
		return "", refusedWhileRedirected(verb)
	}
	return line, nil
}

func refusedWhileRedirected(verb string) error {
	err := argumentError("this command is refused while mail is redirected", verb)
	err.hint = "BDAT, BURL and STARTTLS by hand would send octets that cannot be checked for recipients"
	return err
}

// rcptParams returns the well-formed parameters after the path of a RCPT line.
func rcptParams(line string) []string {
	end := indexUnquoted(line, ">")
	if end < 0 {
		return nil
	}
	var params []string
	for _, p := range strings.Fields(line[end+1:]) {
		if validParam(p) {
			params = append(params, p)
		}
	}
	return params
}

// contentGuard follows raw content after a 354 and refuses what goes beyond its
// terminating CRLF.CRLF, where a next command could begin. Lone CR and lone LF
// are refused too, since some servers end the content at LF.LF.
type contentGuard struct {
	open bool // a 354 was read and the terminator has not been sent
	tail string
}

// begin opens the guard after a 354.
func (g *contentGuard) begin() { *g = contentGuard{open: true, tail: "\r\n"} }

// close ends the content phase.
func (g *contentGuard) close() { g.open = false }

// check refuses b, or takes note of it.
func (g *contentGuard) check(b []byte) error {
	if !g.open {
		return argumentError("raw octets are refused while mail is redirected, except as content after a 354", "")
	}
	next := *g
	for i := 0; i < len(b); i++ {
		if !next.open {
			return argumentError("octets beyond the final dot are refused while mail is redirected", "")
		}
		if !next.step(b[i]) {
			return argumentError("lone CR or LF is refused while mail is redirected", "")
		}
	}
	*g = next
	return nil
}

// step takes one octet; tail is as much of CRLF.CRLF as the content ends with.
func (g *contentGuard) step(c byte) bool {
	if afterCR := strings.HasSuffix(g.tail, "\r"); afterCR != (c == '\n') {
		return false
	}
	switch {
	case c == "\r\n.\r\n"[len(g.tail)]:
		g.tail += string(rune(c))
	case c == '\r':
		g.tail = "\r"
	default:
		g.tail = ""
	}
	if g.tail == "\r\n.\r\n" {
		g.open = false
	}
	return true
}
