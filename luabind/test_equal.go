package luabind

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"moonpost/data"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// Bounds of what a failure shows.
const (
	shownDifferences = 20
	shownDepth       = 100
	shownValue       = 120 // octets of one value
)

// compareValues tells where got differs from want, in one or more lines, or "".
func compareValues(L *lua.LState, got, want lua.LValue) string {
	c := comparison{L: L, seen: map[[2]*lua.LTable]bool{}}
	c.compare("", got, want, 0)
	if len(c.lines) == 0 {
		return ""
	}
	if len(c.lines) > shownDifferences {
		c.lines = append(c.lines[:shownDifferences], "and more")
	}
	if len(c.lines) == 1 {
		return c.lines[0]
	}
	return "differs in:\n" + shifted(strings.Join(c.lines, "\n"))
}

// comparison is one walk through two values.
type comparison struct {
	L     *lua.LState
	seen  map[[2]*lua.LTable]bool // pairs that are compared already, or now
	lines []string
}

func (c *comparison) compare(path string, got, want lua.LValue, depth int) {
	if len(c.lines) > shownDifferences {
		return
	}
	left, isTable := got.(*lua.LTable)
	right, alike := want.(*lua.LTable)
	switch {
	case !isTable || !alike:
		c.leaf(path, got, want)
	case left == right, c.seen[[2]*lua.LTable{left, right}]:
	case c.L.GetMetaField(got, "__eq") != lua.LNil:
		c.leaf(path, got, want)
	case depth > shownDepth:
		c.add(path, "nests too deep to be compared")
	default:
		c.seen[[2]*lua.LTable{left, right}] = true
		for _, key := range bothKeys(left, right) {
			c.compare(path+step(key), left.RawGet(key), right.RawGet(key), depth+1)
		}
	}
}

// leaf compares what is not taken apart.
func (c *comparison) leaf(path string, got, want lua.LValue) {
	if got.Type() == want.Type() && (c.L.Equal(got, want) || isNaN(got) && isNaN(want)) {
		return
	}
	left, bothText := got.(lua.LString)
	right, isText := want.(lua.LString)
	if bothText && isText && strings.ContainsAny(string(left)+string(right), "\n") {
		c.add(path, "the texts differ:\n"+shifted(lineDiff(string(left), string(right))))
		return
	}
	if bothText && isText && len(left)+len(right) > 2*shownValue {
		left, right = aroundDifference(left, right)
	}
	text, other := inspect(got), inspect(want)
	if bothText && isText {
		text, other = quoteLua(string(left)), quoteLua(string(right))
	}
	if text == other || got.Type() != want.Type() && got != lua.LNil && want != lua.LNil {
		text, other = text+typeNote(got), other+typeNote(want)
	}
	c.add(path, fmt.Sprintf("got %s, want %s", text, other))
}

func (c *comparison) add(path, what string) {
	if path != "" {
		what = path + ": " + what
	}
	c.lines = append(c.lines, what)
}

// typeNote tells values apart that look alike.
func typeNote(v lua.LValue) string {
	switch v.Type() {
	case lua.LTNil, lua.LTBool, lua.LTTable:
		return ""
	case lua.LTUserData:
		if inspect(v) == "an object" {
			return ""
		}
		return " (an object)"
	}
	return " (a " + v.Type().String() + ")"
}

func isNaN(v lua.LValue) bool {
	n, ok := v.(lua.LNumber)
	return ok && math.IsNaN(float64(n))
}

// aroundDifference cuts two long texts to where they begin to differ.
func aroundDifference(a, b lua.LString) (left, right lua.LString) {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	from := max(0, n-20)
	cut := func(s lua.LString) lua.LString {
		part := s[from:min(len(s), n+40)]
		if from > 0 {
			part = "…" + part
		}
		if n+40 < len(s) {
			part += "…"
		}
		return part
	}
	return cut(a), cut(b)
}

// bothKeys lists the keys of two tables: numbers, then strings, then the rest as it comes.
func bothKeys(a, b *lua.LTable) []lua.LValue {
	var keys []lua.LValue
	known := map[lua.LValue]bool{}
	for _, t := range []*lua.LTable{a, b} {
		for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
			if !known[key] {
				known[key] = true
				keys = append(keys, key)
			}
		}
	}
	slices.SortStableFunc(keys, compareKeys)
	return keys
}

// step writes a key as Lua would: [3], .name or ["other key"].
func step(key lua.LValue) string {
	if s, ok := key.(lua.LString); ok {
		return treeStep(string(s))
	}
	return "[" + inspect(key) + "]"
}

// inspect shows a value as Lua code would have it, cut where it is long.
func inspect(v lua.LValue) string {
	var b strings.Builder
	inspectInto(&b, v, 0)
	if b.Len() > shownValue+3*len("…") {
		return strings.ToValidUTF8(b.String()[:shownValue], "") + "…"
	}
	return b.String()
}

func inspectInto(b *strings.Builder, v lua.LValue, depth int) {
	if b.Len() > shownValue {
		return
	}
	switch v := v.(type) {
	case lua.LString:
		b.WriteString(quoteLua(string(v)))
	case *lua.LTable:
		inspectTable(b, v, depth)
	case *lua.LUserData:
		if e := caught(v); e != nil {
			b.WriteString("error " + quoteLua(errorLine(e)))
			return
		}
		b.WriteString(inspectObject(v))
	case *lua.LFunction:
		b.WriteString("a function")
	default:
		b.WriteString(lua51.Plain(v))
	}
}

// inspectObject shows the objects that tables hold as values.
func inspectObject(ud *lua.LUserData) string {
	switch v := ud.Value.(type) {
	case time.Time:
		return "time " + data.ISOTime(v)
	case jsonNull:
		return "json.null"
	}
	return "an object"
}

func inspectTable(b *strings.Builder, t *lua.LTable, depth int) {
	if depth > 4 {
		b.WriteString("{…}")
		return
	}
	if first, _ := t.Next(lua.LNil); first == lua.LNil {
		b.WriteString("{}")
		return
	}
	b.WriteString("{")
	n := t.Len()
	for i, key := range bothKeys(t, t) {
		if b.Len() > shownValue {
			break
		}
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString(" ")
		if number, ok := key.(lua.LNumber); !ok || number < 1 || number > lua.LNumber(n) {
			b.WriteString(strings.TrimPrefix(step(key), ".") + " = ")
		}
		inspectInto(b, t.RawGet(key), depth+1)
	}
	b.WriteString(" }")
}

// quoteLua quotes text in one line; letters of any script stay readable.
func quoteLua(s string) string {
	const longest = 2 * shownValue
	cut := ""
	if len(s) > longest {
		s, cut = s[:longest], "…"
	}
	return fmt.Sprintf("%q", s) + cut
}
