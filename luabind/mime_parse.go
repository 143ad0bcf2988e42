package luabind

import (
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// parseOptions are what mime.parse takes in a table.
type parseOptions struct {
	Items     []lua.LValue `lua:"[]" doc:"the bytes"`
	Path      string       `lua:"path" doc:"file to read"`
	MaxDepth  int          `lua:"max_depth" min:"1" doc:"parts within parts that are taken apart" default:"100"`
	MaxParts  int          `lua:"max_parts" min:"1" doc:"parts that are taken apart" default:"10000"`
	MaxHeader int64        `lua:"max_header" min:"1" unit:"size" doc:"size of one header" default:"1MiB"`
}

// mimeReaders are the functions that read mail.
func mimeReaders(rt *Runtime) []Function {
	return []Function{{
		"parse", "(message: string|mime.ParseOptions): mime.Part",
		"Reads a message, however broken it is: `defects` lists what was wrong. As long as nothing is changed, bytes() and save() give it back byte for byte, " +
			"an mbox's From line included; after a change everything else stays as it was.",
		`local msg = mime.parse{ path = "in.eml" }`, rt.mimeParse,
	}}
}

// partEditing are the methods that change what was made or read.
func partEditing(rt *Runtime) []Function {
	return []Function{
		{"set", "(self: mime.Part, content: string)",
			"Replaces a leaf's content: a text in UTF-8, or the bytes of anything else. Signed and encrypted parts can't be changed.", `msg:body("plain"):set("Hello")`, rt.partSetContent},
		{"remove", "(self: mime.Part, part: mime.Part)", "Takes a part out of the multipart that holds it.", `msg:remove(msg:attachments()[1])`, rt.partRemove},
	}
}

// partReading are the properties of what was read.
func partReading() []Field {
	return []Field{
		{"defects", "{ code: string, where: string, text: string }[]", "what was wrong with a message that was read, contents among it: where is the part by its numbers, as in 2.1, and the header field"},
		{"message", "mime.Part?", "the message within a message/rfc822 part"},
	}
}

func (rt *Runtime) mimeParse(L *lua.LState) int {
	const call = "mime.parse"
	var o parseOptions
	rt.positional(L, call, &o, func() {})
	message, err := rt.parse(call, &o)
	if err != nil {
		raise(L, err)
	}
	L.Push(rt.newMessage(L, message))
	return 1
}

func (rt *Runtime) parse(call string, o *parseOptions) (*mime.Message, error) {
	limits := mime.ParseOptions{MaxDepth: o.MaxDepth, MaxParts: o.MaxParts, MaxHeader: int(o.MaxHeader)}
	text, given := itemString(o.Items, 1)
	switch {
	case given && o.Path != "":
		return nil, &argumentError{text: call + ": give either path or the bytes, not both"}
	case given:
		return mime.Parse([]byte(text), limits, rt.host.mimeEnv()), nil
	case o.Path == "":
		return nil, &argumentError{text: call + ": the message must be a string, or a table with its path, got " + describe(firstItem(o.Items))}
	}
	source, err := rt.source(o.Path)
	if err != nil {
		return nil, err
	}
	return mime.ParseSource(source, limits, rt.host.mimeEnv())
}

// readingField gives the properties of partReading, or nil for any other name.
func (p *luaPart) readingField(L *lua.LState, name string) lua.LValue {
	switch name {
	case "defects":
		return luaDefects(L, p.part.Defects())
	case "message":
		if m := p.part.Message(); m != nil {
			return p.rt.newMessage(L, m)
		}
		return lua.LNil
	default:
		return nil
	}
}

func luaDefects(L *lua.LState, list []mime.Defect) *lua.LTable {
	t := L.CreateTable(len(list), 0)
	for i, d := range list {
		row := L.CreateTable(0, 3)
		row.RawSetString("code", lua.LString(d.Code))
		row.RawSetString("where", lua.LString(d.Where))
		row.RawSetString("text", lua.LString(d.Text))
		t.RawSetInt(i+1, row)
	}
	return t
}

func (rt *Runtime) partSetContent(L *lua.LState) int {
	if err := rt.thisPart(L).part.Set(argString(L, "part:set", 2, "content")); err != nil {
		raise(L, err)
	}
	return 0
}

func (rt *Runtime) partRemove(L *lua.LState) int {
	p, child := rt.thisPart(L), partOf(L.Get(2))
	if child == nil {
		raiseArgument(L, "part:remove: part must be a mime part, got "+describe(L.Get(2)))
	}
	if err := p.part.Remove(child.part); err != nil {
		raise(L, err)
	}
	return 0
}

// stored gives the octets of bytes(), size() and save(): a message that was read as it is kept in a file, any other
// as it would be sent.
func (p *luaPart) stored() (mime.Encoded, error) {
	if p.part == nil {
		return p.rendered.Encode(false, false)
	}
	return p.asMessage().Stored()
}
