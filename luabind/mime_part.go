package luabind

import (
	"slices"

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
