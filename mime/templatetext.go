package mime

import "strings"

// Gapped is a text with gaps: Texts[0] Gaps[0] Texts[1] … It has one text more than gaps; the zero value is empty.
type Gapped struct {
	Texts []string
	Gaps  []Gap
}

// Gap is where a value goes.
type Gap struct {
	Value int // its index in what is rendered
	// Escape appends the value as its place demands, and ASCII as ASCII without line breaks; nil appends it as it is.
	Escape func(dst []byte, value string) []byte
}

// Fixed is a text without gaps.
func Fixed(text string) Gapped { return Gapped{Texts: []string{text}} }

// fixed tells whether there are no gaps.
func (g *Gapped) fixed() bool { return len(g.Gaps) == 0 }

// empty tells whether nothing was given.
func (g *Gapped) empty() bool { return len(g.Gaps) == 0 && (len(g.Texts) == 0 || g.Texts[0] == "") }

// append fills the gaps.
func (g *Gapped) append(dst []byte, values []string) []byte {
	for i, text := range g.Texts {
		dst = append(dst, text...)
		if i < len(g.Gaps) {
			dst = g.Gaps[i].append(dst, values)
		}
	}
	return dst
}

func (g *Gap) append(dst []byte, values []string) []byte {
	if g.Escape != nil {
		return g.Escape(dst, values[g.Value])
	}
	return append(dst, values[g.Value]...)
}

// fill gives the text.
func (g *Gapped) fill(values []string) string {
	if g.fixed() {
		return strings.Join(g.Texts, "")
	}
	return string(g.append(nil, values))
}

// values is the number of values that the gaps ask for.
func (g *Gapped) values() int {
	n := 0
	for _, gap := range g.Gaps {
		n = max(n, gap.Value+1)
	}
	return n
}

// class is a set of octets.
type class uint8

const (
	classBody   class = 1 << iota // travels in a 7-bit text, and is no line break
	classText                     // stands in a header field as it is
	className                     // stands in a display name without quotes
	classLocal                    // stands in the local part of an address without quotes
	classDomain                   // stands in a domain
	classID                       // stands in a message identifier
	classURL                      // stands in a URL in angle brackets
)

// classes tells for each octet in which sets it is.
var classes = func() (t [256]class) { //nolint:gochecknoglobals // a read-only table
	for i := range 0x80 {
		c := byte(i)
		if c != 0 && c != '\r' && c != '\n' {
			t[c] |= classBody
		}
		if c < ' ' || c == 0x7F {
			continue
		}
		t[c] |= classText
		if c == ' ' || isAtext(c) {
			t[c] |= className
		}
		if isAtext(c) || c == '.' {
			t[c] |= classLocal
		}
		if isAlnum(c) || c == '-' || c == '_' || c == '.' {
			t[c] |= classDomain
		}
		if strings.IndexByte("<>() \t,\"\\", c) < 0 {
			t[c] |= classID
		}
		if strings.IndexByte("<> \"", c) < 0 {
			t[c] |= classURL
		}
	}
	return t
}()

// within tells whether every octet is in a class.
func within[T string | []byte](s T, c class) bool {
	all := c
	for i := 0; i < len(s); i++ {
		all &= classes[s[i]]
	}
	return all != 0
}
