package lua51

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// formatSpec is one conversion of a format: "%-08.3f".
type formatSpec struct {
	minus, plus, space, sharp, zero bool
	width, precision                int // precision -1: none
	verb                            byte
}

// formatFlags are the flags that a conversion may have.
const formatFlags = "-+ #0"

// parseSpec reads the conversion that begins behind a %, and gives what comes
// behind it. A format that ends too early has the verb 0.
func parseSpec(format string) (spec formatSpec, rest string, err error) {
	rest = strings.TrimLeft(format, formatFlags)
	flags := format[:len(format)-len(rest)]
	if len(flags) > len(formatFlags) {
		return spec, "", patternError("invalid format (repeated flags)")
	}
	for i := range len(flags) {
		switch flags[i] {
		case '-':
			spec.minus = true
		case '+':
			spec.plus = true
		case ' ':
			spec.space = true
		case '#':
			spec.sharp = true
		case '0':
			spec.zero = true
		}
	}
	spec.width, rest = twoDigits(rest)
	spec.precision = -1
	if strings.HasPrefix(rest, ".") {
		spec.precision, rest = twoDigits(rest[1:])
	}
	if rest == "" {
		return spec, "", nil
	}
	if isDigit(rest[0]) {
		return spec, "", patternError("invalid format (width or precision too long)")
	}
	spec.verb = rest[0]
	return spec, rest[1:], nil
}

// twoDigits reads up to two digits.
func twoDigits(s string) (n int, rest string) {
	for i := 0; i < 2 && s != "" && isDigit(s[0]); i++ {
		n, s = n*10+int(s[0]-'0'), s[1:]
	}
	return n, s
}

// text writes s, cut to the precision and padded to the width.
func (spec formatSpec) text(out []byte, s string) []byte {
	if spec.precision >= 0 && spec.precision < len(s) {
		s = s[:spec.precision]
	}
	left, right := spec.blanks(len(s))
	return pad(append(pad(out, ' ', left), s...), ' ', right)
}

// blanks is how many blanks stand on both sides of an item of the given size.
func (spec formatSpec) blanks(size int) (left, right int) {
	if spec.minus {
		return 0, spec.width - size
	}
	return spec.width - size, 0
}

// number writes a number's parts.
func (spec formatSpec) number(out []byte, prefix string, zeros int, digits []byte) []byte {
	left, right := spec.blanks(len(prefix) + zeros + len(digits))
	out = append(pad(out, ' ', left), prefix...)
	return pad(append(pad(out, '0', zeros), digits...), ' ', right)
}

func pad(out []byte, with byte, n int) []byte {
	for ; n > 0; n-- {
		out = append(out, with)
	}
	return out
}

// sign is what stands before a number.
func (spec formatSpec) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case spec.plus:
		return "+"
	case spec.space:
		return " "
	}
	return ""
}

// integer writes an integer for the verbs d, i, u, o, x and X.
func (spec formatSpec) integer(out []byte, negative bool, magnitude uint64) []byte {
	var room [24]byte
	base, prefix := 10, ""
	switch spec.verb {
	case 'd', 'i':
		prefix = spec.sign(negative)
	case 'o':
		base = 8
	case 'x', 'X':
		base = 16
		if spec.sharp && magnitude != 0 {
			prefix = "0" + string(rune(spec.verb))
		}
	}
	digits := strconv.AppendUint(room[:0], magnitude, base)
	if spec.verb == 'X' {
		upper(digits)
	}
	if spec.precision == 0 && magnitude == 0 {
		digits = nil
	}
	zeros := spec.precision - len(digits)
	if spec.verb == 'o' && spec.sharp && zeros <= 0 && (len(digits) == 0 || digits[0] != '0') {
		zeros = 1
	}
	if spec.zero && !spec.minus && spec.precision < 0 {
		zeros = max(zeros, spec.width-len(prefix)-len(digits))
	}
	return spec.number(out, prefix, max(zeros, 0), digits)
}

// float writes a number for the verbs e, E, f, g and G.
func (spec formatSpec) float(out []byte, f float64) []byte {
	sign := spec.sign(math.Signbit(f) && f == f)
	var room [64]byte
	digits, zeros := spec.magnitude(room[:0], math.Abs(f)), 0
	if spec.zero && !spec.minus && isDigit(digits[0]) {
		zeros = max(spec.width-len(sign)-len(digits), 0)
	}
	return spec.number(out, sign, zeros, digits)
}

// magnitude writes a number that has no sign.
func (spec formatSpec) magnitude(out []byte, f float64) []byte {
	precision := spec.precision
	if precision < 0 {
		precision = 6
	}
	switch {
	case math.IsInf(f, 0):
		out = append(out, "inf"...)
	case f != f:
		out = append(out, "nan"...)
	case spec.sharp:
		return append(out, fmt.Sprintf("%#.*"+string(rune(spec.verb)), precision, f)...)
	default:
		return strconv.AppendFloat(out, f, spec.verb, precision, 64)
	}
	if isUpper(spec.verb) {
		upper(out)
	}
	return out
}

// upper makes ASCII letters capitals.
func upper(text []byte) {
	for i, b := range text {
		if isLower(b) {
			text[i] = b ^ 0x20
		}
	}
}

// appendQuoted writes s so that Lua's own reader gives it back.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		switch b := s[i]; b {
		case '"', '\\', '\n':
			out = append(out, '\\', b)
		case '\r':
			out = append(out, `\r`...)
		case 0:
			out = append(out, `\000`...)
		default:
			out = append(out, b)
		}
	}
	return append(out, '"')
}
