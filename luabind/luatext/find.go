package luatext

import (
	"regexp"
	"strings"
)

// Wanted is something that may stand on a line: a word or string, and what
// must stand before or behind it ("" for anything).
type Wanted struct{ Text, Before, Behind string }

// Sought lists what a message of Lua or of a binding is about, most likely
// first; call is the function that raised it, where the message doesn't tell.
func Sought(message, call string) []Wanted {
	var list []Wanted
	if m := regexp.MustCompile(`^attempt to (call|index|\w+)[a-z ]* (local|global|upvalue|field|method) '([^']*)'`).FindStringSubmatch(message); m != nil {
		w := Wanted{Text: m[3]}
		switch m[2] {
		case "field":
			w.Before = "."
		case "method":
			w.Before = ":"
		}
		switch m[1] {
		case "call":
			list = append(list, Wanted{w.Text, w.Before, "("})
		case "index":
			list = append(list, Wanted{w.Text, w.Before, "."})
		}
		if w.Text == "?" { // it is computed
			return append(list, Wanted{Text: "["})
		}
		return append(list, w, Wanted{Text: m[3]})
	}
	if m := regexp.MustCompile(`^env\.(\w+) is not set`).FindStringSubmatch(message); m != nil {
		return []Wanted{{Text: m[1]}}
	}
	if m := regexp.MustCompile(`^[\w.:]+: ([A-Z][\w-]*): `).FindStringSubmatch(message); m != nil {
		key := strings.ReplaceAll(strings.ToLower(m[1]), "-", "_")
		list = append(list, Wanted{Text: key, Behind: "="}, Wanted{Text: m[1]})
	}
	if m := regexp.MustCompile(`[/\\]([^/\\:"]+): `).FindStringSubmatch(message); m != nil {
		list = append(list, Wanted{Text: m[1]})
	}
	if strings.HasPrefix(message, "error object is a ") {
		return []Wanted{{Text: call}}
	}
	for _, m := range regexp.MustCompile(`"([^"]+)"|'([^']+)'`).FindAllStringSubmatch(message, 6) {
		list = append(list, Wanted{Text: m[1] + m[2]})
	}
	list = append(list, operators(message)...)
	for _, name := range []string{callOf(message), call} {
		if name = name[strings.LastIndexAny(name, ".:")+1:]; name != "" {
			list = append(list, Wanted{Text: name, Behind: "("}, Wanted{Text: name})
		}
	}
	return list
}

// operators are what messages without a name are about.
func operators(message string) []Wanted {
	signs := map[string][]string{
		"attempt to concatenate": {".."}, "attempt to compare": {"<", "<=", ">", ">="}, "attempt to get length": {"#"},
		"attempt to perform arithmetic": {"+", "-", "*", "/", "%", "^"},
	}
	for begin, list := range signs {
		if strings.HasPrefix(message, begin) {
			var wanted []Wanted
			for _, sign := range list {
				wanted = append(wanted, Wanted{Text: sign})
			}
			return wanted
		}
	}
	return nil
}

// callOf is the "smtp.connect" that a message of a binding begins with.
func callOf(message string) string {
	m := regexp.MustCompile(`^([a-z_]+[.:][a-z_.]+)(?:: | has no )`).FindStringSubmatch(message)
	if m == nil {
		return ""
	}
	return m[1]
}

// statementLines bounds how far a statement is followed.
const statementLines = 200

// Find looks for the first of the wanted that stands once in the statement
// that begins on the line: on the line itself, else in what its brackets hold.
func Find(source []byte, line int, wanted ...Wanted) Span {
	tokens := Tokens(source)
	first := 0
	for first < len(tokens) && tokens[first].Line < line {
		first++
	}
	onLine, statement := first, first
	for depth := 0; statement < len(tokens) && tokens[statement].Line < line+statementLines; statement++ {
		t := tokens[statement]
		if t.Line > line && depth <= 0 || t.Kind == EOF {
			break
		}
		if t.Line == line {
			onLine = statement + 1
		}
		switch {
		case t.Is("("), t.Is("{"), t.Is("["):
			depth++
		case t.Is(")"), t.Is("}"), t.Is("]"):
			depth--
		}
	}
	for _, w := range wanted {
		for _, end := range []int{onLine, statement} {
			if i, n := w.in(tokens, first, end); n == 1 {
				return spanOf(source, tokens[i])
			}
		}
	}
	return Span{}
}

// in counts where the wanted stands, and gives one of the places.
func (w Wanted) in(tokens []Token, first, end int) (at, n int) {
	for i := first; i < end; i++ {
		if tokens[i].Value() != w.Text {
			continue
		}
		if w.Before != "" && (i == 0 || tokens[i-1].Text != w.Before) {
			continue
		}
		if !w.followed(tokens, i) {
			continue
		}
		at = i
		n++
	}
	return at, n
}

// followed tells whether what is wanted stands behind: "(" for any kind of
// call, "." for any kind of index, "=" for itself.
func (w Wanted) followed(tokens []Token, i int) bool {
	if w.Behind == "" || i+1 >= len(tokens) {
		return w.Behind == ""
	}
	next := tokens[i+1]
	if w.Behind == "=" {
		return next.Is("=")
	}
	if w.Behind == "(" {
		return next.Is("(") || next.Is("{") || next.Kind == String
	}
	return next.Is(".") || next.Is("[") || next.Is(":")
}
