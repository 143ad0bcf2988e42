package luabind

import (
	"fmt"
	"io"
	"reflect"
	"slices"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// mimeModule is the global `mime`: parts, messages and encodings.
func mimeModule(rt *Runtime) Module {
	return Module{
		Name: "mime", Doc: "Messages: built part by part as with Python's email.mime, or from one table.", Global: true,
		Functions: append([]Function{
			{"text", "(body: string|mime.TextOptions, subtype?: string, charset?: string): mime.Part",
				"Makes a text part; subtype is \"plain\" unless given.", `local p = mime.text("<b>hi</b>", "html")`, rt.mimeText},
			{"image", "(bytes: string|mime.MediaOptions, subtype?: string): mime.Part",
				"Makes an image part; the type is found from the bytes unless given.", `local logo = mime.image{ path = "logo.png", cid = "logo" }`, rt.mimeImage},
			{"audio", "(bytes: string|mime.MediaOptions, subtype?: string): mime.Part",
				"Makes an audio part; the type is found from the bytes unless given.", `local call = mime.audio{ path = "call.mp3", disposition = "attachment" }`, rt.mimeAudio},
			{"part", "(options: mime.MediaOptions): mime.Part",
				"Makes a part of any other type, from a file or bytes; with a file name and no disposition it is an attachment.", `local pdf = mime.part{ path = "report.pdf" }`, rt.mimePart},
			{"multipart", "(subtype: string|mime.Part|mime.MultipartOptions, ...: mime.Part): mime.Part",
				"Makes a multipart; subtype is \"mixed\" unless given.", `local m = mime.multipart{ "related", root, img, headers = { Subject = "Q3" } }`, rt.mimeMultipart},
			{"attached_message", "(message: mime.Part): mime.Part", "Wraps a message as message/rfc822, to forward it.", `msg:attach(mime.attached_message(original))`, rt.mimeAttached},
			{"message", "(fields: mime.MessageOptions): mime.Part",
				"Builds a whole message from one table, with the tree of parts that it needs. Date and Message-ID are made when it is first sent, saved or measured, and then stay.",
				`local msg = mime.message{ from = "me@example.org", to = "ann@example.org", subject = "Hi", text = "Hello" }`, rt.mimeMessage},
			{"template", "(fields: mime.MessageOptions): mime.Template",
				"Makes a template of messages: the fields of mime.message, with gaps such as {{.name}} in their strings, which are escaped by their place. " +
					"Parts that were made before are shared by all messages and have no gaps.",
				`local letter = mime.template{ from = "me@example.org", to = "{{.name}} <{{.email}}>", subject = "Hi {{.name}}", text = "Hello" }`, rt.mimeTemplate},
		}, slices.Concat(mimeReaders(rt), mimeHelpers(rt), mimeComposers(), mimeDKIM(rt), mimeSecure(rt), mimeAnswers(rt))...),
		Classes: append([]Class{partClass(rt), mimeTemplateClass(rt), dkimClass(rt)}, secureClasses()...),
		Types: append([]string{
			optionsClass("mime.TextOptions", reflect.TypeFor[textOptions]()),
			optionsClass("mime.MediaOptions", reflect.TypeFor[mediaOptions]()),
			optionsClass("mime.MultipartOptions", reflect.TypeFor[multipartOptions]()),
			optionsClass("mime.MessageOptions", reflect.TypeFor[messageOptions]()),
			optionsClass("mime.ParseOptions", reflect.TypeFor[parseOptions]()),
			optionsClass("mime.Envelope", reflect.TypeFor[envelopeOptions]()),
			optionsClass("mime.List", reflect.TypeFor[listOptions]()),
			optionsClass("mime.DKIMOptions", reflect.TypeFor[dkimOptions]()),
			optionsClass("mime.SMIMEOptions", reflect.TypeFor[smimeOptions]()),
			optionsClass("mime.PGPOptions", reflect.TypeFor[pgpOptions]()),
			optionsClass("mime.Calendar", reflect.TypeFor[calendarOptions]()),
			optionsClass("mime.Embed", reflect.TypeFor[embedOptions]()),
		}, answerTypes()...),
	}
}

func (rt *Runtime) mimeText(L *lua.LState) int {
	const call = "mime.text"
	var o textOptions
	rt.positional(L, call, &o, func() {
		o.Subtype, o.Charset = optString(L, call, 2, "subtype"), optString(L, call, 3, "charset")
	})
	body, ok := itemString(o.Items, 1)
	if !ok && len(o.Items) > 1 {
		raiseArgument(L, fmt.Sprintf("%s: one text is wanted, got %d values", call, len(o.Items)))
	}
	if !ok {
		raiseArgument(L, call+": the body must be a string, got "+describe(firstItem(o.Items)))
	}
	options, err := o.engine(call)
	if err != nil {
		raise(L, err)
	}
	if o.Flowed || o.DelSp {
		options = append(options, mime.WithFlowed(o.DelSp))
	}
	return rt.pushPart(L)(mime.NewText(body, o.Subtype, o.Charset, options...))
}

// positional reads the one-table style into out, or, for the positional
// style, takes argument 1 as the first item and calls rest for the others.
func (rt *Runtime) positional(L *lua.LState, call string, out any, rest func()) {
	if t, ok := L.Get(1).(*lua.LTable); ok {
		if err := readOptions(call, t, out); err != nil {
			raise(L, err)
		}
		return
	}
	t := L.CreateTable(1, 0)
	if L.GetTop() > 0 {
		t.RawSetInt(1, L.Get(1))
	}
	if err := readOptions(call, t, out); err != nil {
		raise(L, err)
	}
	rest()
}

// firstItem gives the first element without a name, or nil.
func firstItem(items []lua.LValue) lua.LValue {
	if len(items) > 0 {
		return items[0]
	}
	return lua.LNil
}

// itemString gives the only item as a string; false for another count or type.
func itemString(items []lua.LValue, count int) (string, bool) {
	s, ok := firstItem(items).(lua.LString)
	return string(s), ok && len(items) == count
}

func (rt *Runtime) mimePart(L *lua.LState) int {
	p, err := rt.partFromTable(L, "mime.part", argTable(L, "mime.part", 1, "options"))
	return rt.pushPart(L)(p, err)
}

// partFromTable makes a part of any type from an options table.
func (rt *Runtime) partFromTable(L *lua.LState, call string, t *lua.LTable, more ...mime.Option) (*mime.Part, error) {
	var o mediaOptions
	if err := readOptions(call, t, &o); err != nil {
		return nil, err
	}
	if o.Subtype != "" {
		return nil, &argumentError{text: call + `: option "subtype" belongs to image and audio; give "type" whole, as in "application/zip"`}
	}
	source, options, err := rt.mediaSource(L, call, &o)
	if err != nil {
		return nil, err
	}
	return mime.NewPart(o.Type, source, append(more, options...)...)
}

func (rt *Runtime) mimeMultipart(L *lua.LState) int {
	const call = "mime.multipart"
	var o multipartOptions
	if t, ok := L.Get(1).(*lua.LTable); ok {
		if err := readOptions(call, t, &o); err != nil {
			raise(L, err)
		}
	} else {
		o.Items = stackValues(L)
	}
	items := o.Items
	if s, ok := firstItem(items).(lua.LString); ok {
		o.Subtype, items = string(s), items[1:]
	}
	parts, err := rt.parts(call, items)
	if err != nil {
		raise(L, err)
	}
	options, err := o.engineMultipart(call)
	if err != nil {
		raise(L, err)
	}
	return rt.pushPart(L)(mime.NewMultipart(o.Subtype, parts, options...))
}

func (o *multipartOptions) engineMultipart(call string) ([]mime.Option, error) {
	options, err := o.engine(call)
	if o.Boundary != "" {
		options = append(options, mime.WithBoundary(o.Boundary))
	}
	if o.Preamble != "" {
		options = append(options, mime.WithPreamble(o.Preamble))
	}
	if o.Epilogue != "" {
		options = append(options, mime.WithEpilogue(o.Epilogue))
	}
	return options, err
}

// parts reads part objects out of a list of values.
func (rt *Runtime) parts(call string, values []lua.LValue) ([]*mime.Part, error) {
	list := make([]*mime.Part, 0, len(values))
	for i, v := range values {
		p := partOf(v)
		if p == nil {
			return nil, &argumentError{text: fmt.Sprintf("%s: part %d must be a mime part, got %s", call, i+1, describe(v)), hint: "wrap text with mime.text(…)"}
		}
		if err := p.whole(); err != nil {
			return nil, err
		}
		list = append(list, p.part)
	}
	return list, nil
}

func (rt *Runtime) mimeAttached(L *lua.LState) int {
	p := rt.checkPart(L, 1, "mime.attached_message")
	if err := p.whole(); err != nil {
		raise(L, err)
	}
	return rt.pushPart(L)(mime.NewMessagePart(p.asMessage()))
}

// pushPart pushes the part that a constructor gave, or raises its error.
func (rt *Runtime) pushPart(L *lua.LState) func(*mime.Part, error) int {
	return func(p *mime.Part, err error) int {
		if err != nil {
			raise(L, err)
		}
		L.Push(rt.newPart(L, p))
		return 1
	}
}

// writeAll writes an encoded message to w.
func writeAll(w io.Writer, e mime.Encoded) error {
	_, err := e.WriteTo(w)
	return err
}
