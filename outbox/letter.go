package outbox

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"moonpost/smtp"
)

// Letter is a message for the queue.
type Letter struct {
	Message smtp.Message
	Key     string   // "": made by the store
	Relays  []string // names, in order of failover
	// Sites cuts the recipients by site where that is known beforehand; nil: the
	// worker that delivers it does.
	Sites     func(relays, to []string) []MailPart
	NotBefore time.Time     // zero: at once
	Expires   time.Time     // zero: never too late
	KeyTTL    time.Duration // after which the key may be used again; 0: never
	// Alike tells whether two messages say the same, though Date and Message-ID and
	// the like differ; nil: octet by octet.
	Alike func(a, b []byte) bool
}

// LetterError says what is wrong with a Letter itself.
type LetterError struct {
	What  string
	Value string // or ""
}

func (e *LetterError) Error() string {
	if e.Value == "" {
		return e.What
	}
	return fmt.Sprintf("%s: %q", e.What, e.Value)
}

// Kind returns "argument".
func (e *LetterError) Kind() string { return "argument" }

// longestKey bounds keys, in octets: they are looked up in an index.
const longestKey = 1000

// check refuses what no store could keep or no worker deliver.
func (l *Letter) check(now time.Time) error {
	switch {
	case len(l.Key) > longestKey:
		return &LetterError{What: fmt.Sprintf("a key has at most %d octets", longestKey), Value: l.Key[:40] + "…"}
	case l.Key != "" && strings.TrimSpace(l.Key) == "":
		return &LetterError{What: "a key is not blank", Value: l.Key}
	case !utf8.ValidString(l.Key) || strings.ContainsRune(l.Key, 0):
		return &LetterError{What: "a key is UTF-8 without NUL", Value: l.Key}
	case len(l.Relays) == 0:
		return &LetterError{What: "a message for the queue names the relay that takes it"}
	case !l.Expires.IsZero() && !l.Expires.After(now):
		return &LetterError{What: "the message has expired already", Value: l.Expires.Format(time.DateTime)}
	case !l.Expires.IsZero() && !l.Expires.After(l.NotBefore):
		return &LetterError{What: "the message expires before it may be sent", Value: l.Expires.Format(time.DateTime)}
	}
	return nil
}

// Mail gives what the store keeps: the envelope, and the message in the form that
// every server takes.
func (l *Letter) Mail(now time.Time) (m NewMail, err error) {
	if err := l.check(now); err != nil {
		return m, err
	}
	from, to, needUTF8, err := l.Message.Envelope()
	if err != nil {
		return m, err
	}
	encoded, err := l.Message.Encode(false, needUTF8)
	if err != nil {
		return m, err
	}
	var body bytes.Buffer
	if _, err := encoded.WriteTo(&body); err != nil {
		return m, err
	}
	m = NewMail{
		Key: l.Key, Sender: from, Body: body.Bytes(), MessageID: messageID(body.Bytes()),
		Due: l.NotBefore, Expires: l.Expires, KeyTTL: l.KeyTTL,
	}
	m.Parts, err = l.parts(to)
	return m, err
}

// parts are the recipients, each once, by site.
func (l *Letter) parts(to []string) ([]MailPart, error) {
	var once []string
	seen := map[string]bool{}
	for _, address := range to {
		if _, err := smtp.DomainOf(address); err != nil {
			return nil, &LetterError{What: "not an address", Value: address}
		}
		if !seen[address] {
			seen[address] = true
			once = append(once, address)
		}
	}
	if len(once) == 0 {
		return nil, &LetterError{What: "the message has no recipients"}
	}
	if l.Sites != nil {
		if parts := l.Sites(l.Relays, once); len(parts) > 0 {
			return parts, nil
		}
	}
	return []MailPart{{Recipients: once, Relays: l.Relays, Site: SiteName(l.Relays[0], "")}}, nil
}

// messageID finds the identifier in the header of a message, without its angle
// brackets; "" where there is none.
func messageID(body []byte) string { // RFC 5322 §3.6.4
	rest := headerOf(body)
	for line := range bytes.Lines(rest) {
		name, _, ok := bytes.Cut(line, []byte(":"))
		if !ok || !strings.EqualFold(string(bytes.TrimRight(name, " \t")), "message-id") {
			rest = rest[len(line):]
			continue
		}
		_, id, _ := bytes.Cut(rest[len(name)+1:], []byte("<")) // the value may stand on the next line
		id, _, closed := bytes.Cut(id, []byte(">"))
		if !closed || bytes.ContainsAny(id, " \t\r\n:<") {
			return ""
		}
		return string(id)
	}
	return ""
}

// headerOf is the message up to its first blank line.
func headerOf(body []byte) []byte {
	header, _, _ := bytes.Cut(body, []byte("\r\n\r\n"))
	return header
}
