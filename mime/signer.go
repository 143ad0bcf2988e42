package mime

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Signer makes header fields that vouch for a message as it goes out, such as DKIM-Signature. It is used by several
// goroutines at once.
type Signer interface {
	// Sign gives whole fields, each folded and with its final CRLF, which go in front of the message. The same
	// Signing must give the same octets.
	Sign(s *Signing) ([]byte, error)
	// Vouches tells whether receivers take the signature for one of the author's domain, which is in A-labels.
	Vouches(author string) bool
}

// exactSigner is a Signer whose signature may not outlive blanks at the ends of lines, which some servers take off.
// Texts with such blanks are then encoded.
type exactSigner interface{ Exact() bool }

func exact(signers []Signer) bool {
	return slices.ContainsFunc(signers, func(s Signer) bool {
		x, ok := s.(exactSigner)
		return ok && x.Exact()
	})
}

// guard encodes a text that would go out as it is, when a signature needs its blanks.
func (w *writer) guard(c *content, e encoding) encoding { // RFC 6376 §5.3
	if !w.exact || e != enc7Bit && e != enc8Bit || !c.trailingBlanks() {
		return e
	}
	return c.shorter()
}

// trailingBlanks tells whether a line ends in a blank.
func (c *content) trailingBlanks() bool {
	for _, blank := range []string{" ", "\t"} {
		if bytes.Contains(c.data, []byte(blank+"\r\n")) || bytes.HasSuffix(c.data, []byte(blank)) {
			return true
		}
	}
	return false
}

// Signing is a message that is about to go out, as a Signer sees it: exactly the octets that are sent. Nothing in it
// may be changed.
type Signing struct {
	Time   time.Time // of the message's first encoding, so that a later one gives the same signature
	Header []byte    // all fields, with CRLF, without the empty line behind them
	body   []segment
}

// Body hands on the body, piece by piece. A piece is valid only during the call. The error is f's, or that of a source
// of content that could not be read.
func (s *Signing) Body(f func(b []byte) error) error {
	e := encodedMessage{segments: s.body}
	return e.Segments(func(b []byte, _ bool) error { return f(b) })
}

// Kept gives the body in pieces that nobody will ever change, so that the next message can be compared with it; ok is
// false when a piece must be read from a source, which may change.
func (s *Signing) Kept() (pieces [][]byte, ok bool) {
	pieces = make([][]byte, 0, len(s.body))
	for i := range s.body {
		if s.body[i].part != nil {
			return nil, false
		}
		pieces = append(pieces, s.body[i].data)
	}
	return pieces, true
}

// Sign has the message signed whenever it is encoded, each time anew for the octets that then go out. Of several
// signers, the last puts its fields first.
func (m *Message) Sign(signers ...Signer) {
	m.signers = append(slices.Clip(m.signers), signers...)
}

// fixSigning settles the time of signing.
func (m *Message) fixSigning() error {
	if len(m.signers) == 0 || !m.signedAt.IsZero() {
		return nil
	}
	if m.env == nil {
		return &Error{What: "a message without a clock cannot be signed"}
	}
	m.signedAt = m.env.Now()
	return nil
}

// UnvouchedAuthor is the domain of the author when there are signers and none vouches for it, else "".
func (m *Message) UnvouchedAuthor() string { return unvouched(m.senderDomain(), m.signers) }

// UnvouchedAuthor is that of all the messages, as far as their author has no gaps.
func (s *TemplateSpec) UnvouchedAuthor() string {
	if len(s.From) == 0 || !s.From[0].Address.fixed() {
		return ""
	}
	address := s.From[0].Address.fill(nil)
	domain, wrong := asciiDomain(address[strings.LastIndexByte(address, '@')+1:])
	if wrong != "" {
		return ""
	}
	return unvouched(domain, s.Signers)
}

func unvouched(author string, signers []Signer) string { // RFC 7489 §3.1.1
	author = strings.ToLower(author)
	if len(signers) == 0 || slices.ContainsFunc(signers, func(s Signer) bool { return s.Vouches(author) }) {
		return ""
	}
	return author
}

// sign puts the fields of the signers in front.
func (e *encodedMessage) sign(signers []Signer, at time.Time) error {
	if len(signers) == 0 {
		return nil
	}
	watchSources(e.segments)
	s := newSigning(e.segments, at)
	var fields []byte
	for _, signer := range signers {
		some, err := signer.Sign(s)
		if err != nil {
			return err
		}
		fields = append(some[:len(some):len(some)], fields...)
	}
	if len(fields) == 0 {
		return nil
	}
	e.segments = append([]segment{{data: fields, dotSafe: !dotted(fields)}}, e.segments...)
	e.size += int64(len(fields))
	return nil
}

// newSigning divides the octets at the empty line behind the header. Without one, all is header.
func newSigning(segments []segment, at time.Time) *Signing {
	s := &Signing{Time: at}
	for i := range segments {
		if segments[i].part != nil {
			break
		}
		data, from := segments[i].data, 0
		if s.Header != nil { // the header goes on from the segment before
			from = len(s.Header)
			data = append(s.Header[:from:from], data...)
		}
		s.Header = data
		end := bytes.Index(data[max(0, from-3):], []byte("\r\n\r\n"))
		if end < 0 {
			continue
		}
		end += max(0, from-3) + 2
		s.Header = data[:end:end]
		if rest := segments[i].data[end+2-from:]; len(rest) > 0 {
			s.body = append(s.body, segment{data: rest})
		}
		s.body = append(s.body, segments[i+1:]...)
		return s
	}
	return s
}

// nested writes a message within a message, with a signature of its own when it has one.
func (w *writer) nested(m *Message) error {
	if len(m.signers) == 0 {
		return w.message(m)
	}
	inner := *w // for the same server, within the same multiparts
	inner.segments, inner.size, inner.frame, inner.start, inner.dotSafe, inner.octets8 = nil, 0, nil, 0, true, false
	inner.exact = w.exact || exact(m.signers)
	if err := inner.message(m); err != nil {
		return err
	}
	if inner.softEnd {
		inner.lit("=\r\n") // the signature holds for the whole body
	}
	inner.flush()
	e := encodedMessage{segments: inner.segments}
	if err := e.sign(m.signers, m.signedAt); err != nil {
		return err
	}
	w.octets8 = w.octets8 || inner.octets8
	for _, s := range e.segments {
		if s.part == nil {
			w.body(s.data, s.dotSafe)
			continue
		}
		w.flush()
		w.segments = append(w.segments, s)
		w.size += base64Size(s.octets)
	}
	w.endsLine = inner.endsLine
	return nil
}
