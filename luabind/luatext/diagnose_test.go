package luatext

import (
	"fmt"
	"strings"
	"testing"
)

// TestDiagnose compares the messages with those of PUC's luac 5.1, which has
// them without the column, and looks at the hints' beginnings.
func TestDiagnose(t *testing.T) {
	tests := []struct{ source, want, hint string }{
		{"if x then", "1:10: 'end' expected near '<eof>'", "the if in line 1 has no end"},
		{"x = = 1", "1:5: unexpected symbol near '='", "one of the two ="},
		{"print x", "1:7: '=' expected near 'x'", "a call needs brackets: print(x)"},
		{"local function", "1:15: '<name>' expected near '<eof>'", ""},
		{"x = \"abc", "1:5: unfinished string near '<eof>'", `the string that begins here has no closing "`},
		{"x = \"a\nb\"", "1:5: unfinished string near '\"a'", "the string that begins"},
		{"x = [[abc", "1:5: unfinished long string near '<eof>'", "the text that begins here"},
		{"x = 1 --[==[ abc", "1:7: unfinished long comment near '<eof>'", "the comment that begins here"},
		{"x = 3x", "1:5: malformed number near '3x'", `a duration or a size with its unit is text: write "3x"`},
		{"x = 10.0.0.1", "1:5: malformed number near '10.0.0.1'", "an address or version is text"},
		{"if x = 1 then end", "1:6: 'then' expected near '='", "to compare, write =="},
		{"a != b", "1:3: '=' expected near '!'", "'is not equal'"},
		{"while a <> b do end", "1:10: unexpected symbol near '>'", "'is not equal'"},
		{"x++", "1:2: '=' expected near '+'", "Lua has no ++; write x = x + 1"},
		{"i--", "1:2: '=' expected near '<eof>'", "-- begins a comment; write i = i - 1"},
		{"for i=1,10 print(i) end", "1:12: 'do' expected near 'print'", "the head of for"},
		{"for i in", "1:9: unexpected symbol near '<eof>'", ""},
		{"f(", "1:3: unexpected symbol near '<eof>'", ""},
		{"x = {1,2", "1:9: '}' expected near '<eof>'", "the { in line 1"},
		{"x = {1 2}", "1:8: '}' expected near '2'", "a comma is missing between 1 and 2"},
		{"x = { \"a\" = 1 }", "1:11: '}' expected near '='", `a key that is text is written ["a"]`},
		{"x = { a: 1 }", "1:10: '<name>' expected near '1'", "a key and its value are written key = value"},
		{"end", "1:1: '<eof>' expected near 'end'", "no block is open here"},
		{"return 1 x=2", "1:10: '<eof>' expected near 'x'", "return ends its block"},
		{"f()\n(x)", "2:1: ambiguous syntax (function call x new statement) near '('", "this bracket would call"},
		{"x", "1:2: '=' expected near '<eof>'", "a value alone is no statement"},
		{"x.y.z", "1:6: '=' expected near '<eof>'", "a value alone is no statement; is it a call? x.y.z()"},
		{"local function f() return ... end", "1:27: cannot use '...' outside a vararg function near '...'", "... stands for"},
		{"@", "1:1: unexpected symbol near '@'", "@ has no meaning"},
		{"function a.b:c.d() end", "1:15: '(' expected near '.'", "the colon comes last"},
		{"x = {\n 1,\n 2\nprint(x)", "4:1: '}' expected (to close '{' at line 1) near 'print'", "the { in line 1 is still open here"},
		{"function f(a b) end", "1:14: ')' expected near 'b'", "a comma is missing"},
		{"a.b:c = 1", "1:7: function arguments expected near '='", "a method is called with brackets"},
		{"while true", "1:11: 'do' expected near '<eof>'", "the head of for"},
		{"repeat x=1", "1:11: 'until' expected near '<eof>'", "repeat … ends with until"},
		{"local a.b = 1", "1:8: unexpected symbol near '.'", "local declares plain names"},
		{"f() = 1", "1:5: syntax error near '='", "what a call gives"},
		{"x = function", "1:13: '(' expected near '<eof>'", "a function is written"},
		{"x=\x01", "1:3: unexpected symbol near 'char(1)'", ""},
		{"-- ü\nx = 'ü' y", "2:10: '=' expected near '<eof>'", "a value alone"},
		{"\xef\xbb\xbfx = = 1", "1:5: unexpected symbol near '='", "one of the two"},
		{"#!/usr/bin/moonpost\r\nx = = 1", "2:5: unexpected symbol near '='", "one of the two"},
		{"\tx = = 1", "1:6: unexpected symbol near '='", "one of the two"},
		{"if a {\n}", "2:2: 'then' expected near '<eof>'", "blocks have no braces"},
		{"elif x then", "1:6: '=' expected near 'x'", "'else if' in one word"},
		{"var x = 1", "1:5: '=' expected near 'x'", "a variable of one's own"},
		{"t.end = 1", "1:3: '<name>' expected near 'end'", "end is a word of Lua's own"},
		{"x = { password = \"hunter2\" b = 1 }", "1:28: '}' expected near 'b'", `a comma is missing between "****" and b`},
		{"x = { password = \"hunter2", "1:18: unfinished string near '<eof>'", "the string that begins"},
		{"password = \"hunter2\nx = 1", "1:12: unfinished string near '\"****\"'", "the string that begins"},
	}
	for _, tt := range tests {
		f := Diagnose([]byte(tt.source))
		if f == nil {
			t.Errorf("%q: no fault", tt.source)
			continue
		}
		if got := fmt.Sprintf("%d:%d: %s", f.Line, f.Column, f.Message); got != tt.want {
			t.Errorf("%q\ngot  %s\nwant %s", tt.source, got, tt.want)
		}
		if !strings.HasPrefix(f.Hint, tt.hint) || tt.hint == "" && f.Hint != "" {
			t.Errorf("%q: hint %q, want %q", tt.source, f.Hint, tt.hint)
		}
	}
}

// TestDiagnoseAccepts finds nothing in what is Lua.
func TestDiagnoseAccepts(t *testing.T) {
	for _, source := range []string{
		"", "#!x", "return", "return 1, 2;", "local a, b = 1", "a.b[1]:c{ 1; 2, x = 3, [4] = 5 }\"x\"[\"y\"] = 1", "f'x'", "goto x ::x::",
		"for i = 1, 2, 3 do break end for k, v in f() do end", "repeat local x until not -#x ^ 2 .. 'y'", "function a.b.c:d(...) return ... end",
		"local function f(a, b, ...) end", "x = function(...) end", "--[==[ ]] ]==] x = 0x1F + 1e-3 + .5", "if a then elseif b then else end ;",
	} {
		if f := Diagnose([]byte(source)); f != nil {
			t.Errorf("%q: %s", source, f.Message)
		}
	}
}

// FuzzDiagnose looks for texts that the parser cannot bear.
func FuzzDiagnose(f *testing.F) {
	for _, source := range []string{"if x then", "x = { [[", "f(((", "\xef\xbb\xbf#", "a.b:c'", "x = \"\\\r\n"} {
		f.Add(source, 1)
	}
	f.Fuzz(func(t *testing.T, source string, column int) {
		if len(source) > 1<<12 {
			return
		}
		fault := Diagnose([]byte(source))
		for n := 1; n < 4; n++ {
			line, _ := Line([]byte(source), n)
			masked, s := Mask(line, Span{Line: n, Column: column % 100, EndColumn: column%100 + 3})
			if text, carets := Excerpt(masked, s); strings.ContainsAny(text+carets, "\r\n\x1b") {
				t.Errorf("%q: %q %q", source, text, carets)
			}
		}
		if fault != nil && (fault.Line < 1 || fault.Column < 1 || fault.EndColumn <= fault.Column) {
			t.Errorf("%q: %+v", source, fault)
		}
		Find([]byte(source), 1, Sought(source, "error")...)
	})
}
