package luabind

import (
	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// utf8Module is `utf8`: the library of Lua 5.3, with the letters' case.
func utf8Module() Module {
	row := func(name, sig, doc, example string) Function {
		return Function{name, sig, doc, example, lua51.UTF8(name)}
	}
	return Module{
		Name: "utf8", Global: true,
		Doc: "Characters of UTF-8 text, as in Lua 5.3. The library `string` counts bytes and knows ASCII letters only; positions are in bytes here, too.",
		Functions: []Function{
			row("char", "(...: integer): string",
				"Gives the characters with these code points.",
				`print(utf8.char(0x20AC, 33)) --> €!`),
			row("codepoint", "(s: string, i?: integer, j?: integer): integer ...",
				"Gives the code points of the characters that begin between the bytes i (1) and j (i).",
				`print(utf8.codepoint("€!", 1, -1)) --> 8364	33`),
			row("codes", "(s: string): fun(): integer, integer",
				"Iterates over the characters: the byte where each begins, and its code point. Bytes that are no UTF-8 raise.",
				`for p, c in utf8.codes("ä!") do io.write(p, ":", c, " ") end --> 1:228 3:33`),
			row("len", "(s: string, i?: integer, j?: integer): integer?, integer?",
				"Counts the characters that begin between the bytes i (1) and j (-1), or gives nil and the byte where the text is no UTF-8.",
				`print(utf8.len("Grüße"), #"Grüße") --> 5	7`),
			row("lower", "(s: string): string",
				"Gives the text in small letters, of all scripts. Bytes that are no UTF-8 stay as they are.",
				`print(utf8.lower("ÄRGER")) --> ärger`),
			row("offset", "(s: string, n: integer, i?: integer): integer?",
				"Gives the byte where the n-th character from byte i on begins; n counts back from the end when it is negative, and 0 asks for the character that byte i lies in.",
				`print(("Grüße"):sub(1, utf8.offset("Grüße", 4) - 1)) --> Grü`),
			row("upper", "(s: string): string",
				"Gives the text in capitals, of all scripts. Bytes that are no UTF-8 stay as they are.",
				`print(utf8.upper("ärger")) --> ÄRGER`),
			row("valid", "(s: string): boolean",
				"Tells whether the text is UTF-8.",
				`print(utf8.valid("ä"), utf8.valid("\228")) --> true	false`),
		},
		Values: []Field{{"charpattern", "string", "The pattern that matches one character, for `string.gmatch` and the like."}},
		value: func(_ *lua.LState, key string) lua.LValue {
			if key == "charpattern" {
				return lua.LString(lua51.CharPattern)
			}
			return nil
		},
	}
}
