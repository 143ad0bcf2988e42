package xlsx

import "io"

// blocks holds octets that are written once and then read once. Unlike one growing slice they are never copied, and
// what was read is let go.
type blocks struct {
	full [][]byte
	last []byte
}

const blockSize = 256 << 10

func (b *blocks) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if cap(b.last) == len(b.last) {
			if b.last != nil {
				b.full = append(b.full, b.last)
			}
			b.last = make([]byte, 0, blockSize)
		}
		room := min(cap(b.last)-len(b.last), len(p))
		b.last = append(b.last, p[:room]...)
		p = p[room:]
	}
	return n, nil
}

func (b *blocks) Read(p []byte) (int, error) {
	first := &b.last
	if len(b.full) > 0 {
		first = &b.full[0]
	}
	n := copy(p, *first)
	if *first = (*first)[n:]; len(*first) == 0 {
		if len(b.full) > 0 {
			b.full[0], b.full = nil, b.full[1:]
		} else if n == 0 {
			return 0, io.EOF
		}
	}
	return n, nil
}

// size is how many octets are held.
func (b *blocks) size() int {
	n := len(b.last)
	for _, block := range b.full {
		n += len(block)
	}
	return n
}
