package lua51

import (
	"math"
	"math/bits"

	lua "github.com/yuin/gopher-lua"
)

// Bit gives a function of the library bit by name: those of LuaBitOp and
// LuaJIT, whose results are signed numbers of 32 bits. There is none for
// other names.
func Bit(name string) lua.LGFunction {
	return bind(name, map[string]function{
		"tobit":  func(c call) int { return c.pushBits(c.bits(1)) },
		"bnot":   func(c call) int { return c.pushBits(^c.bits(1)) },
		"bswap":  func(c call) int { return c.pushBits(bits.ReverseBytes32(c.bits(1))) },
		"band":   folded(func(a, b uint32) uint32 { return a & b }),
		"bor":    folded(func(a, b uint32) uint32 { return a | b }),
		"bxor":   folded(func(a, b uint32) uint32 { return a ^ b }),
		"lshift": shifted(func(a uint32, n int) uint32 { return a << n }),
		"rshift": shifted(func(a uint32, n int) uint32 { return a >> n }),
		"rol":    shifted(bits.RotateLeft32),
		"ror":    shifted(func(a uint32, n int) uint32 { return bits.RotateLeft32(a, -n) }),
		"arshift": shifted(func(a uint32, n int) uint32 {
			return uint32(int32(a) >> n) //nolint:gosec // the bits stay
		}),
		"tohex": bitTohex,
	}[name])
}

// bits is argument n modulo 2^32; a fraction is rounded to the nearest even
// number, as LuaBitOp does.
func (c call) bits(n int) uint32 {
	f := c.number(n)
	if math.IsInf(f, 0) || f != f {
		return 0
	}
	f = math.Mod(math.RoundToEven(f), 1<<32)
	return uint32(int64(f)) //nolint:gosec // modulo 2^32 is meant
}

func (c call) pushBits(b uint32) int {
	return c.pushNumber(float64(int32(b))) //nolint:gosec // a signed result is meant
}

// folded applies an operation to all arguments, of which there must be one.
func folded(operation func(a, b uint32) uint32) function {
	return func(c call) int {
		b := c.bits(1)
		for i := 2; i <= c.GetTop(); i++ {
			b = operation(b, c.bits(i))
		}
		return c.pushBits(b)
	}
}

// shifted applies an operation with a count, of which the lowest five bits
// matter.
func shifted(operation func(a uint32, n int) uint32) function {
	return func(c call) int { return c.pushBits(operation(c.bits(1), int(c.bits(2)&31))) }
}

// bitTohex is bit.tohex: the number of digits is 8 at most, a negative one
// asks for capitals.
func bitTohex(c call) int {
	b, n := c.bits(1), int32(8)
	if c.GetTop() >= 2 {
		n = int32(c.bits(2)) //nolint:gosec // signed is meant
	}
	digits := "0123456789abcdef"
	if n < 0 {
		n, digits = -n, "0123456789ABCDEF"
	}
	if n > 8 || n < 0 {
		n = 8
	}
	text := make([]byte, n)
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = digits[b&15]
		b >>= 4
	}
	return c.pushText(string(text))
}
