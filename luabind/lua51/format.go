package lua51

import (
	"math"
	"strings"
)

// strFormat is string.format, which writes what C's printf would.
func strFormat(c call) int {
	format := c.text(1)
	var room [128]byte
	out := room[:0]
	arg := 1
	for {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			out = append(out, format...)
			break
		}
		out = append(out, format[:i]...)
		format = format[i+1:]
		if strings.HasPrefix(format, "%") {
			out, format = append(out, '%'), format[1:]
			continue
		}
		arg++
		if arg > c.GetTop() {
			c.badArgument(arg, "no value")
		}
		spec, rest, err := parseSpec(format)
		if err != nil {
			c.fail("%s", err.Error())
		}
		out, format = c.appendItem(out, spec, arg), rest
		c.checkSize(len(out) + len(format))
	}
	return c.pushText(string(out))
}

// appendItem writes argument n as spec says.
func (c call) appendItem(out []byte, spec formatSpec, n int) []byte {
	switch spec.verb {
	case 'c':
		spec.precision = -1
		return spec.text(out, string([]byte{byte(c.integer(n) & 0xFF)}))
	case 'd', 'i':
		negative, magnitude := c.whole(n, true)
		return spec.integer(out, negative, magnitude)
	case 'o', 'u', 'x', 'X':
		_, magnitude := c.whole(n, false)
		return spec.integer(out, false, magnitude)
	case 'e', 'E', 'f', 'g', 'G':
		return spec.float(out, c.number(n))
	case 'q':
		return appendQuoted(out, c.text(n))
	case 's':
		s := c.textOf(c.Get(n))
		c.checkSize(len(out) + len(s))
		return spec.text(out, s)
	}
	c.fail("invalid option '%%%s' to 'format'", strings.TrimRight(string([]byte{spec.verb}), "\x00"))
	return out
}

// whole is argument n as C's long or unsigned long: a fraction is cut off. A
// number beyond 64 bits has no such form and is an error, where PUC's Lua
// writes whatever the processor makes of it.
func (c call) whole(n int, signed bool) (negative bool, magnitude uint64) {
	f := math.Trunc(c.number(n))
	switch {
	case f >= 0 && f < 1<<63, f >= 0 && f < 1<<64 && !signed:
		return false, uint64(f)
	case f < 0 && f >= -1<<63 && signed:
		return true, uint64(-f)
	case f < 0 && f >= -1<<63:
		return false, -uint64(-f) // two's complement
	}
	c.badArgument(n, "number has no integer representation")
	return false, 0
}
