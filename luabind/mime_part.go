package luabind

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"moonpost/luabind/lint"
	"moonpost/luabind/lua51"
	"moonpost/mime"
	"moonpost/sink"

	lua "github.com/yuin/gopher-lua"
)

const partClassName = "mime.Part"

// luaPart is a part or a whole message as a script holds it. The message is
// made when it is first needed, and then stays: its Date, Message-ID and
// boundaries are the same on every sending.
type luaPart struct {
	rt      *Runtime
	part    *mime.Part
	message *mime.Message
	// rendered is the message of a template until the script looks into it; part is nil so long.
	rendered *mime.Rendered
	caught   *sink.Caught // how a sink took it
}

// outgoing is a message as it is sent.
type outgoing interface {
	Envelope() (from string, to []string, needUTF8 bool, err error)
	EnvelopeWith(sender *string, recipients []string) (from string, to []string, needUTF8 bool, err error)
	Encode(eightBit, utf8 bool) (mime.Encoded, error)
}

// outgoing gives the part as it is sent; a message of a template need not be made whole for it.
func (p *luaPart) outgoing() outgoing {
	if p.part == nil {
		return p.rendered
	}
	return p.asMessage()
}

// snapshot gives the message as it is now, for sending in the background.
func (p *luaPart) snapshot() (outgoing, error) {
	if p.part == nil {
		return p.rendered.Snapshot()
	}
	return p.asMessage().Snapshot()
}

// whole makes the message of a template one that can be looked into and changed.
func (p *luaPart) whole() error {
	if p.part != nil {
		return nil
	}
	m, err := p.rendered.Message()
	if err == nil {
		p.part, p.message, p.rendered = m.Part, m, nil
	}
	return err
}

func (rt *Runtime) newPart(L *lua.LState, p *mime.Part) *lua.LUserData {
	return rt.newObject(L, partClassName, &luaPart{rt: rt, part: p})
}

func (rt *Runtime) newMessage(L *lua.LState, m *mime.Message) *lua.LUserData {
	return rt.newObject(L, partClassName, &luaPart{rt: rt, part: m.Part, message: m})
}

// asMessage gives the part as the message that is sent.
func (p *luaPart) asMessage() *mime.Message {
	if p.message == nil {
		p.message = mime.AsMessage(p.part, p.rt.host.mimeEnv())
	}
	return p.message
}

// partOf gives the part behind a value, or nil. What it gives must be made whole before its part is used.
func partOf(v lua.LValue) *luaPart {
	if ud, ok := v.(*lua.LUserData); ok {
		p, _ := ud.Value.(*luaPart)
		return p
	}
	return nil
}

// checkPart reads argument n as a part or message.
func (rt *Runtime) checkPart(L *lua.LState, n int, call string) *luaPart {
	p := partOf(L.Get(n))
	if p == nil {
		text := call + ": message must be a mime part, got " + describe(L.Get(n))
		if L.Get(n).Type() == lua.LTString {
			raise(L, &argumentError{text: text, hint: "conn:sendmail takes raw text; mime.text and mime.message make messages"})
		}
		raiseArgument(L, text)
	}
	return p
}

func partClass(rt *Runtime) Class {
	return Class{
		Name: partClassName,
		Doc: "A part or a whole message. A key with a capital letter or a hyphen is a header field: `p[\"Subject\"]`, `p.Subject = v` (nil deletes). " +
			"Numbers are the parts within, `#p` their count, tostring(p) the octets. Of the fields below, `cid`, `filename` and `content_type` can be set.",
		Methods: slices.Concat(partMethods(rt), partEditing(rt), secureMethods(rt), reportMethods(rt)),
		Fields: append([]Field{
			{"cid", "string?", "Content-ID without brackets"},
			{"filename", "string?", "file name shown to the reader"},
			{"content_type", "string", "media type in lower case, without parameters"},
			{"envelope", "table", "from and to: who would get it from whom"},
		}, partReading()...),
		Extra: "---@field [string] string?\n---@field [integer] mime.Part",
		get:   partField,
		meta: map[string]lua.LGFunction{
			"__newindex": partSet, "__len": partLen, "__tostring": partString, "__eq": partEqual,
		},
	}
}

func partMethods(rt *Runtime) []Function {
	return []Function{
		{"attach", "(self: mime.Part, ...: mime.Part): mime.Part", "Adds parts to a multipart; gives the multipart.", `m:attach(mime.text("hi"), logo)`, rt.partAttach},
		{"header", "(self: mime.Part, name: string, value?: string): string?", "Gives a field's decoded text, or replaces it.", `msg:header("Subject", "Hello")`, rt.partHeader},
		{"headers", "(self: mime.Part, fields?: table<string, string>): fun(): string?, string?", "Iterates over name and decoded value in order; with a table it sets these fields.", "for name, value in msg:headers() do\n  if name == \"Subject\" then print(name, value) end --> Subject Hi\nend", rt.partHeaders},
		{"add_header", "(self: mime.Part, name: string, value: string)", "Adds a field beside those of the same name.", `msg:add_header("Received-By", "desk")`, rt.partAddHeader},
		{"get_all", "(self: mime.Part, name: string): string[]", "Lists the decoded values of all fields of that name.", `msg:get_all("Received")`, rt.partGetAll},
		{"parts", "(self: mime.Part): mime.Part[]", "Lists the parts within.", "for i, p in ipairs(msg:parts()) do print(i, p.content_type) end\n--> 1 multipart/alternative\n--> 2 application/pdf", rt.partParts},
		{"walk", "(self: mime.Part): fun(): mime.Part?", "Iterates over the part itself and all parts within, depth first.", "for p in msg:walk() do\n  if p.filename then print(p.content_type, p.filename) end --> application/pdf report.pdf\nend", rt.partWalk},
		{"text", "(self: mime.Part): string?", "Gives the plain text of the body in UTF-8.", `print(msg:text()) --> Hello`, rt.partBody("plain")},
		{"html", "(self: mime.Part): string?", "Gives the HTML of the body in UTF-8.", `print(msg:html()) --> <p>Hello`, rt.partBody("html")},
		{"data", "(self: mime.Part): string", "Gives a leaf's decoded octets.", `local bytes = p:data()`, rt.partData},
		{"body", "(self: mime.Part, kind: \"plain\"|\"html\"): mime.Part?", "Gives the leaf that is the body of that kind.", `local leaf = msg:body("html")`, rt.partLeaf},
		{"attachments", "(self: mime.Part): mime.Part[]", "Lists the leaves that are neither body nor inline image.", `for _, p in ipairs(msg:attachments()) do print(p.filename) end --> report.pdf`, rt.partAttachments},
		{"clone", "(self: mime.Part, changes?: table<string, string>): mime.Part", "Copies a message with other header fields; it gets a new Date and Message-ID, the bodies are shared.", `local copy = msg:clone{ To = "ann@example.org" }`, rt.partClone},
		{"sign", "(self: mime.Part, signer: mime.DKIM|mime.SMIME|mime.PGP): mime.Part", "Signs and gives the message. With DKIM it is signed whenever it is sent, each time for the octets that then go out; with S/MIME or PGP the body is signed at once, as it is now: files are read into memory, and it cannot be changed afterwards.", `msg:sign(mime.dkim{ domain = "example.org", selector = "2026", key_file = "dkim.pem" })`, rt.partSign},
		{"bytes", "(self: mime.Part, options?: { utf8?: boolean, eight_bit?: boolean }): string", "Gives the octets as they would be sent; with a table as for a server that allows what it names. Without one, a message that was read comes as it was.", `local octets = msg:bytes()`, rt.partBytes},
		{"size", "(self: mime.Part): integer", "Gives the number of octets.", `print(msg:size() < 10000) --> true`, rt.partSize},
		{"save", "(self: mime.Part, path: string)", "Writes the octets to a file.", `msg:save("out.eml")`, rt.partSave},
		{"tree", "(self: mime.Part): string", "Draws the tree of parts.", "print(msg:tree())\n--> multipart/mixed\n-->   multipart/alternative\n-->     text/plain\n-->     text/html\n-->   application/pdf \"report.pdf\"", rt.partTree},
	}
}

func (rt *Runtime) thisPart(L *lua.LState) *luaPart { return thisPart(L) }

func thisPart(L *lua.LState) *luaPart {
	p := checkObject[*luaPart](L, 1, partClassName)
	if err := p.whole(); err != nil {
		raise(L, err)
	}
	return p
}

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

// pushOctets pushes an encoded message whole, or raises its error.
func pushOctets(L *lua.LState) func(mime.Encoded, error) int {
	return func(encoded mime.Encoded, err error) int {
		var b bytes.Buffer
		if err == nil {
			err = writeAll(&b, encoded)
		}
		if err != nil {
			raise(L, err)
		}
		L.Push(lua.LString(b.Bytes()))
		return 1
	}
}

func (rt *Runtime) partBytes(L *lua.LState) int {
	p := checkObject[*luaPart](L, 1, partClassName)
	var o struct {
		UTF8     bool `lua:"utf8"`
		EightBit bool `lua:"eight_bit"`
	}
	t := argTableOrNil(L, "part:bytes", 2, "options")
	if t == nil {
		return pushOctets(L)(p.stored())
	}
	if err := readOptions("part:bytes", t, &o); err != nil {
		raise(L, err)
	}
	return pushOctets(L)(p.outgoing().Encode(o.EightBit, o.UTF8))
}

func (rt *Runtime) partSize(L *lua.LState) int {
	encoded, err := checkObject[*luaPart](L, 1, partClassName).stored()
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(encoded.Size()))
	return 1
}

// partSave writes to a new file beside the target and renames it, so that
// nobody reads half a message.
func (rt *Runtime) partSave(L *lua.LState) int {
	p, path := checkObject[*luaPart](L, 1, partClassName), argString(L, "part:save", 2, "path")
	encoded, err := p.stored()
	if err != nil {
		raise(L, err)
	}
	rt.effect(L, EffectWrite, "part:save", path)
	if err := rt.host.writeFile(path, encoded); err != nil {
		raise(L, writeError("part:save", path, err))
	}
	return 0
}

func (h *Host) writeFile(path string, encoded mime.Encoded) error {
	d, mode := h.disk(), fs.FileMode(0)
	if info, err := d.Stat(path); err == nil {
		if info.IsDir() {
			return errFolder
		}
		if !info.Mode().IsRegular() { // a device or a pipe stays what it is
			f, err := d.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			return errors.Join(writeAll(f, encoded), f.Close())
		}
		mode, path = info.Mode().Perm(), target(d, path)
	}
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text())
	f, err := d.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer d.Remove(name) //nolint:errcheck // gone already after the rename
	if mode != 0 {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = writeAll(f, encoded)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return d.Rename(name, path)
}

func (rt *Runtime) partTree(L *lua.LState) int {
	L.Push(lua.LString(strings.TrimRight(rt.thisPart(L).part.Tree(), "\n")))
	return 1
}
