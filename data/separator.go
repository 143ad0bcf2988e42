package data

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// sniffLimit is how far the first line is looked at, in octets.
const sniffLimit = 64 << 10

// firstRecord is the text up to the first line end outside quotes that follows something, and the octet behind it where
// there is one. No more is read than this needs: rows may come from a pipe, one now and then.
func firstRecord(in *bufio.Reader) (head []byte, end int) {
	quoted, filled := false, false
	for at := 0; ; at++ {
		if at == len(head) {
			head, _ = in.Peek(min(max(at+1, in.Buffered()), sniffLimit)) // a read error comes again with the first record
			if at >= len(head) {
				return head, len(head)
			}
		}
		switch c := head[at]; {
		case c == '"':
			quoted, filled = !quoted, true
		case quoted || c != '\n' && c != '\r':
			filled = true
		case filled:
			return head, at
		}
	}
}

// sniff finds the separator that occurs most often in the first line outside
// quotes; the comma wins where there is none and where two are equal.
func sniff(in *bufio.Reader) rune {
	head, end := firstRecord(in)
	seen := map[byte]int{}
	quoted := false
	for _, c := range head[:end] {
		if c == '"' {
			quoted = !quoted
		}
		if !quoted && strings.IndexByte(",;\t|", c) >= 0 {
			seen[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t', '|'} {
		if seen[c] > seen[best] {
			best = c
		}
	}
	return rune(best)
}

// toldSeparator takes the line by which Excel tells the separator ("sep=;"), or gives 0.
func toldSeparator(in *bufio.Reader) rune {
	const word = "sep="
	head, end := firstRecord(in)
	if end < len(word) || !strings.EqualFold(string(head[:len(word)]), word) {
		return 0
	}
	r, size := utf8.DecodeRune(head[len(word):end])
	if size != end-len(word) {
		return 0
	}
	head, _ = in.Peek(min(end+2, sniffLimit))
	if end < len(head) && head[end] == '\r' {
		end++
	}
	if end < len(head) && head[end] == '\n' {
		end++
	}
	_, _ = in.Discard(end) // it was peeked
	return r
}

// lineFeeds gives a text whose lines end in carriage returns alone, as old Macs and Excel's "CSV (Macintosh)" write
// them, with line feeds: the reader of CSV would take it for one line.
func lineFeeds(in *bufio.Reader) io.Reader {
	head, end := firstRecord(in)
	if end == len(head) || head[end] != '\r' {
		return in
	}
	if head, _ = in.Peek(end + 2); len(head) == end+2 && head[end+1] == '\n' {
		return in
	}
	if head, _ = in.Peek(sniffLimit); bytes.IndexByte(head, '\n') >= 0 {
		return in
	}
	return carriageReturns{in}
}

type carriageReturns struct{ in io.Reader }

// Read makes line feeds of carriage returns.
func (r carriageReturns) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
