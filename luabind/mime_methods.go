package luabind

import (
	"iter"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

func (rt *Runtime) partAttach(L *lua.LState) int {
	p := rt.thisPart(L)
	parts, err := rt.parts("part:attach", stackValues(L)[1:])
	if err == nil {
		err = p.part.Attach(parts...)
	}
	if err != nil {
		raise(L, err)
	}
	L.Push(L.Get(1))
	return 1
}

func (rt *Runtime) partHeader(L *lua.LState) int {
	p, name := rt.thisPart(L), argString(L, "part:header", 2, "name")
	if L.GetTop() >= 3 {
		if err := setHeader(p.part, name, L.Get(3)); err != nil {
			raise(L, err)
		}
	}
	L.Push(headerValue(p.part, name))
	return 1
}

func (rt *Runtime) partHeaders(L *lua.LState) int {
	p := rt.thisPart(L)
	if t := argTableOrNil(L, "part:headers", 2, "fields"); t != nil {
		err := headerPairs("part:headers", "fields", t, func(k, v string) {
			if err := p.part.Header().Set(k, v); err != nil {
				raise(L, err)
			}
		})
		if err != nil {
			raise(L, err)
		}
		return 0
	}
	var fields [][2]string
	for name, value := range p.part.Header().Fields() {
		fields = append(fields, [2]string{name, value})
	}
	i := 0
	L.Push(L.NewFunction(func(L *lua.LState) int {
		if i >= len(fields) {
			L.Push(lua.LNil)
			return 1
		}
		L.Push(lua.LString(fields[i][0]))
		L.Push(lua.LString(fields[i][1]))
		i++
		return 2
	}))
	return 1
}

func (rt *Runtime) partAddHeader(L *lua.LState) int {
	p := rt.thisPart(L)
	if err := p.part.Header().Add(argString(L, "part:add_header", 2, "name"), argString(L, "part:add_header", 3, "value")); err != nil {
		raise(L, err)
	}
	return 0
}

func (rt *Runtime) partGetAll(L *lua.LState) int {
	L.Push(luaList(L, rt.thisPart(L).part.Header().All(argString(L, "part:get_all", 2, "name"))))
	return 1
}

// partList pushes a list of parts.
func (rt *Runtime) partList(L *lua.LState, parts []*mime.Part) int {
	t := L.CreateTable(len(parts), 0)
	for i, p := range parts {
		t.RawSetInt(i+1, rt.newPart(L, p))
	}
	L.Push(t)
	return 1
}

func (rt *Runtime) partParts(L *lua.LState) int {
	return rt.partList(L, rt.thisPart(L).part.Children())
}

func (rt *Runtime) partAttachments(L *lua.LState) int {
	return rt.partList(L, rt.thisPart(L).part.Attachments())
}

// partWalk iterates depth first over a list made beforehand, so that the
// script may change the tree meanwhile.
func (rt *Runtime) partWalk(L *lua.LState) int {
	var all []*mime.Part
	err := rt.thisPart(L).part.Walk(func(p *mime.Part, _ int) error {
		all = append(all, p)
		return nil
	})
	if err != nil {
		raise(L, err)
	}
	next, stop := iter.Pull(func(yield func(*mime.Part) bool) {
		for _, p := range all {
			if !yield(p) {
				return
			}
		}
	})
	L.Push(L.NewFunction(func(L *lua.LState) int {
		p, ok := next()
		if !ok {
			stop()
			L.Push(lua.LNil)
			return 1
		}
		L.Push(rt.newPart(L, p))
		return 1
	}))
	return 1
}

// partBody gives the decoded text of the plain or HTML body.
func (rt *Runtime) partBody(kind string) lua.LGFunction {
	return func(L *lua.LState) int {
		leaf := rt.thisPart(L).part.Body(kind)
		if leaf == nil {
			L.Push(lua.LNil)
			return 1
		}
		text, err := leaf.Text()
		if err != nil {
			raise(L, err)
		}
		L.Push(lua.LString(text))
		return 1
	}
}

func (rt *Runtime) partLeaf(L *lua.LState) int {
	kind := argString(L, "part:body", 2, "kind")
	if kind != "plain" && kind != "html" {
		raiseArgument(L, `part:body: kind must be "plain" or "html", got "`+kind+`"`)
	}
	if leaf := rt.thisPart(L).part.Body(kind); leaf != nil {
		L.Push(rt.newPart(L, leaf))
	} else {
		L.Push(lua.LNil)
	}
	return 1
}

func (rt *Runtime) partData(L *lua.LState) int {
	octets, err := rt.thisPart(L).part.Content()
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LString(octets))
	return 1
}

func (rt *Runtime) partClone(L *lua.LState) int {
	p := rt.thisPart(L)
	var changes [][2]string
	if t := argTableOrNil(L, "part:clone", 2, "changes"); t != nil {
		err := headerPairs("part:clone", "changes", t, func(k, v string) { changes = append(changes, [2]string{k, v}) })
		if err != nil {
			raise(L, err)
		}
	}
	copied, err := p.asMessage().Clone(changes)
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newMessage(L, copied))
	return 1
}
