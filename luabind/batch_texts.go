package luabind

import (
	"slices"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// textsOf gives the texts of an options table in the order of its keys, to tell whether it is another.
func textsOf(t *lua.LTable) string {
	var b strings.Builder
	addTexts(&b, t, 0)
	return b.String()
}

// addTexts writes the names, texts and numbers of a table in the order of its names. Objects, such as attachments, are
// left out: what is in a file is not the script's.
func addTexts(b *strings.Builder, t *lua.LTable, depth int) {
	if depth > treeDepth || b.Len() > maxSource {
		return
	}
	type entry struct {
		name  string
		value lua.LValue
	}
	var list []entry
	t.ForEach(func(k, v lua.LValue) { list = append(list, entry{lua51.Plain(k), v}) })
	slices.SortFunc(list, func(x, y entry) int { return strings.Compare(x.name, y.name) })
	for _, e := range list {
		switch v := e.value.(type) {
		case *lua.LTable:
			b.WriteString(e.name + "{\x00")
			addTexts(b, v, depth+1)
			b.WriteString("}\x00")
		case lua.LString, lua.LNumber, lua.LBool:
			b.WriteString(e.name + "=" + lua51.Plain(v) + "\x00")
		}
	}
}
