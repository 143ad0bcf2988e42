package data

import "bufio"

// sniffLimit is how far the first line is looked at, in octets.
const sniffLimit = 64 << 10

// sniff finds the separator that occurs most often in the first line outside
// quotes; the comma wins where there is none and where two are equal.
func sniff(in *bufio.Reader) rune {
	head, _ := in.Peek(sniffLimit) // a read error comes again with the first record
	seen := map[byte]int{}
	quoted := false
	for _, c := range head {
		if c == '"' {
			quoted = !quoted
		}
		if quoted {
			continue
		}
		if (c == '\n' || c == '\r') && len(seen) > 0 {
			break
		}
		switch c {
		case ',', ';', '\t', '|':
			seen[c]++
		case '\n', '\r': // blank lines before the header
		default:
			seen[0]++
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
