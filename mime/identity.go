package mime

import (
	"bytes"
	"strings"
)

// Identity is what a message is called that is sent more than once, by one process or another.
type Identity struct {
	// Token is the left side of the Message-ID where the message has none: 32 letters and digits. The right side is
	// the sender's domain.
	Token string
	// ID is the Message-ID that earlier sendings had, without angle brackets: it holds whatever the message says. ""
	// for the first.
	ID string
}

// SnapshotAs is Snapshot for a message that is to be known by id. The message itself stays as it was, without
// Message-ID and Date where it had none.
func (m *Message) SnapshotAs(id Identity) (*Message, error) {
	c := m.copy()
	if err := c.identify(id); err != nil {
		return nil, err
	}
	return c, c.fix()
}

// identify sets the Message-ID, but in a message that may not be changed.
func (m *Message) identify(id Identity) error {
	if m.Locked() != "" {
		return nil
	}
	value := id.ID
	if value == "" {
		if m.header.index("message-id") >= 0 {
			return nil
		}
		domain, wrong := asciiDomain(m.senderDomain())
		if wrong != "" {
			domain = fallbackDomain
		}
		value = id.Token + "@" + domain
	}
	if value == m.MessageID() {
		return nil
	}
	return m.header.Set("Message-ID", "<"+value+">")
}

// MessageID gives the Message-ID without its angle brackets, or "".
func (m *Message) MessageID() string {
	text, ok := m.header.Get("Message-ID")
	if !ok {
		text, _ = (&Header{fields: m.late}).Get("Message-ID")
	}
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(text), "<"), ">")
}

// SnapshotAs is Snapshot for a message that is to be known by id.
func (r *Rendered) SnapshotAs(id Identity) (*Rendered, error) {
	if r.whole != nil {
		return r.known(r.whole, id)
	}
	if ok, err := r.settleAs(id); err != nil || ok {
		return r, err
	}
	m, err := r.template.compose(r.values)
	if err != nil {
		return nil, err
	}
	return r.known(m, id)
}

func (r *Rendered) known(m *Message, id Identity) (*Rendered, error) {
	m, err := m.SnapshotAs(id)
	return &Rendered{template: r.template, values: r.values, whole: m}, err
}

// settleAs settles Date and Message-ID; ok is false where the message cannot be known by id, or is known by another.
func (r *Rendered) settleAs(id Identity) (ok bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.fixed && r.idAt > 0 && len(id.Token) == idToken {
		r.token = id.Token
	}
	if err := r.fix(); err != nil {
		return false, err
	}
	if r.idAt == 0 && id.ID != "" || r.token != "" && r.token != id.Token {
		return false, nil
	}
	return id.ID == "" || id.ID == r.ownID(), nil
}

// MessageID gives the Message-ID without its angle brackets; "" before it is settled.
func (r *Rendered) MessageID() string {
	if r.whole != nil {
		return r.whole.MessageID()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.idAt > 0 {
		return r.ownID()
	}
	if m, err := r.template.compose(r.values); err == nil { // the template gives it
		return m.MessageID()
	}
	return ""
}

// ownID reads the identifier that was settled.
func (r *Rendered) ownID() string {
	if r.idAt == 0 || !r.fixed {
		return ""
	}
	id := r.buf[r.idAt:]
	return string(id[:max(bytes.IndexByte(id, '>'), 0)])
}
