package lua51

import (
	"os/exec"
	"strings"
	"testing"

	lua "github.com/yuin/gopher-lua"
)

// runModule runs code with the library as a global.
func runModule(t *testing.T, name string, get func(name string) lua.LGFunction, functions, code string) string {
	t.Helper()
	var out strings.Builder
	L := newState(t.Context(), &out)
	defer L.Close()
	module := L.NewTable()
	for f := range strings.FieldsSeq(functions) {
		module.RawSetString(f, L.NewFunction(get(f)))
	}
	L.SetGlobal(name, module)
	if err := L.DoString(code); err != nil {
		return withoutPositions("error: " + err.(*lua.ApiError).Object.String())
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func TestUTF8(t *testing.T) {
	tests := []struct{ code, want string }{
		{`print(utf8.char(), utf8.char(72, 228, 0x20AC, 0x1F600))`, "\tHä€😀"},
		{`utf8.char(-1)`, "error: bad argument #1 to 'char' (value out of range)"},
		{`utf8.char(65, 0x110000)`, "error: bad argument #2 to 'char' (value out of range)"},
		{`utf8.char(0xD800)`, "error: bad argument #1 to 'char' (value out of range)"},
		{`utf8.char("x")`, "error: bad argument #1 to 'char' (number expected, got string)"},
		{`print(utf8.codepoint("ä€", 1, -1)) print(utf8.codepoint("abc")) print(utf8.codepoint("ä€", 3)) print(utf8.codepoint("abc", -1))`, "228\t8364\n97\n8364\n99"},
		{`print(select("#", utf8.codepoint("abc", 3, 2)))`, "0"},
		{`utf8.codepoint("ä", 2)`, "error: invalid UTF-8 code"},
		{`utf8.codepoint("a", 2)`, "error: bad argument #3 to 'codepoint' (out of range)"},
		{`utf8.codepoint("a", 0)`, "error: bad argument #2 to 'codepoint' (out of range)"},
		{`utf8.codepoint("")`, "error: bad argument #3 to 'codepoint' (out of range)"},
		{`utf8.codepoint(("x"):rep(2000000), 1, -1)`, "error: string slice too long"},
		{`print(utf8.len(""), utf8.len("Grüße"), utf8.len("ä€😀"), utf8.len("ä€", 3), utf8.len("ä€", -3), utf8.len("abc", 4), utf8.len("abc", 2, 2))`, "0\t5\t3\t1\t1\t0\t1"},
		{`print(utf8.len("a\255b")) print(utf8.len("ä", 2)) print(utf8.len("\237\160\128")) print(utf8.len("\192\128"))`, "nil\t2\nnil\t2\nnil\t1\nnil\t1"},
		{`utf8.len("abc", 5)`, "error: bad argument #2 to 'len' (initial position out of string)"},
		{`utf8.len("abc", 1, 4)`, "error: bad argument #3 to 'len' (final position out of string)"},
		{`for p, c in utf8.codes("aä€") do print(p, c) end`, "1\t97\n2\t228\n4\t8364"},
		{`for p, c in utf8.codes("") do print(p, c) end`, ""},
		{`for p in utf8.codes("a\200") do print(p) end`, "error: invalid UTF-8 code"},
		{`print(utf8.offset("aä€b", 3), utf8.offset("aä€b", -1), utf8.offset("aä€b", 5), utf8.offset("aä€b", 6), utf8.offset("aä€b", 0, 5), utf8.offset("", 1), utf8.offset("ab", -3))`, "4\t7\t8\tnil\t4\t1\tnil"},
		{`print(utf8.offset("aä€b", 2, 2), utf8.offset("aä€b", -1, 4), utf8.offset("aä€b", 1, 8))`, "4\t2\t8"},
		{`utf8.offset("ä", 1, 2)`, "error: initial position is a continuation byte"},
		{`utf8.offset("abc", 1, 5)`, "error: bad argument #3 to 'offset' (position out of range)"},
		{`print(utf8.upper("äé€ß\255x"), utf8.lower("ÄÉ\255X"), utf8.upper("straße"), utf8.lower("ΑΒΓ"))`, "ÄÉ€ß\xffX\täé\xffx\tSTRAßE\tαβγ"},
		{`print(utf8.valid("ä"), utf8.valid("\228"), utf8.valid(""), utf8.valid("\237\160\128"))`, "true\tfalse\ttrue\tfalse"},
		{`print(utf8.len("\239\191\189"), utf8.codepoint("\239\191\189"))`, "1\t65533"},
	}
	for _, tt := range tests {
		if got := runModule(t, "utf8", UTF8, "char codepoint codes len offset lower upper valid", tt.code); got != tt.want {
			t.Errorf("%s\nprinted %q\nwant    %q", tt.code, got, tt.want)
		}
	}
}

const bitFunctions = "tobit tohex bnot band bor bxor lshift rshift arshift rol ror bswap"

func TestBit(t *testing.T) {
	tests := []struct{ code, want string }{
		{`print(bit.tobit(0xffffffff), bit.tobit(2^32 + 1), bit.tobit(-1), bit.tobit(2^31), bit.tobit(2.5), bit.tobit(3.5), bit.tobit("12"))`, "-1\t1\t-1\t-2147483648\t2\t4\t12"},
		{`print(bit.tohex(1), bit.tohex(-1), bit.tohex(-1, 4), bit.tohex(-1, -8), bit.tohex(0x21, 4), bit.tohex(1, 0), bit.tohex(1, 100))`, "00000001\tffffffff\tffff\tFFFFFFFF\t0021\t\t00000001"},
		{`print(bit.bnot(0), bit.bnot(-1), bit.bnot(0xffffffff), bit.bnot(0x12345678))`, "-1\t0\t0\t-305419897"},
		{`print(bit.band(12, 10), bit.bor(12, 10), bit.bxor(12, 10), bit.band(7), bit.bor(1, 2, 4, 8), bit.bxor(0xa5a5f0f0, 0xaa55ff00))`, "8\t14\t6\t7\t15\t267390960"},
		{`print(bit.lshift(1, 0), bit.lshift(1, 8), bit.lshift(1, 40), bit.rshift(256, 8), bit.rshift(-256, 24), bit.arshift(256, 8), bit.arshift(-256, 8), bit.lshift(1, 31), bit.rshift(1, -1))`, "1\t256\t256\t1\t255\t1\t-1\t-2147483648\t0"},
		{`print(bit.tohex(bit.rol(0x12345678, 12)), bit.tohex(bit.ror(0x12345678, 12)), bit.tohex(bit.bswap(0x12345678)), bit.rol(1, -1))`, "45678123\t67812345\t78563412\t-2147483648"},
		{`bit.band()`, "error: bad argument #1 to 'band' (number expected, got no value)"},
		{`bit.bor(1, {})`, "error: bad argument #2 to 'bor' (number expected, got table)"},
		{`bit.lshift(1)`, "error: bad argument #2 to 'lshift' (number expected, got no value)"},
		{`print(bit.tobit(1 / 0), bit.tobit(-1 / 0), bit.tobit(0 / 0))`, "0\t0\t0"},
	}
	for _, tt := range tests {
		if got := runModule(t, "bit", Bit, bitFunctions, tt.code); got != tt.want {
			t.Errorf("%s\nprinted %q\nwant    %q", tt.code, got, tt.want)
		}
	}
}

// TestBitAsLuaJIT runs many operations on LuaJIT, where it is installed.
func TestBitAsLuaJIT(t *testing.T) {
	path, err := exec.LookPath("luajit")
	if err != nil {
		t.Skip("SKIPPED: luajit is not installed, so bit was compared with tables alone (apt-get install luajit)")
	}
	const code = `
		local values = { 0, 1, -1, 2, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff, -0x80000000, 0x12345678, 2^33 + 5, -2^40 - 7, 1.5, -1.5, 2.5, 1e15 }
		for _, a in ipairs(values) do
			print(bit.tobit(a), bit.bnot(a), bit.bswap(a), bit.tohex(a), bit.tohex(a, 3), bit.tohex(a, -5))
			for _, b in ipairs(values) do
				print(bit.band(a, b), bit.bor(a, b), bit.bxor(a, b), bit.lshift(a, b), bit.rshift(a, b), bit.arshift(a, b), bit.rol(a, b), bit.ror(a, b))
			end
		end`
	want, err := exec.CommandContext(t.Context(), path, "-e", code).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := runModule(t, "bit", Bit, bitFunctions, code) + "\n"; got != string(want) {
		t.Errorf("ours:\n%s\nLuaJIT:\n%s", got, want)
	}
}
