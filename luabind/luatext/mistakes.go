package luatext

import (
	"fmt"
	"strings"
)

// mistake is something that people often write, and what Lua has instead.
type mistake struct {
	// fits looks at the place where the parser stopped; message is what Lua
	// says of it.
	fits func(p *parser, message string) bool
	hint func(p *parser) string
}

// hint looks the place up in the list of frequent mistakes.
func (p *parser) hint(message string) string {
	for _, list := range [][]mistake{quotes(), borrowedSigns(), borrowedWords(), grammar()} {
		for _, m := range list {
			if m.fits(p, message) {
				return m.hint(p)
			}
		}
	}
	return ""
}

func says(text string) func(*parser) string { return func(*parser) string { return text } }

// near fits where the parser stopped at one of the texts.
func near(texts ...string) func(*parser, string) bool {
	return func(p *parser, _ string) bool { return p.writes(0, texts...) }
}

// nearPair fits where a and b touch, and the parser stopped at either.
func nearPair(a, b string) func(*parser, string) bool {
	return func(p *parser, _ string) bool {
		return p.writes(0, a) && p.writes(1, b) && p.touches(0) || p.writes(-1, a) && p.writes(0, b) && p.touches(-1)
	}
}

// writes tells whether the token n places on is one of the texts, be it a
// name, a keyword or a sign.
func (p *parser) writes(n int, texts ...string) bool {
	t := p.look(n)
	if t.Kind == String || t.Kind == EOF {
		return false
	}
	for _, text := range texts {
		if t.Text == text {
			return true
		}
	}
	return false
}

// touches tells whether no blank stands between the token n places on and the next.
func (p *parser) touches(n int) bool { return p.look(n).End == p.look(n+1).Start }

// wants fits where the message begins with the text.
func wants(text string) func(*parser, string) bool {
	return func(_ *parser, message string) bool { return strings.HasPrefix(message, text) }
}

// all fits where all of the conditions do.
func all(conditions ...func(*parser, string) bool) func(*parser, string) bool {
	return func(p *parser, message string) bool {
		for _, fits := range conditions {
			if !fits(p, message) {
				return false
			}
		}
		return true
	}
}

func either(conditions ...func(*parser, string) bool) func(*parser, string) bool {
	return func(p *parser, message string) bool {
		for _, fits := range conditions {
			if fits(p, message) {
				return true
			}
		}
		return false
	}
}

// behind fits where the token before is one of the texts.
func behind(texts ...string) func(*parser, string) bool {
	return func(p *parser, _ string) bool { return p.writes(-1, texts...) }
}

// behindKind and nearKind fit by the class of a token.
func behindKind(kinds ...Kind) func(*parser, string) bool { return kindAt(-1, kinds) }
func nearKind(kinds ...Kind) func(*parser, string) bool   { return kindAt(0, kinds) }

func kindAt(n int, kinds []Kind) func(*parser, string) bool {
	return func(p *parser, _ string) bool {
		for _, kind := range kinds {
			if p.look(n).Kind == kind {
				return true
			}
		}
		return false
	}
}

// quotes are mistakes with strings and characters that only look right.
func quotes() []mistake {
	return []mistake{
		{near("“", "”", "„", "‘", "’", "«", "»"), says(`this is a quotation mark of word processors; Lua knows the plain ones, " and '`)},
		{near("\u00a0", "\u2007", "\u202f", "\u200b", "\ufeff"), says("a blank that is none stands here, as copied from a web page; replace it by an ordinary blank")},
		{near("`"), says(`strings stand between " or ', those of several lines between [[ and ]]`)},
		{near("–", "—"), says("this is a long dash; minus is -, and a comment begins with --")},
		{wants("unfinished string"), func(p *parser) string {
			return fmt.Sprintf("the string that begins here has no closing %s on its line; text of several lines stands between [[ and ]]", p.token().Text[:1])
		}},
		{wants("unfinished long comment"), says("the comment that begins here is never closed; ]] closes --[[")},
		{wants("unfinished long string"), func(p *parser) string {
			opening := p.token().Text
			opening = opening[:strings.IndexByte(opening[1:], '[')+2]
			return fmt.Sprintf("the text that begins here is never closed; %s closes %s", strings.ReplaceAll(opening, "[", "]"), opening)
		}},
		{wants("malformed number"), malformedNumber},
		{func(p *parser, _ string) bool {
			return p.look(-1).Kind == String && p.touches(-1) && p.look(0).Kind == Name
		}, func(p *parser) string {
			return fmt.Sprintf(`the %s before %s ends the string; within a string write \%s`, p.look(-1).Text[:1], p.token().Text, p.look(-1).Text[:1])
		}},
	}
}

func malformedNumber(p *parser) string {
	text := p.token().Text
	if strings.HasPrefix(text, "0x") || strings.HasPrefix(text, "0X") {
		return "a number that begins with 0x goes on with 0-9 and a-f"
	}
	if e := strings.TrimLeft(text, "0123456789."); strings.EqualFold(e, "e") {
		return "digits are missing behind the e of this number"
	}
	if strings.Count(text, ".") > 1 {
		return fmt.Sprintf(`an address or version is text: write "%s" with quotes`, text)
	}
	if unit := strings.TrimLeft(text, "0123456789."); len(unit) <= 3 {
		return fmt.Sprintf(`a duration or a size with its unit is text: write "%s" with quotes`, text)
	}
	return fmt.Sprintf(`write "%s" with quotes if it is text; a name cannot begin with a digit`, text)
}

// borrowedSigns are operators of other languages.
func borrowedSigns() []mistake {
	return []mistake{
		{nearPair("!", "="), says("'is not equal' is written ~= in Lua")},
		{nearPair("<", ">"), says("'is not equal' is written ~= in Lua")},
		{either(nearPair("==", "="), all(near("=", "=="), behind("=", "=="), wants("unexpected symbol"))), func(p *parser) string {
			if p.writes(-1, "==") {
				return "'is equal' is written == in Lua"
			}
			return "one of the two = is too much; 'is equal' is written == without a blank"
		}},
		{near("!"), says("'not' is written not: if not found then")},
		{nearPair("&", "&"), says("'and' is written and: if a and b then")},
		{nearPair("|", "|"), says("'or' is written or: if a or b then")},
		{nearPair("+", "+"), func(p *parser) string { return p.instead("Lua has no ++", "+ 1") }},
		{func(p *parser, _ string) bool { return p.commented() }, func(p *parser) string { return p.instead("-- begins a comment", "- 1") }},
		{func(p *parser, _ string) bool {
			return p.writes(0, "+", "-", "*", "/", "%", "..") && p.writes(1, "=") && p.touches(0)
		}, func(p *parser) string {
			op := p.token().Text
			return p.instead("Lua has no "+op+"=", op+" …")
		}},
		{nearPair("=", ">"), says("a function without a name is written function(x) … end")},
		{nearPair("-", ">"), says("a method is called with a colon: conn:quit()")},
		{nearPair("*", "*"), says("a power is written x ^ 2")},
		{nearPair("/", "/"), says("a comment begins with --; whole division is math.floor(a / b)")},
		{nearPair("/", "*"), says("a comment of several lines stands between --[[ and ]]")},
		{near("#"), says("a comment begins with --; # gives the length of what follows: #list")},
		{near("?"), says("Lua has no ?: ; write condition and a or b")},
		{near("{", "}"), (*parser).brace},
		{near("&", "|", "~"), says("bits are combined by functions: bit.band(a, b), bit.bor(a, b), bit.bxor(a, b)")},
		{near("\\", "$", "@"), func(p *parser) string { return p.token().Text + " has no meaning outside of strings" }},
	}
}

// instead shows an assignment in Lua's spelling, with the variable's name
// where that is plain.
func (p *parser) instead(why, rest string) string {
	name := "x"
	for n := -1; n >= -2; n-- {
		if t := p.look(n); t.Kind == Name && p.look(n-1).Line != t.Line {
			name = t.Text
		}
	}
	return fmt.Sprintf("%s; write %s = %s %s", why, name, name, rest)
}

// commented tells whether a comment begins where i-- was meant.
func (p *parser) commented() bool {
	t := p.look(-1)
	return t.Kind == Name && t.End+2 <= len(p.source) && string(p.source[t.End:t.End+2]) == "--"
}

// brace is for those who come from languages with blocks between braces.
func (p *parser) brace() string {
	if p.writes(0, "}") {
		if len(p.blocks) > 0 {
			return "a block ends with the word end, not with }"
		}
		return "this } closes nothing; blocks end with the word end"
	}
	return "blocks have no braces: if … then … end, for … do … end, function() … end"
}
