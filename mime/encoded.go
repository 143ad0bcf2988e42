package mime

import (
	"io"
)

// Encoded is a message ready for the wire: CRLF line breaks, no Bcc, a line break at the end. It can be written any
// number of times, by several goroutines at once.
type Encoded = interface {
	io.WriterTo
	// Size is the number of octets that WriteTo writes.
	Size() int64
	// Segments hands on the octets piece by piece. dotSafe tells that no line of the piece begins with a dot.
	// A piece is valid only during the call.
	Segments(f func(b []byte, dotSafe bool) error) error
}

// segment is a run of octets, or a source that is still to be encoded as base64.
type segment struct {
	data    []byte
	dotSafe bool
	part    *Part // whose source it is, or nil
	octets  int64 // of the source
	signed  *signedSource
}

type encodedMessage struct {
	segments []segment
	size     int64
	eightBit bool
}

// EightBit tells whether there is an octet beyond ASCII, for which a server needs 8BITMIME. Lines are within
// RFC 5322's bounds in any case. The engine asks for this method, so that it need not read the content for it.
func (e *encodedMessage) EightBit() bool { return e.eightBit }

// PiecesStay tells that what Segments hands on stays valid and as it is. The engine asks for this method, so that it
// may write several pieces at once.
func (e *encodedMessage) PiecesStay() bool {
	for i := range e.segments {
		if e.segments[i].part != nil {
			return false
		}
	}
	return true
}

func (e *encodedMessage) Size() int64 { return e.size }

func (e *encodedMessage) Segments(f func(b []byte, dotSafe bool) error) error {
	for i := range e.segments {
		s := &e.segments[i]
		if s.part != nil {
			if err := s.stream(f); err != nil {
				return err
			}
		} else if err := f(s.data, s.dotSafe); err != nil {
			return err
		}
	}
	return nil
}

// stream encodes the source. A failure of f comes back as it is; one of the source names its part.
func (s *segment) stream(f func(b []byte, dotSafe bool) error) error {
	var sinkErr error
	emit := func(b []byte) error {
		sinkErr = f(b, true)
		return sinkErr
	}
	err := s.signed.watch(emit, func(emit func([]byte) error) error { return s.part.content.stream(s.octets, emit) })
	if sinkErr != nil {
		return sinkErr
	}
	return s.part.sourceError(err)
}

func (e *encodedMessage) WriteTo(w io.Writer) (int64, error) {
	var written int64
	err := e.Segments(func(b []byte, _ bool) error {
		n, err := w.Write(b)
		written += int64(n)
		return err
	})
	return written, err
}
