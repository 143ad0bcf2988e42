package luabind

import "moonpost/luabind/lua51"

// bitModule is `bit`: LuaBitOp's library, as LuaJIT has it.
func bitModule() Module {
	row := func(name, sig, doc, example string) Function {
		return Function{name, sig, doc, example, lua51.Bit(name)}
	}
	return Module{
		Name: "bit", Global: true,
		Doc: "Operations on the bits of numbers, as in LuaJIT. Numbers are taken modulo 2^32; results are signed, from -2^31 to 2^31 - 1.",
		Functions: []Function{
			row("arshift", "(x: number, n: integer): integer", "Shifts right by n bits (modulo 32), and fills up with the highest bit.", `print(bit.arshift(-256, 8)) --> -1`),
			row("band", "(x: number, ...: number): integer", "Gives the bits that all have.", `print(bit.band(12, 10)) --> 8`),
			row("bnot", "(x: number): integer", "Turns all bits over.", `print(bit.bnot(0)) --> -1`),
			row("bor", "(x: number, ...: number): integer", "Gives the bits that any has.", `print(bit.bor(1, 2, 8)) --> 11`),
			row("bswap", "(x: number): integer", "Turns the order of the four bytes over.", `print(bit.tohex(bit.bswap(0x12345678))) --> 78563412`),
			row("bxor", "(x: number, ...: number): integer", "Gives the bits that an odd number of them has.", `print(bit.bxor(12, 10)) --> 6`),
			row("lshift", "(x: number, n: integer): integer", "Shifts left by n bits (modulo 32).", `print(bit.lshift(1, 4)) --> 16`),
			row("rol", "(x: number, n: integer): integer", "Rotates left by n bits.", `print(bit.tohex(bit.rol(0x12345678, 12))) --> 45678123`),
			row("ror", "(x: number, n: integer): integer", "Rotates right by n bits.", `print(bit.tohex(bit.ror(0x12345678, 12))) --> 67812345`),
			row("rshift", "(x: number, n: integer): integer", "Shifts right by n bits (modulo 32), and fills up with zeros.", `print(bit.rshift(256, 4)) --> 16`),
			row("tobit", "(x: number): integer", "Gives the number as all others give theirs.", `print(bit.tobit(0xffffffff)) --> -1`),
			row("tohex", "(x: number, n?: integer): string", "Gives the lowest n hexadecimal digits (8); with a negative n in capitals.", `print(bit.tohex(255, 4), bit.tohex(-1, -2)) --> 00ff	FF`),
		},
	}
}
