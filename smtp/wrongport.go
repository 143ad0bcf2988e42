package smtp

import (
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
)

// alien is a service that somebody took for a mail server.
type alien struct{ begin, what string }

// aliens are told by how they begin to speak.
func aliens() []alien {
	return []alien{
		{"HTTP/", "a web server"},
		{"SSH-", "an SSH server"},
		{"+OK", "a POP3 server"},
		{"* OK", "an IMAP server"},
	}
}

// alienOf names the service that begins like this, or returns "".
func alienOf(begin string) string {
	for _, a := range aliens() {
		if strings.HasPrefix(begin, a.begin) {
			return a.what
		}
	}
	return ""
}

const hintAlien = "check host and port: mail servers listen on 25, 587 (STARTTLS) and 465 (TLS from the first octet)"

// explainGreeting says so when the greeting is another service's.
func explainGreeting(err error) error {
	var e *ProtocolError
	if !errors.As(err, &e) {
		return err
	}
	if what := alienOf(e.Line); what != "" {
		e.reason, e.hint = what+" answered instead of a mail server", hintAlien
	}
	return err
}

// explainHandshake says so when there was text where the handshake should have
// been answered.
func explainHandshake(err error) error {
	var header tls.RecordHeaderError
	if !errors.As(err, &header) {
		return err
	}
	begin := string(header.RecordHeader[:])
	switch what := alienOf(begin); {
	case strings.HasPrefix(begin, "220"): // RFC 5321 §4.2
		return fmt.Errorf("the server greets in clear text, %q, where TLS was expected: %w", begin, err)
	case what != "":
		return fmt.Errorf("%s answered in clear text, %q: %w", what, begin, err)
	}
	return err
}

// clearTextHint is the advice that goes with explainHandshake.
func clearTextHint(header tls.RecordHeaderError) string {
	begin := string(header.RecordHeader[:])
	switch {
	case strings.HasPrefix(begin, "220"):
		return hintSpeaksClear
	case alienOf(begin) != "":
		return hintAlien
	}
	return ""
}
