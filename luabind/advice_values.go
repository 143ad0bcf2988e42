package luabind

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/luabind/luatext"
)

// noNumber is for arithmetic on what is no number.
func (t *trouble) noNumber() string {
	switch {
	case t.match[1] == "string" && t.onLine("+"):
		return `texts are joined by .. and not by +: "a" .. "b"`
	case t.match[1] == "string" && t.onLine("%"):
		return `a text is filled in by string.format("%d of %s", n, name)`
	case t.match[1] == "string":
		return "this text is no number; tonumber(text) gives the number, or nil where it is none"
	case t.match[1] == "nil":
		return "one of the values is nil; write (n or 0) where it may be missing"
	}
	return ""
}

// noText is for joining what is no text.
func (t *trouble) noText() string {
	name := t.match[1]
	if name != "" && name != "?" {
		name = t.written(name)
	}
	if name == "" || name == "?" {
		name = "value"
	}
	switch t.match[2] {
	case "nil":
		return fmt.Sprintf(`it is nil: is its name right? Where it may be missing, write (%s or "")`, name)
	case "table":
		return fmt.Sprintf(`the texts of a list are joined by table.concat(%s, ", ")`, name)
	case "function":
		return fmt.Sprintf("a function is called with brackets: %s()", name)
	}
	return fmt.Sprintf("write tostring(%s)", name)
}

// notComparable is for < and > between what has no order.
func (t *trouble) notComparable() string {
	kinds := t.match[2] + " " + t.match[3]
	switch {
	case strings.Contains(kinds, "string") && strings.Contains(kinds, "number"):
		return "a text and a number are not comparable; tonumber(text) makes a number of it"
	case strings.Contains(kinds, "nil") || t.match[1] == "nil":
		return "one of the two sides is nil: is its name right, was it set?"
	case t.match[1] == "table":
		return "tables have no order; compare one of their fields"
	}
	return ""
}

// nothing is for a variable or field that is nil.
func (t *trouble) nothing() string {
	name := t.match[1]
	if name == "self" {
		return "self is nil: a function that is written with a colon is called with a colon, obj:name()"
	}
	hint := name + " is nil here: is its name right, and was it set?"
	if whole := t.written(name); whole != "" {
		hint += fmt.Sprintf(" Where it may be missing, write if %s then … end", whole)
	}
	return hint
}

// written is how the line writes a variable or a field, with the tables that
// it is in; "" where they are computed.
func (t *trouble) written(name string) string {
	tokens := t.tokens()
	at := slices.IndexFunc(tokens, func(token luatext.Token) bool { return token.Text == name && t.marked(token) })
	if at < 0 {
		if strings.Contains(t.spot.Source, "."+name) {
			return ""
		}
		return name
	}
	whole := name
	for ; at >= 2 && tokens[at-1].Is("."); at -= 2 {
		if tokens[at-2].Kind != luatext.Name {
			return ""
		}
		whole = tokens[at-2].Text + "." + whole
	}
	return whole
}

// noFields is for a field of what is no table.
func (t *trouble) noFields() string {
	return fmt.Sprintf("a %s has no fields; print the value to see what it is", t.match[1])
}

// nothingGiven is for io.open("name"):read(), where the call gave nil.
func (t *trouble) nothingGiven() string {
	tokens := t.tokens()
	for i := 1; i < len(tokens); i++ {
		switch {
		case !tokens[i-1].Is(")") || !tokens[i].Is(":") && !tokens[i].Is(".") && !tokens[i].Is("["):
		case t.before("open", ".") == "io":
			return "io.open gives nil where a file cannot be opened; assert(io.open(…)) raises the reason"
		default:
			return "what the call in brackets gives is nil; put it into a local and look at that first"
		}
	}
	return ""
}

// before is the word that stands before name and the sign between.
func (t *trouble) before(name, sign string) string {
	tokens := t.tokens()
	for i := 2; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i-1].Is(sign) && tokens[i-2].Kind == luatext.Name {
			return tokens[i-2].Text
		}
	}
	return ""
}

// insideString tells that the word would be part of a string, did a quotation
// mark not end it: "say "hi" again".
func (t *trouble) insideString(name string) string {
	tokens := t.tokens()
	for i := 1; i < len(tokens); i++ {
		if tokens[i].Text == name && tokens[i-1].Kind == luatext.String && tokens[i-1].End == tokens[i].Start {
			quote := tokens[i-1].Text[:1]
			return fmt.Sprintf(`the %s before %s ends the string; within a string write \%s`, quote, name, quote)
		}
	}
	return ""
}
