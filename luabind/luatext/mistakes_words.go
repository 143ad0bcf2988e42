package luatext

import (
	"fmt"
	"strings"
)

// borrowedWords are words of other languages, or Lua's own in the wrong place.
func borrowedWords() []mistake {
	instead := map[string]string{
		"var": "a variable of one's own is declared by local: local x = 1", "let": "a variable of one's own is declared by local: local x = 1",
		"const": "a variable of one's own is declared by local: local x = 1", "int": "a variable of one's own is declared by local: local x = 1",
		"elif": "'else if' in one word is elseif in Lua", "elsif": "'else if' in one word is elseif in Lua",
		"def": "a function is written function name(a, b) … end", "func": "a function is written function name(a, b) … end",
		"fn": "a function is written function name(a, b) … end", "sub": "a function is written function name(a, b) … end",
		"import": `a module is got by require: local csv = require "csv"`, "from": `a module is got by require: local csv = require "csv"`,
		"include": `a module is got by require: local csv = require "csv"`,
		"try":     "Lua has no try; write local ok, err = pcall(function() … end)", "throw": "an error is raised by error(\"text\")", "raise": "an error is raised by error(\"text\")",
		"switch":  "Lua has no switch; write if … elseif … else … end, or a table of functions",
		"foreach": "write for key, value in pairs(t) do … end", "unless": "write if not … then",
		"continue": "Lua has no continue; write goto continue, and ::continue:: before the loop's end",
		"class":    "Lua has no classes; a table of functions does their work", "del": "a value is removed by assigning nil: t.key = nil",
		"new": "Lua has no new; call the function itself",
	}
	word := func(p *parser) string {
		for n := -1; n >= -2; n-- {
			if t := p.look(n); t.Kind == Name && p.begins(n) {
				return instead[t.Text]
			}
		}
		return ""
	}
	return []mistake{
		{func(p *parser, _ string) bool { return word(p) != "" }, word},
		{all(near("if"), behind("else")), says("'else if' in one word is elseif in Lua")},
		{func(p *parser, message string) bool {
			return p.look(0).Kind == Keyword && (strings.HasPrefix(message, "'<name>' expected") || p.writes(1, "=") && strings.HasPrefix(message, "unexpected symbol"))
		}, reservedWord},
	}
}

// begins tells whether a statement begins with the token n places on.
func (p *parser) begins(n int) bool {
	before := p.look(n - 1)
	return before.Line != p.look(n).Line || p.writes(n-1, "then", "do", "else", "end", ";")
}

// reservedWord is for a word of Lua's own in the place of a name or key.
func reservedWord(p *parser) string {
	word := p.token().Text
	switch {
	case p.writes(-1, "."):
		return fmt.Sprintf(`%s is a word of Lua's own; as a key it is written ["%s"] without the dot`, word, word)
	case p.writes(1, "="):
		return fmt.Sprintf(`%s is a word of Lua's own; as a key it is written ["%s"] = …, as a variable it needs another name`, word, word)
	}
	return word + " is a word of Lua's own and cannot be a name"
}

// grammar are parts that are missing or too many.
func grammar() []mistake {
	return []mistake{
		{all(wants("'then' expected"), near("=")), says("to compare, write ==; a single = assigns")},
		{all(either(wants("'do' expected"), wants("')' expected")), near("=")), says("to compare, write ==; in a list of arguments there is no =")},
		{all(either(wants("'then' expected"), wants("'do' expected")), behind("}")), (*parser).brace},
		{all(wants("'<name>' expected"), behind(":"), inTable), says("a key and its value are written key = value")},
		{either(all(wants("'<name>' expected"), behind(":")), all(wants("function arguments"), colonAtLineEnd)), says("no colon: if … then … end, while … do … end")},
		{all(wants("'then' expected"), near(":")), says("no colon: if … then … end")},
		{wants("'then' expected"), says("the condition of if or elseif ends with the word then")},
		{wants("'do' expected"), says("the head of for or while ends with the word do")},
		{all(wants("'<name>' expected"), behind("for")), says("a loop is written for i = 1, 10 do … end or for key, value in pairs(t) do … end")},
		{all(wants("'=' or 'in' expected"), behindKind(Name)), says("a loop is written for i = 1, 10 do … end or for key, value in pairs(t) do … end")},
		{all(wants("'end' expected"), nearKind(EOF)), missingEnd},
		{all(wants("'until' expected"), nearKind(EOF)), says("repeat … ends with until and a condition")},
		{func(p *parser, message string) bool {
			return p.returned >= 0 && !strings.HasPrefix(message, "unfinished") && expectsEnd(message)
		}, func(p *parser) string {
			return fmt.Sprintf("return ends its block: nothing may follow the one in line %d before end, else or the end of the file", p.tokens[p.returned].Line)
		}},
		{all(wants("'<eof>' expected"), near("end")), surplusEnd},
		{all(wants("'<eof>' expected"), near("else", "elseif", "until")), surplusEnd},
		{all(wants("'end' expected"), near("elseif", "else")), says("an if has one else, and it comes last")},
		{all(wants("'}' expected"), near("="), behindKind(String)), func(p *parser) string {
			return fmt.Sprintf(`a key that is text is written [%s] = …`, shorten(p.shown(-1)))
		}},
		{all(wants("'}' expected"), near(":")), says("a key and its value are written key = value")},
		{all(wants("'}' expected"), near("="), behindKind(Name)), says(`a key that is no plain word is written ["such-a.key"] = …`)},
		{all(wants("'}' expected"), nearKind(EOF)), unclosed("{", "}")},
		{all(wants("'}' expected"), nearKind(Name, String, Number, Keyword, Symbol)), missingComma},
		{all(wants("')' expected"), nearKind(EOF)), unclosed("(", ")")},
		{all(wants("')' expected"), nearKind(Name, String, Number)), missingArgumentComma},
		{wants("']' expected"), unclosed("[", "]")},
		{wants("')' expected"), unclosed("(", ")")},
		{wants("function arguments expected"), says("a method is called with brackets: conn:quit()")},
		{wants("ambiguous syntax"), says("this bracket would call what the line before gives; put ; before it if it begins something new")},
		{all(wants("unexpected symbol"), near(".", ":"), behindLocal), says("local declares plain names; a field is set without local: t.name = 1")},
		{all(wants("'=' expected"), near("."), behindLocal), says("local declares plain names; a field is set without local: t.name = 1")},
		{all(wants("'(' expected"), near(".", ":"), behindColonName), says("the colon comes last in a function's name: function a.b:c()")},
		{all(wants("'(' expected"), near(".", ":")), says("local function takes a plain name; write function t.name() without local")},
		{all(wants("'(' expected"), behind("function")), says("a function is written function(a, b) … end")},
		{all(wants("'=' expected"), behindKind(Name), nearKind(Name, String, Number)), func(p *parser) string {
			return fmt.Sprintf("a call needs brackets: %s(%s)", p.look(-1).Text, shorten(p.shown(0)))
		}},
		{all(wants("'=' expected"), behindKind(Name)), func(p *parser) string {
			return fmt.Sprintf("a value alone is no statement; is it a call? %s()", p.path())
		}},
		{all(wants("unexpected symbol"), nearKind(String, Number)), says("a value alone is no statement: assign it, or hand it to a function")},
		{wants("syntax error"), says("what a call gives cannot be assigned to; to compare, write ==")},
		{func(p *parser, _ string) bool { return p.look(0).Kind == Symbol && p.look(0).Text[0] >= 0x80 }, says("names consist of the letters a to z and A to Z, digits and _; other characters stand in strings")},
		{wants("cannot use '...'"), says("... stands for the arguments of a function that was written function(...)")},
	}
}

func behindLocal(p *parser, _ string) bool {
	return p.look(-1).Kind == Name && p.writes(-2, "local")
}

func behindColonName(p *parser, _ string) bool { return p.writes(-2, ":") }

func inTable(p *parser, _ string) bool { return p.writes(-3, "{", ",", ";") }

func colonAtLineEnd(p *parser, _ string) bool {
	return p.writes(-2, ":") && p.look(-1).Line > p.look(-2).Line
}

// path is the name before the current token with what it is a field of.
func (p *parser) path() string {
	n := -1
	for p.writes(n-1, ".") && p.look(n-2).Kind == Name {
		n -= 2
	}
	return string(p.source[p.look(n).Start:p.look(-1).End])
}

func expectsEnd(message string) bool {
	for _, begin := range []string{"'<eof>' expected", "'end' expected", "'until' expected"} {
		if strings.HasPrefix(message, begin) {
			return true
		}
	}
	return false
}

// missingEnd names the block that probably lacks its end: the one whose end
// stands elsewhere than its beginning, else the one that is open.
func missingEnd(p *parser) string {
	if p.odd != nil {
		return fmt.Sprintf("the %s in line %d probably lacks its end: the end in line %d stands further %s than it",
			p.odd.opener.Text, p.odd.opener.Line, p.odd.end.Line, p.side(p.odd.end, p.odd.opener))
	}
	if len(p.blocks) == 0 {
		return ""
	}
	opener := p.blocks[len(p.blocks)-1].opener
	for i, t := range p.tokens[:p.at] {
		if t.Start > opener.Start && t.Is("else") && p.tokens[i+1].Is("if") && p.tokens[i+1].Line == t.Line {
			return fmt.Sprintf("'else if' in line %d opens an if of its own that needs an end; one word, elseif, does not", t.Line)
		}
	}
	return fmt.Sprintf("the %s in line %d has no end", opener.Text, opener.Line)
}

func (p *parser) side(a, b Token) string {
	if p.indent(a) < p.indent(b) {
		return "left"
	}
	return "right"
}

func surplusEnd(p *parser) string {
	if p.odd != nil {
		return fmt.Sprintf("there is one end more than there are blocks; the %s of line %d was closed already by the end in line %d",
			p.odd.opener.Text, p.odd.opener.Line, p.odd.end.Line)
	}
	return fmt.Sprintf("no block is open here: this %s, or an end before it, is one too many", p.token().Text)
}

func unclosed(opening, closing string) func(*parser) string {
	return func(p *parser) string {
		if t, ok := p.opener(opening, closing); ok {
			return fmt.Sprintf("the %s in line %d is still open here; its %s is missing", opening, t.Line, closing)
		}
		return fmt.Sprintf("every %s needs its %s", opening, closing)
	}
}

// opener is the bracket that is open at the current token.
func (p *parser) opener(opening, closing string) (Token, bool) {
	depth := 0
	for i := p.at - 1; i >= 0; i-- {
		switch t := p.tokens[i]; {
		case t.Is(closing):
			depth++
		case t.Is(opening) && depth == 0:
			return t, true
		case t.Is(opening):
			depth--
		}
	}
	return Token{}, false
}

func missingComma(p *parser) string {
	if opener, ok := p.opener("{", "}"); ok && p.look(-1).Line < p.token().Line && p.indent(p.token()) <= p.indent(opener) {
		return unclosed("{", "}")(p) // the statement that follows
	}
	return fmt.Sprintf("a comma is missing between %s and %s", shorten(p.shown(-1)), shorten(p.shown(0)))
}

func missingArgumentComma(p *parser) string {
	if p.look(-1).Line == p.token().Line {
		return missingComma(p)
	}
	return unclosed("(", ")")(p)
}

// shorten keeps the end of a text that is long or has several lines out of a hint.
func shorten(text string) string {
	if end := strings.IndexAny(text, "\r\n"); end >= 0 {
		text = text[:end] + "…"
	}
	if r := []rune(text); len(r) > 30 {
		return string(r[:29]) + "…"
	}
	return text
}
