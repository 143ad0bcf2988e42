package luabind

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of what is shown of one value.
const (
	showWidth   = 80
	showDepth   = 4
	showEntries = 50
	showNodes   = 1000
	showString  = 2000 // octets of a string alone
	showShort   = 200  // octets of a string in a table
	showFill    = 24   // columns of list elements that share a line
)

// shower writes one value as a person reads it: tables with sorted keys,
// strings quoted, objects with their fields.
type shower struct {
	s     *Session
	L     *lua.LState
	width int
	left  int // values that may still be shown
	open  []*lua.LTable
}

func newShower(s *Session, L *lua.LState) *shower {
	w := &shower{s: s, L: L, width: s.Width, left: showNodes}
	if w.width <= 0 {
		w.width = showWidth
	}
	return w
}

// text shows a value that stands alone.
func (w *shower) text(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return showQuoted(string(v), showString)
	case *lua.LTable:
		if name := w.s.moduleName(v); w.s.table.modules[name].Name != "" {
			text, _, _ := Doc(name)
			return strings.TrimSuffix(text, "\n")
		}
	case *lua.LUserData:
		return w.object(v)
	}
	return w.value(v, 0)
}

// value shows a value that begins at column indent.
func (w *shower) value(v lua.LValue, indent int) string {
	if w.left--; w.left < 0 {
		return "…"
	}
	switch v := v.(type) {
	case lua.LString:
		return showQuoted(string(v), showShort)
	case *lua.LTable:
		return w.table(v, indent)
	case *lua.LFunction:
		return w.s.functionText(v)
	case *lua.LUserData:
		return w.inner(v)
	case *lua.LState:
		return "thread"
	}
	return lua51.Plain(v)
}

func (w *shower) table(t *lua.LTable, indent int) string {
	switch {
	case w.L.GetMetaField(t, "__tostring") != lua.LNil:
		return w.L.ToStringMeta(t).String()
	case slices.Contains(w.open, t):
		return "<this table again>"
	case len(w.open) > 0 && w.s.moduleName(t) != "":
		return "<" + w.s.moduleName(t) + ">"
	}
	if first, _ := t.Next(lua.LNil); len(w.open) >= showDepth && first != lua.LNil {
		return "{…}"
	}
	w.open = append(w.open, t)
	defer func() { w.open = w.open[:len(w.open)-1] }()
	list, n := w.elements(t, indent+2)
	named := w.named(t, n, indent+2, showEntries-len(list))
	if len(named) == 0 && fills(list) {
		return w.filled(list, indent)
	}
	return w.braces(append(list, named...), indent)
}

// elements shows t[1], t[2] and so on, and tells how many there are.
func (w *shower) elements(t *lua.LTable, indent int) (list []string, n int) {
	for n < t.Len() && t.RawGetInt(n+1) != lua.LNil {
		n++
	}
	for i := 1; i <= min(n, showEntries); i++ {
		list = append(list, w.value(t.RawGetInt(i), indent))
	}
	if n > showEntries {
		list = append(list, fmt.Sprintf("… %d more", n-showEntries))
	}
	return list, n
}

// named shows what is not an element, in the order of the keys.
func (w *shower) named(t *lua.LTable, n, indent, room int) []string {
	var keys []lua.LValue
	t.ForEach(func(key, _ lua.LValue) {
		if i, ok := key.(lua.LNumber); !ok || i < 1 || i > lua.LNumber(n) || i != lua.LNumber(int(i)) {
			keys = append(keys, key)
		}
	})
	slices.SortFunc(keys, compareKeys)
	var list []string
	for i, key := range keys {
		if i >= room {
			return append(list, fmt.Sprintf("… %d more", len(keys)-i))
		}
		name := w.key(key)
		list = append(list, name+" = "+w.value(t.RawGet(key), indent+utf8.RuneCountInString(name)+3))
	}
	return list
}

// key shows a key as a table constructor has it.
func (w *shower) key(key lua.LValue) string {
	if s, ok := key.(lua.LString); ok {
		if isName(string(s)) {
			return string(s)
		}
		return "[" + showQuoted(string(s), showShort) + "]"
	}
	return "[" + w.value(key, 0) + "]"
}

// compareKeys orders numbers before strings before all others.
func compareKeys(a, b lua.LValue) int {
	x, xIsNumber := a.(lua.LNumber)
	y, yIsNumber := b.(lua.LNumber)
	switch {
	case xIsNumber && yIsNumber && x < y:
		return -1
	case xIsNumber && yIsNumber:
		return 1
	case a.Type() != b.Type():
		return keyRank(a) - keyRank(b)
	}
	return strings.Compare(a.String(), b.String())
}

func keyRank(v lua.LValue) int {
	switch v.Type() {
	case lua.LTNumber:
		return 0
	case lua.LTString:
		return 1
	}
	return 2 + int(v.Type())
}

// braces writes entries on one line where they fit, else on one line each.
func (w *shower) braces(entries []string, indent int) string {
	if len(entries) == 0 {
		return "{}"
	}
	line := "{ " + strings.Join(entries, ", ") + " }"
	if !strings.Contains(line, "\n") && indent+utf8.RuneCountInString(line) <= w.width {
		return line
	}
	// Entries know the column where they would stand on one line; here they
	// stand at the margin.
	pad := strings.Repeat(" ", w.margin())
	return "{\n" + pad + "  " + strings.Join(entries, ",\n"+pad+"  ") + ",\n" + pad + "}"
}

// margin is the indentation of the table that is being written.
func (w *shower) margin() int { return 2 * max(0, len(w.open)-1) }

func fills(list []string) bool {
	for _, e := range list {
		if utf8.RuneCountInString(e) > showFill {
			return false
		}
	}
	return len(list) > 0
}

// filled writes short list elements on as few lines as hold them.
func (w *shower) filled(list []string, indent int) string {
	flat := "{ " + strings.Join(list, ", ") + " }"
	if !strings.Contains(flat, "\n") && indent+utf8.RuneCountInString(flat) <= w.width {
		return flat
	}
	pad := strings.Repeat(" ", w.margin())
	text, column := "{\n"+pad+" ", len(pad)+1
	for _, e := range list {
		size := utf8.RuneCountInString(e) + 2
		if column+size > w.width {
			text, column = text+"\n"+pad+" ", len(pad)+1
		}
		text, column = text+" "+e+",", column+size
	}
	return text + "\n" + pad + "}"
}

// isName tells the strings that can stand for themselves as keys.
func isName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && !slices.Contains(luaKeywords, s)
}

var luaKeywords = []string{
	"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in",
	"local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
}

// showQuoted writes a string as Lua would read it, as far as limit octets.
func showQuoted(s string, limit int) string {
	rest := ""
	if len(s) > limit {
		cut := limit
		for cut > limit-utf8.UTFMax && !utf8.RuneStart(s[cut]) {
			cut--
		}
		rest = fmt.Sprintf("… (%d octets)", len(s))
		s = s[:cut]
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		b.WriteString(showRune(r, s[i:i+size]))
		i += size
	}
	b.WriteByte('"')
	return b.String() + rest
}

func showRune(r rune, octets string) string {
	switch r {
	case '"', '\\':
		return `\` + string(r)
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	if r >= ' ' && r != 0x7f && (r < 0x80 || r > 0x9f) && r != utf8.RuneError {
		return octets
	}
	text := ""
	for i := range len(octets) {
		text += fmt.Sprintf(`\%03d`, octets[i])
	}
	return text
}
