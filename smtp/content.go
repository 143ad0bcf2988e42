package smtp

import (
	"bytes"
	"io"
)

// Encoded is a message as octets for one server: its lines end with CRLF, its
// Size in octets is known beforehand. Segments calls f with successive pieces;
// dotSafe promises that no line in the piece begins with a dot and that it has
// no lone CR or LF. A piece is valid only during the call.
//
// Content that knows whether it has octets above 127 may say so by a method
// EightBit() bool; it is then taken to keep line lengths within bounds too, and
// is not read twice. Content whose pieces stay as they are after the call may say
// so by a method PiecesStay() bool; it then leaves in fewer writes.
type Encoded = interface {
	io.WriterTo
	Size() int64
	Segments(f func(b []byte, dotSafe bool) error) error
}

// Message is what SendMessage sends. The engine asks for the envelope first and
// encodes after EHLO has told what the server takes.
type Message interface {
	Envelope() (from string, to []string, needUTF8 bool, err error)
	Encode(eightBit, utf8 bool) (Encoded, error)
}

func piecesStay(content Encoded) bool {
	c, ok := content.(interface{ PiecesStay() bool })
	return ok && c.PiecesStay()
}

// octets is a message text in memory with CRLF line ends.
type octets struct {
	text []byte
	safe bool
}

// Octets makes content of a raw message text. Lone CR and lone LF become CRLF; b
// is not changed, and must not be while the content is in use.
func Octets(b []byte) Encoded {
	text := normaliseLines(b)
	safe := !bytes.HasPrefix(text, []byte(".")) && !bytes.Contains(text, []byte("\n."))
	return &octets{text: text, safe: safe}
}

// ExactOctets makes content of a message text that must not be changed, because
// it is signed. A lone CR or LF in it is an *ArgumentError.
func ExactOctets(b []byte) (Encoded, error) {
	if hasLoneLineEnd(b) {
		return nil, argumentError("lone CR or LF in content that must stay as it is", "")
	}
	return Octets(b), nil
}

func (o *octets) Size() int64 { return int64(len(o.text)) }

func (o *octets) Segments(f func(b []byte, dotSafe bool) error) error {
	if len(o.text) == 0 {
		return nil
	}
	return f(o.text, o.safe)
}

func (o *octets) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(o.text)
	return int64(n), err
}

// normaliseLines returns b itself when every CR and LF in it is half of a CRLF.
func normaliseLines(b []byte) []byte {
	if !hasLoneLineEnd(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/32)
	for len(b) > 0 {
		end := indexLineEnd(b)
		if end < 0 {
			return append(out, b...)
		}
		out = append(append(out, b[:end]...), "\r\n"...)
		if b[end] == '\r' && end+1 < len(b) && b[end+1] == '\n' {
			end++
		}
		b = b[end+1:]
	}
	return out
}

func hasLoneLineEnd(b []byte) bool {
	for {
		end := indexLineEnd(b)
		if end < 0 {
			return false
		}
		if b[end] == '\n' || end+1 == len(b) || b[end+1] != '\n' {
			return true
		}
		b = b[end+2:]
	}
}

// inspectLimit is the size up to which content of unknown nature is read once
// more before it is sent.
const inspectLimit = 8 << 20

// nature is what has to be known about content before MAIL.
type nature struct {
	eightBit bool // has octets above 127
	guessed  bool // eightBit is a guess
	longest  int  // longest line without its end, as far as known
}

// inspect finds out about content, by asking it or by reading it. Large content
// that cannot be asked counts as eight-bit, which declares too much at worst.
func inspect(e Encoded) (nature, error) {
	if knows, ok := e.(interface{ EightBit() bool }); ok {
		return nature{eightBit: knows.EightBit()}, nil
	}
	if _, inMemory := e.(*octets); !inMemory && e.Size() > inspectLimit {
		return nature{eightBit: true, guessed: true}, nil
	}
	var n nature
	line := 0
	err := e.Segments(func(b []byte, _ bool) error {
		n.eightBit = n.eightBit || hasHighOctet(b)
		line = n.measure(b, line)
		return nil
	})
	return n, err
}

// measure takes line lengths of a segment, of which line octets came before, and
// returns the length of the line left open.
func (n *nature) measure(b []byte, line int) int {
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			n.longest = max(n.longest, line+len(b))
			return line + len(b)
		}
		length := line + end
		if end > 0 && b[end-1] == '\r' {
			length--
		}
		n.longest, line, b = max(n.longest, length), 0, b[end+1:]
	}
}

func hasHighOctet(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// Binary makes content of octets that are no text: they go as they are, in a
// message sent with the parameter BODY=BINARYMIME.
func Binary(b []byte) Encoded { return &octets{text: b} }
