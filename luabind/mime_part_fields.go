package luabind

import (
	"time"

	"moonpost/luabind/lint"
	"moonpost/luabind/lua51"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// partField reads p.Subject, p[1], p.cid and the like.
func partField(L *lua.LState, self any, key lua.LValue) lua.LValue {
	p := self.(*luaPart)
	if err := p.whole(); err != nil {
		raise(L, err)
	}
	if n, ok := key.(lua.LNumber); ok {
		children := p.part.Children()
		if i := int(n); i >= 1 && i <= len(children) {
			return p.rt.newPart(L, children[i-1])
		}
		return lua.LNil
	}
	name := key.String()
	if isHeaderName(name) {
		return headerValue(p.part, name)
	}
	switch name {
	case "cid":
		return optionalString(p.part.CID())
	case "filename":
		return optionalString(p.part.Filename())
	case "content_type":
		return lua.LString(p.part.MediaType())
	case "envelope":
		return p.envelope(L)
	}
	v := p.readingField(L, name)
	if _, isField := p.part.Header().Get(name); v == nil && isField {
		raise(L, &argumentError{text: unknownText(partClassName, "field", name, nil), hint: lint.HeaderHint})
	}
	return v
}

func headerValue(p *mime.Part, name string) lua.LValue {
	if v, ok := p.Header().Get(name); ok {
		return lua.LString(v)
	}
	return lua.LNil
}

func (p *luaPart) envelope(L *lua.LState) lua.LValue {
	if p.caught != nil {
		return caughtEnvelope(L, p.caught)
	}
	from, to, _, err := p.outgoing().Envelope()
	if err != nil {
		raise(L, err)
	}
	t := L.NewTable()
	t.RawSetString("from", lua.LString(from))
	t.RawSetString("to", luaList(L, to))
	return t
}

// partSet writes p.Subject = v, p.cid = v, p.filename = v.
func partSet(L *lua.LState) int {
	p := thisPart(L)
	name := L.Get(2).String()
	var err error
	switch {
	case isHeaderName(name):
		err = setHeader(p.part, name, L.Get(3))
	case name == "cid":
		err = p.part.SetCID(argString(L, "cid", 3, "value"))
	case name == "filename":
		err = p.part.SetFilename(argString(L, "filename", 3, "value"))
	case name == "content_type":
		err = p.part.Header().Set("Content-Type", argString(L, "content_type", 3, "value"))
	case name == "envelope":
		err = &argumentError{text: "the envelope of a message can't be set", hint: "give it to mime.message as envelope = { from = …, to = … }, or from and to to the call that sends"}
	default:
		err = &argumentError{text: unknownText(partClassName, "settable field", name, []string{"cid", "filename", "content_type"}), hint: lint.HeaderHint}
	}
	if err != nil {
		raise(L, err)
	}
	return 0
}

// setHeader replaces a field, or deletes it for nil.
func setHeader(p *mime.Part, name string, v lua.LValue) error {
	switch v := v.(type) {
	case *lua.LNilType:
		if err := p.Header().Changeable(name); err != nil {
			return err
		}
		p.Header().Del(name)
		return nil
	case lua.LString:
		return p.Header().Set(name, string(v))
	case lua.LNumber:
		return p.Header().Set(name, lua51.Plain(v))
	case *lua.LTable:
		list, err := addressList(name, "value", v)
		if err != nil {
			return err
		}
		return p.Header().SetAddresses(name, list)
	case *lua.LUserData:
		if t, ok := v.Value.(time.Time); ok {
			return p.Header().SetDate(name, t)
		}
	}
	return &argumentError{text: name + " must be a string, got " + describe(v)}
}

func partLen(L *lua.LState) int {
	L.Push(lua.LNumber(len(thisPart(L).part.Children())))
	return 1
}

func partEqual(L *lua.LState) int {
	a, b := partOf(L.Get(1)), partOf(L.Get(2))
	L.Push(lua.LBool(a != nil && b != nil && (a == b || a.part != nil && a.part == b.part)))
	return 1
}

func partString(L *lua.LState) int {
	p := checkObject[*luaPart](L, 1, partClassName)
	return pushOctets(L)(p.stored())
}
