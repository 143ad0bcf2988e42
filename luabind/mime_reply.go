package luabind

import (
	"reflect"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// mimeAnswers are the functions that make messages about messages.
func mimeAnswers(rt *Runtime) []Function {
	return []Function{
		{"reply", "(message: mime.Part, options: mime.ReplyOptions): mime.Part",
			"Builds an answer from the fields of mime.message; what they leave open comes from the message: recipients (Mail-Reply-To, Reply-To or From; with `all` also To and Cc, or Mail-Followup-To), " +
				"\"Re: \" and the subject, In-Reply-To and References. Who answers never gets a copy. Whether to answer automatic mail is yours to decide: see `is_automatic`.",
			"local answer = mime.reply(msg, { from = \"desk@example.org\", text = \"We are on it.\\n\", quote = true, auto_submitted = \"auto-replied\" })", rt.mimeReply},
		{"forward", "(message: mime.Part, options: mime.ForwardOptions): mime.Part",
			"Builds a message that passes another one on, from the fields of mime.message: attached as it is, signatures intact, or with `inline` as text below yours, its attachments carried along. The subject is \"Fwd: \" and the message's unless given.",
			"local copy = mime.forward(msg, { from = \"desk@example.org\", to = \"boss@example.org\", text = \"See below.\\n\", inline = true })", rt.mimeForward},
		{"report", "(options: mime.ReportOptions): mime.Part",
			"Makes a multipart/report (RFC 6522): a delivery status notification, a receipt or a complaint. Types that nearly all values have are put in where they are missing: \"rfc822;\" before addresses, \"dns;\" before servers, \"smtp;\" before a diagnosis. " +
				"Send it with the null sender: `conn:send_message(report, { from = \"\" })`.",
			"local r = mime.report{ type = \"delivery-status\", text = \"Ann has moved.\", original = msg, fields = {\n  { [\"Reporting-MTA\"] = \"mx.example.org\" },\n  { [\"Final-Recipient\"] = \"ann@example.org\", Action = \"failed\", Status = \"5.1.6\" },\n} }",
			rt.mimeReport},
	}
}

// answerTypes describes their options and results.
func answerTypes() []string {
	return append(deliveryReportTypes(),
		optionsClass("mime.ReplyOptions", reflect.TypeFor[replyOptions]()),
		optionsClass("mime.ForwardOptions", reflect.TypeFor[forwardOptions]()),
		optionsClass("mime.ReportOptions", reflect.TypeFor[reportOptions]()),
	)
}

// replyOptions are the fields of mime.reply.
type replyOptions struct {
	messageOptions `lua:",embed"`
	All            bool       `lua:"all" doc:"answer all recipients, not only the author"`
	Own            lua.LValue `lua:"own" doc:"further addresses of yours, which get no copy either"`
	Quote          lua.LValue `lua:"quote" type:"boolean|fun(message: mime.Part): string" doc:"put the message's text below yours; a function gives the line above it, such as \"Ann wrote:\"" default:"false"`
	QuoteHTML      bool       `lua:"quote_html" doc:"quote in HTML too, even if you give only text"`
}

// forwardOptions are the fields of mime.forward.
type forwardOptions struct {
	messageOptions `lua:",embed"`
	Inline         lua.LValue `lua:"inline" type:"boolean|table<string, any>" doc:"true puts the message's text below yours; a table has images for cid: links, as in mime.message"`
	Title          string     `lua:"title" doc:"the line above an inline message" default:"Forwarded message"`
}

func (rt *Runtime) mimeReply(L *lua.LState) int {
	const call = "mime.reply"
	original := rt.checkPart(L, 1, call)
	var o replyOptions
	if err := readOptions(call, argTable(L, call, 2, "options"), &o); err != nil {
		raise(L, err)
	}
	spec, engine, err := rt.replySpec(L, call, &o)
	if err == nil {
		err = original.whole()
	}
	if err != nil {
		raise(L, err)
	}
	message, err := mime.Reply(original.asMessage(), spec, engine, rt.host.mimeEnv())
	if err != nil {
		raise(L, err)
	}
	rt.warn(L, call, message.Warnings())
	L.Push(rt.newMessage(L, message))
	return 1
}

func (rt *Runtime) replySpec(L *lua.LState, call string, o *replyOptions) (mime.Spec, mime.ReplyOptions, error) {
	engine := mime.ReplyOptions{All: o.All, QuoteHTML: o.QuoteHTML}
	spec, err := rt.messageSpec(L, call, &o.messageOptions)
	if err != nil {
		return spec, engine, err
	}
	if engine.Own, err = addressList(call, "own", o.Own); err != nil {
		return spec, engine, err
	}
	switch quote := o.Quote.(type) {
	case nil, *lua.LNilType:
	case lua.LBool:
		engine.Quote = bool(quote)
	case *lua.LFunction:
		engine.Quote = true
		engine.Attribution, err = attributionOf(L, call, quote)
	default:
		err = &argumentError{text: call + `: option "quote" must be a boolean or a function, got ` + describe(quote)}
	}
	return spec, engine, err
}

// attributionOf asks the script for the line above a quote.
func attributionOf(L *lua.LState, call string, quote *lua.LFunction) (*string, error) {
	L.Push(quote)
	L.Push(L.Get(1))
	L.Call(1, 1)
	line, ok := L.Get(-1).(lua.LString)
	L.Pop(1)
	if !ok {
		return nil, &argumentError{text: call + `: the function of "quote" must return a string`}
	}
	text := string(line)
	return &text, nil
}

func (rt *Runtime) mimeForward(L *lua.LState) int {
	const call = "mime.forward"
	original := rt.checkPart(L, 1, call)
	var o forwardOptions
	if err := readOptions(call, argTable(L, call, 2, "options"), &o); err != nil {
		raise(L, err)
	}
	engine := mime.ForwardOptions{Title: o.Title}
	switch inline := o.Inline.(type) {
	case nil, *lua.LNilType:
	case lua.LBool:
		engine.Inline = bool(inline)
	case *lua.LTable:
		o.messageOptions.Inline = inline
	default:
		raiseArgument(L, call+`: option "inline" must be a boolean or a table, got `+describe(inline))
	}
	spec, err := rt.messageSpec(L, call, &o.messageOptions)
	if err == nil {
		err = original.whole()
	}
	if err != nil {
		raise(L, err)
	}
	message, err := mime.Forward(original.asMessage(), spec, engine, rt.host.mimeEnv())
	if err != nil {
		raise(L, err)
	}
	rt.warn(L, call, message.Warnings())
	L.Push(rt.newMessage(L, message))
	return 1
}
