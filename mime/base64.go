package mime

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"

	vector "github.com/segmentio/asm/base64"
)

const (
	base64Octets = 57                 // what one line carries
	base64Line   = 76                 // RFC 2045 §6.8
	base64Batch  = 256 * base64Octets // what is encoded at once: stays in the nearest cache
	base64Block  = 8 * base64Batch    // what is read at once
)

// base64Size is the length of n octets as base64 in lines, without a line break at the end.
func base64Size(n int64) int64 {
	if n == 0 {
		return 0
	}
	return (n+2)/3*4 + (n-1)/base64Octets*2
}

// appendBase64 appends src in lines of 76 octets, without a line break at the end.
func appendBase64(dst, src []byte) []byte {
	size := int(base64Size(int64(len(src))))
	n := len(dst)
	if cap(dst)-n < size {
		dst = append(make([]byte, 0, n+size), dst...)
	}
	dst = dst[:n+size]
	for len(src) > base64Batch {
		appendLines(dst[n:n+base64Batch/base64Octets*(base64Line+2)], src[:base64Batch])
		n += base64Batch / base64Octets * (base64Line + 2)
		src = src[base64Batch:]
	}
	if whole := (len(src) - 1) / base64Octets; whole > 0 { // the last line has no line break
		appendLines(dst[n:n+whole*(base64Line+2)], src[:whole*base64Octets])
		n += whole * (base64Line + 2)
		src = src[whole*base64Octets:]
	}
	base64.StdEncoding.Encode(dst[n:], src)
	return dst
}

// appendLines encodes whole lines at once, to the end of dst, and then moves each to its place: encoding
// line by line is several times slower.
func appendLines(dst, src []byte) {
	lines := len(src) / base64Octets
	flat := dst[2*lines:]
	vector.StdEncoding.Encode(flat, src)
	for i := range lines {
		at := i * (base64Line + 2)
		copy(dst[at:at+base64Line], flat[i*base64Line:])
		dst[at+base64Line], dst[at+base64Line+1] = '\r', '\n'
	}
}

var errResized = errors.New("the content changed its size while it was read")

// streamBase64 reads exactly size octets of r and hands them on as base64 lines, many lines at a time.
func streamBase64(r io.Reader, size int64, emit func([]byte) error) error {
	in := make([]byte, min(size, base64Block))
	out := make([]byte, 0, base64Size(int64(len(in)))+2)
	for left := size; left > 0; {
		n, err := io.ReadFull(r, in[:min(left, int64(len(in)))])
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return errResized
		}
		if err != nil {
			return err
		}
		out = out[:0]
		if left < size {
			out = append(out, '\r', '\n')
		}
		out = appendBase64(out, in[:n])
		if err := emit(out); err != nil {
			return err
		}
		left -= int64(n)
	}
	return atEnd(r)
}

// atEnd fails unless r is exhausted.
func atEnd(r io.Reader) error {
	var one [1]byte
	switch n, err := io.ReadFull(r, one[:]); {
	case n > 0:
		return errResized
	case err == io.EOF:
		return nil
	default:
		return err
	}
}

// EncodeBase64 gives b as base64, in lines of wrap characters joined by CRLF; 0 means one line.
func EncodeBase64(b []byte, wrap int) string {
	flat := base64.StdEncoding.EncodeToString(b)
	if wrap <= 0 || len(flat) <= wrap {
		return flat
	}
	out := make([]byte, 0, len(flat)+len(flat)/wrap*2)
	for len(flat) > wrap {
		out = append(append(out, flat[:wrap]...), '\r', '\n')
		flat = flat[wrap:]
	}
	return string(append(out, flat...))
}

// DecodeBase64 reads base64 whatever its line lengths, with or without padding.
// A character outside the alphabet that is not white space is an error.
func DecodeBase64(s string) ([]byte, error) {
	clean := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ' ', '\t', '\r', '\n':
		default:
			clean = append(clean, c)
		}
	}
	if len(clean)%4 == 0 { // padding may be absent, but never excessive
		for range 2 {
			clean = bytes.TrimSuffix(clean, []byte("="))
		}
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	if err != nil {
		return nil, &Error{Field: "base64", What: "not base64", Value: s, Err: err}
	}
	return out[:n], nil
}
