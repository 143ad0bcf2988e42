package mime

import (
	"bytes"
	"io"
)

// Source is content that can be read more than once: for retries, for signing, for many messages.
type Source interface {
	// Open starts a new reading from the first octet. It may be called from several goroutines.
	Open() (io.ReadCloser, error)
	// Size is the number of octets; known is false when only reading will tell.
	Size() (n int64, known bool)
}

// Bytes is a Source in memory. The slice must not be changed afterwards.
func Bytes(b []byte) Source { return bytesSource(b) }

// String is a Source in memory.
func String(s string) Source { return bytesSource(s) }

type bytesSource []byte

func (b bytesSource) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
func (b bytesSource) Size() (int64, bool)          { return int64(len(b)), true }

// readSource reads all of s into memory; sources that are in memory already are not copied.
func readSource(s Source) ([]byte, error) {
	if b, ok := s.(bytesSource); ok {
		return b, nil
	}
	r, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // it was only read
	return io.ReadAll(r)
}

// headOf reads at most n octets from the beginning of s.
func headOf(s Source, n int) ([]byte, error) {
	if b, ok := s.(bytesSource); ok {
		return b[:min(n, len(b))], nil
	}
	r, err := s.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(r, int64(n)))
}

// measure gives the size of s, by reading it when it does not know its size itself.
func measure(s Source) (int64, error) {
	if n, known := s.Size(); known {
		return n, nil
	}
	r, err := s.Open()
	if err != nil {
		return 0, err
	}
	defer func() { _ = r.Close() }() // it was only read
	return io.Copy(io.Discard, r)
}
