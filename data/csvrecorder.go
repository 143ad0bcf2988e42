package data

import (
	"bytes"
	"errors"
	"io"
)

// recorder keeps what the CSV reader has read and not yet handed out as a
// record, so that an error can show the text.
type recorder struct {
	in    io.Reader
	kept  []byte
	base  int64 // offset of kept[0]
	lines int   // line ends before it
	most  int   // of kept; 0: no bound
}

var errLongRow = errors.New("the row is too long")

func (r *recorder) Read(p []byte) (int, error) {
	if r.most > 0 && len(r.kept) > r.most {
		return 0, errLongRow
	}
	n, err := r.in.Read(p)
	r.kept = append(r.kept, p[:n]...)
	return n, err
}

// take returns the text up to an offset and forgets it. It is valid until the
// next Read.
func (r *recorder) take(end int64) []byte {
	n := min(int(end-r.base), len(r.kept))
	text := r.kept[:n]
	r.kept, r.base = r.kept[n:], end
	r.lines += bytes.Count(text, []byte("\n"))
	return text
}

// next is the line on which the record begins that is not whole yet.
func (r *recorder) next() int {
	blank := len(r.kept) - len(bytes.TrimLeft(r.kept, "\r\n"))
	return r.lines + bytes.Count(r.kept[:blank], []byte("\n")) + 1
}
