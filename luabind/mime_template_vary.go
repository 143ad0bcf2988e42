package luabind

import (
	"path/filepath"
	"strings"

	"moonpost/data"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// varying is an option that is made anew for every row.
type varying struct {
	key  string
	fill func(L *lua.LState, row *rowReader) (lua.LValue, error)
}

// divide gives the options without those of which the engine knows no gaps, such as attachments; these are compiled.
func (c *cutter) divide(options *lua.LTable) (*lua.LTable, error) {
	fixed := c.L.NewTable()
	options.ForEach(func(k, v lua.LValue) {
		name, _ := k.(lua.LString)
		switch name {
		case "calendar":
			if t, ok := v.(*lua.LTable); ok && valueHasGaps(v) {
				c.t.varying = append(c.t.varying, varying{string(name), c.calendar(t)})
				return
			}
		case "inline", "attachments", "alternatives", "priority", "auto_submitted", "charset", "date":
			if valueHasGaps(v) {
				c.t.varying = append(c.t.varying, varying{string(name), c.compile(string(name), v, false)})
				return
			}
		}
		fixed.RawSet(k, v)
	})
	return fixed, c.err
}

// compile prepares a value of the options for filling. Attachments that have no gaps are made once.
func (c *cutter) compile(where string, v lua.LValue, html bool) func(*lua.LState, *rowReader) (lua.LValue, error) {
	constant := func(*lua.LState, *rowReader) (lua.LValue, error) { return v, nil }
	if !valueHasGaps(v) {
		return constant
	}
	if t, ok := v.(*lua.LTable); ok {
		return c.compileTable(where, t)
	}
	parsed, err := data.ParseTemplate(where, v.String(), html)
	if err != nil {
		c.fail(err)
	}
	return func(_ *lua.LState, row *rowReader) (lua.LValue, error) {
		text, err := row.render(parsed)
		return lua.LString(text), err
	}
}

func (c *cutter) compileTable(where string, t *lua.LTable) func(*lua.LState, *rowReader) (lua.LValue, error) {
	type entry struct {
		key  lua.LValue
		fill func(*lua.LState, *rowReader) (lua.LValue, error)
	}
	var entries []entry
	html := isPage(t)
	t.ForEach(func(k, v lua.LValue) {
		if c.isPart(where, v) {
			v = c.part(where, k, v)
		}
		entries = append(entries, entry{k, c.compile(where+"."+k.String(), v, html && k == lua.LString("data"))})
	})
	return func(L *lua.LState, row *rowReader) (lua.LValue, error) {
		out := L.NewTable()
		for _, e := range entries {
			v, err := e.fill(L, row)
			if err != nil {
				return nil, err
			}
			out.RawSet(e.key, v)
		}
		return out, nil
	}
}

// isPage tells whether the data of a part are HTML.
func isPage(t *lua.LTable) bool {
	kind, name := lua.LVAsString(t.RawGetString("type")), lua.LVAsString(t.RawGetString("filename"))
	ending := strings.ToLower(filepath.Ext(name))
	return strings.Contains(strings.ToLower(kind), "html") || kind == "" && (ending == ".html" || ending == ".htm")
}

// isPart tells the entries of a list of parts that are the same in every message.
func (*cutter) isPart(where string, v lua.LValue) bool {
	switch where {
	case "attachments", "alternatives", "inline":
		return !valueHasGaps(v) && partOf(v) == nil
	}
	return false
}

func (c *cutter) part(where string, k, v lua.LValue) lua.LValue {
	var more []mime.Option
	if where == "inline" {
		more = []mime.Option{mime.WithCID(k.String()), mime.WithDisposition("inline")}
	}
	p, err := c.rt.attachment(c.L, c.call+": "+where, v, more...)
	if err != nil {
		c.fail(err)
		return v
	}
	return c.rt.newPart(c.L, p)
}
