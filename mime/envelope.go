package mime

import (
	"slices"
	"strings"
)

// SetEnvelope overrides what Envelope finds in the header: a sender, which may be "" for the null sender, when from is
// not nil, and recipients when to is not empty. The addresses are bare.
func (m *Message) SetEnvelope(from *string, to []string) error {
	sender := m.from
	if from != nil {
		wire, err := envelopeAddress("envelope sender", *from)
		if err != nil {
			return err
		}
		sender = &wire
	}
	recipients := m.to
	if len(to) > 0 {
		recipients = nil
	}
	for _, address := range to {
		if address == "" {
			return fault("envelope recipient", "the address is empty", "")
		}
		wire, err := envelopeAddress("envelope recipient", address)
		if err != nil {
			return err
		}
		recipients = append(recipients, wire)
	}
	m.from, m.to = sender, recipients
	return nil
}

func envelopeAddress(field, address string) (string, error) {
	if address == "" {
		return "", nil
	}
	box, err := checkMailbox(field, Address{Address: address})
	return box.wire(), err
}

// Envelope tells who sends the message and who gets it. Without SetEnvelope that is Sender, else the one address of
// From, and To, Cc and Bcc without repetitions; for a message that is resent, the Resent- fields. needUTF8 tells that
// an address, here or in the header, can only travel with SMTPUTF8.
func (m *Message) Envelope() (from string, to []string, needUTF8 bool, err error) {
	return m.EnvelopeWith(nil, nil)
}

// EnvelopeWith is Envelope with a sender, when it is not nil, and recipients, when there are any, in place of the
// message's own, which then need not exist. The given ones are taken as they are.
func (m *Message) EnvelopeWith(sender *string, recipients []string) (from string, to []string, needUTF8 bool, err error) {
	prefix := m.resentPrefix()
	switch {
	case sender != nil:
		from = *sender
	case m.from != nil:
		from = *m.from
	default:
		if from, err = m.sender(prefix); err != nil {
			return "", nil, false, err
		}
	}
	if to = recipients; len(to) == 0 {
		to = m.to
	}
	if len(to) == 0 {
		to = m.recipients(prefix)
	}
	if len(to) == 0 {
		return "", nil, false, &Error{Field: "To", What: "the message has no recipients"}
	}
	needUTF8 = !isASCII(from) || slices.ContainsFunc(to, func(s string) bool { return !isASCII(s) }) || m.needsUTF8()
	return from, slices.Clone(to), needUTF8, nil
}

// EnvelopeWith is Message.EnvelopeWith.
func (r *Rendered) EnvelopeWith(sender *string, recipients []string) (from string, to []string, needUTF8 bool, err error) {
	if r.whole != nil {
		return r.whole.EnvelopeWith(sender, recipients)
	}
	from, to, needUTF8, err = r.Envelope()
	if sender != nil {
		from = *sender
	}
	if len(recipients) > 0 {
		to = recipients
	}
	return from, to, needUTF8, err
}

// resentPrefix begins the names of the fields that count: those of a resent message, or the usual ones.
func (m *Message) resentPrefix() string { // RFC 5322 §3.6.6
	for _, key := range []string{"date", "from", "sender", "to", "cc", "bcc"} {
		if m.header.index("resent-"+key) >= 0 {
			return "resent-"
		}
	}
	return ""
}

func (m *Message) sender(prefix string) (string, error) { // RFC 5322 §3.6.2
	if f := m.header.find(prefix + "sender"); f != nil && len(mailboxes(f.groups)) > 0 {
		return mailboxes(f.groups)[0].wire(), nil
	}
	f := m.header.find(prefix + "from")
	switch {
	case f == nil && prefix != "":
		return "", &Error{Field: "Resent-From", What: "the resent message has no sender"}
	case f == nil:
		return "", &Error{Field: "From", What: "the message has no sender"}
	}
	boxes := mailboxes(f.groups)
	if len(boxes) == 0 {
		return "", fault(f.name, "the message has no sender", f.text)
	}
	if len(boxes) > 1 {
		return "", &Error{Field: f.name, What: "several authors need a Sender", Value: f.text, Advice: "set the Sender field to the one who sends"}
	}
	return boxes[0].wire(), nil
}

// recipients lists every address once; only the domain is compared without regard to case.
func (m *Message) recipients(prefix string) []string { // RFC 5321 §2.4
	var list []string
	seen := make(map[string]bool)
	for _, name := range []string{"to", "cc", "bcc"} {
		f := m.header.find(prefix + name)
		if f == nil {
			continue
		}
		for _, g := range f.groups {
			for _, box := range g.boxes {
				key := box.local + "@" + strings.ToLower(box.ascii)
				if !seen[key] {
					seen[key] = true
					list = append(list, box.wire())
				}
			}
		}
	}
	return list
}

// needsUTF8 tells whether a field can travel only in an internationalized header.
func (m *Message) needsUTF8() bool { // RFC 6531 §3.2
	needs := false
	_ = m.Walk(func(p *Part, _ int) error {
		for i := range p.header.fields {
			f := &p.header.fields[i]
			needs = needs || f.wire == nil && !hidden(f.key)
		}
		if p.message != nil {
			needs = needs || p.message.needsUTF8()
		}
		return nil
	})
	return needs
}

// hidden tells which fields never reach the wire.
func hidden(key string) bool { return key == "bcc" || key == "resent-bcc" } // RFC 5322 §3.6.3
