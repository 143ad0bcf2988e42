package mime

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"time"

	gomessage "github.com/emersion/go-message"
)

// Message is a part that is sent: the root of a tree, with the header of the message and its envelope.
//
// Building is for one goroutine. Encode may be called from several, as long as nobody changes the message; Snapshot
// makes a copy that nobody changes.
type Message struct {
	*Part
	env      *Env
	from     *string
	to       []string
	warnings []string
	signers  []Signer
	signedAt time.Time  // of the first encoding, when there are signers
	late     []field    // of a read message: what it lacks on the wire
	fresh    bool       // a clone, which gets a Date and a Message-ID of its own
	mu       sync.Mutex // held while Date, Message-ID, boundaries and the time of signing are fixed
}

// AsMessage makes a message of a part. The part stays the message's root and keeps its header.
func AsMessage(p *Part, env *Env) *Message { return &Message{Part: p, env: env} }

// Warnings tell what is allowed but probably not meant: a picture that the page asks for and the message lacks, a
// signature that is not the author's.
func (m *Message) Warnings() []string {
	author := m.UnvouchedAuthor()
	if author == "" {
		return m.warnings
	}
	return append(slices.Clip(m.warnings), "no signature is of the author's domain "+author+", so none counts for DMARC")
}

// fix settles what a message decides only once: Date, Message-ID and boundaries.
func (m *Message) fix() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.fixSigning(); err != nil {
		return err
	}
	if m.origin != nil && !m.fresh {
		if err := m.fixRead(); err != nil {
			return err
		}
		return m.fixBoundaries()
	}
	if m.env == nil {
		return &Error{What: "a message of given octets has no clock for its Date"}
	}
	if m.header.index("date") < 0 {
		if err := m.header.SetDate("Date", m.env.Now()); err != nil {
			return err
		}
	}
	if m.header.index("message-id") < 0 {
		id, err := newMessageID(m.env, m.senderDomain())
		if err != nil {
			return err
		}
		if err := m.header.Set("Message-ID", id); err != nil {
			return err
		}
	}
	return m.fixBoundaries()
}

// senderDomain is the domain of the first address of From, else of Sender.
func (m *Message) senderDomain() string {
	for _, key := range []string{"from", "sender", "resent-from"} {
		if f := m.header.find(key); f != nil {
			if boxes := mailboxes(f.groups); len(boxes) > 0 && !strings.HasPrefix(boxes[0].ascii, "[") {
				return boxes[0].ascii
			}
		}
	}
	return ""
}

// copy gives a message that can be changed without touching m. Contents are shared.
func (m *Message) copy() *Message {
	return &Message{
		Part: m.Part.Clone(), env: m.env, from: m.from, to: m.to, warnings: m.warnings, signers: m.signers, signedAt: m.signedAt,
		late: m.late, fresh: m.fresh,
	}
}

// Snapshot fixes Date, Message-ID and boundaries and gives a copy, which may be encoded in another goroutine while m
// goes on being changed. Contents and their encoded octets are shared.
func (m *Message) Snapshot() (*Message, error) {
	if err := m.fix(); err != nil {
		return nil, err
	}
	return m.copy(), nil
}

// Clone gives a copy with header changes, each a name and a value that is set. It gets a Date and a Message-ID of its
// own unless the changes hold them, and signatures of its own. Contents are shared.
// A change of a recipient field drops the recipients that were given by SetEnvelope.
func (m *Message) Clone(changes [][2]string) (*Message, error) {
	c := m.copy()
	c.fresh, c.late = true, nil
	if !c.enclosed { // the time of the signature within is that of the Date
		c.header.Del("Date")
	}
	c.header.Del("Message-ID")
	c.signedAt = time.Time{}
	for _, change := range changes {
		if err := c.header.Set(change[0], change[1]); err != nil {
			return nil, err
		}
		switch strings.ToLower(change[0]) {
		case "to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc":
			c.to = nil
		}
	}
	return c, nil
}

// Octets gives the whole encoded message.
func (m *Message) Octets(eightBit, utf8 bool) ([]byte, error) {
	encoded, err := m.Encode(eightBit, utf8)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(encoded.Size()))
	_, err = encoded.WriteTo(&b)
	return b.Bytes(), err
}

// Entity gives the message as go-message reads it, from its 7-bit form.
func (m *Message) Entity() (*gomessage.Entity, error) {
	b, err := m.Octets(false, m.needsUTF8())
	if err != nil {
		return nil, err
	}
	return gomessage.Read(bytes.NewReader(b))
}
