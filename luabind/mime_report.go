package luabind

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"moonpost/luabind/lua51"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// reportMethods are the methods that tell what a message is about.
func reportMethods(rt *Runtime) []Function {
	return []Function{
		{"delivery_report", "(self: mime.Part): mime.DeliveryReport?",
			"Reads a report about an earlier message: a delivery status notification (RFC 3464), a complaint (RFC 5965), a receipt (RFC 8098), or a bounce of Exim, qmail, Postfix or old Exchange in their own form. " +
				"Gives nil for any other message: nothing is guessed from the words of a text.",
			"local r = msg:delivery_report()\nif r and r.type == \"bounce\" then print(r.recipients[1].address, r.recipients[1].status) end", rt.partDeliveryReport},
		{"is_automatic", "(self: mime.Part): boolean",
			"Tells whether a program sent the message, so that no program should answer it: Auto-Submitted other than no (RFC 3834), List-* fields, Precedence bulk, list or junk, a null sender (Return-Path or envelope), a report, " +
				"or X-Auto-Response-Suppress with All, OOF or AutoReply.",
			`if not msg:is_automatic() then answer(msg) end`, rt.partIsAutomatic},
	}
}

// deliveryReportTypes describes what delivery_report gives.
func deliveryReportTypes() []string {
	return []string{`---@class mime.DeliveryReport
---@field type "bounce"|"delay"|"relayed"|"delivered"|"complaint"|"receipt"|"other" the worst that befell any recipient: failed is bounce, delayed is delay; relayed went to a server without reports
---@field recipients mime.ReportedRecipient[] the recipients it is about; a complaint may name none
---@field message_id? string Message-ID of the message reported on, with angle brackets
---@field envelope_id? string the envid that was given when it was sent
---@field reporter? string the server or program that reports
---@field feedback? string of complaints: "abuse", "fraud" …; "not-spam" and "auth-failure" have the type other
`, `---@class mime.ReportedRecipient
---@field address string as you sent to it, if the report tells, else as the last server had it
---@field final? string as the last server had it, when that differs
---@field action? string failed, delayed, delivered, relayed or expanded; of receipts displayed, deleted …
---@field status? string RFC 3463 code, such as "5.1.1"
---@field text? string the diagnosis
---@field server? string the server that gave it
`}
}

func (rt *Runtime) partDeliveryReport(L *lua.LState) int {
	r := rt.thisPart(L).part.DeliveryReport()
	if r == nil {
		L.Push(lua.LNil)
		return 1
	}
	list := L.CreateTable(len(r.Recipients), 0)
	for i, x := range r.Recipients {
		list.RawSetInt(i+1, textTable(L, [][2]string{
			{"address", x.Address}, {"final", x.Final}, {"action", x.Action}, {"status", x.Status}, {"text", x.Text}, {"server", x.Server},
		}))
	}
	t := textTable(L, [][2]string{
		{"type", string(r.Type)}, {"message_id", r.MessageID}, {"envelope_id", r.EnvelopeID}, {"reporter", r.Reporter}, {"feedback", r.Feedback},
	})
	t.RawSetString("recipients", list)
	L.Push(t)
	return 1
}

// textTable makes a table of the texts that aren't empty.
func textTable(L *lua.LState, pairs [][2]string) *lua.LTable {
	t := L.CreateTable(0, len(pairs)+1)
	for _, pair := range pairs {
		if pair[1] != "" {
			t.RawSetString(pair[0], lua.LString(pair[1]))
		}
	}
	return t
}

func (rt *Runtime) partIsAutomatic(L *lua.LState) int {
	p := rt.thisPart(L)
	L.Push(lua.LBool(p.asMessage().IsAutomatic()))
	return 1
}

// reportOptions are the fields of mime.report.
type reportOptions struct {
	Type        string      `lua:"type" required:"true" enum:"delivery-status,disposition-notification,feedback-report" doc:"what is reported"`
	Text        string      `lua:"text" doc:"the report for people"`
	Fields      *lua.LTable `lua:"fields" required:"true" doc:"the report for programs: a table of fields by name, where a list gives a field several times; for delivery-status a list of such tables, first the message's, then one for each recipient"`
	Original    lua.LValue  `lua:"original" type:"mime.Part" doc:"the message it is about"`
	HeadersOnly bool        `lua:"headers_only" doc:"return only the header of the original"`
	Headers     *lua.LTable `lua:"headers" doc:"header fields of the report"`
}

func (rt *Runtime) mimeReport(L *lua.LState) int {
	const call = "mime.report"
	var o reportOptions
	if err := readOptions(call, argTable(L, call, 1, "options"), &o); err != nil {
		raise(L, err)
	}
	spec := mime.ReportSpec{Type: o.Type, Text: o.Text, HeadersOnly: o.HeadersOnly}
	var err error
	if spec.Groups, err = reportGroups(call, o.Fields); err != nil {
		raise(L, err)
	}
	if o.Original != nil && o.Original != lua.LNil {
		p := partOf(o.Original)
		if p == nil {
			raiseArgument(L, call+": original must be a mime part, got "+describe(o.Original))
		}
		if err := p.whole(); err != nil {
			raise(L, err)
		}
		spec.Original = p.asMessage()
	}
	var options []mime.Option
	err = eachPair(call, "headers", o.Headers, func(k, v string) { options = append(options, mime.WithHeader(k, v)) })
	if err != nil {
		raise(L, err)
	}
	return rt.pushPart(L)(mime.NewReport(spec, options...))
}

// reportGroups reads one table of fields, or a list of them.
func reportGroups(call string, t *lua.LTable) ([][][2]string, error) {
	if t.Len() == 0 {
		group, err := reportGroup(call, "fields", t)
		return [][][2]string{group}, err
	}
	var groups [][][2]string
	for i := 1; i <= t.Len(); i++ {
		item, ok := t.RawGetInt(i).(*lua.LTable)
		if !ok {
			return nil, &argumentError{text: fmt.Sprintf("%s: fields[%d] must be a table, got %s", call, i, describe(t.RawGetInt(i)))}
		}
		group, err := reportGroup(call, fmt.Sprintf("fields[%d]", i), item)
		if err != nil {
			return nil, err
		}
		groups = append(groups, group)
	}
	return groups, nil
}

// fieldsFirst stand in this order at the beginning of a group, as in the RFCs; the others follow by name.
const fieldsFirst = " original-envelope-id reporting-mta dsn-gateway received-from-mta arrival-date original-recipient final-recipient action status remote-mta diagnostic-code " +
	"reporting-ua mdn-gateway original-message-id disposition feedback-type user-agent version "

func reportGroup(call, what string, t *lua.LTable) ([][2]string, error) {
	var group [][2]string
	var wrong error
	t.ForEach(func(k, v lua.LValue) {
		values, err := stringList(call, what+"."+k.String(), v)
		if n, isNumber := v.(lua.LNumber); isNumber {
			values, err = []string{lua51.Plain(n)}, nil
		}
		if err != nil {
			wrong = err
		}
		for _, value := range values {
			group = append(group, [2]string{k.String(), value})
		}
	})
	rank := func(name string) int {
		if i := strings.Index(fieldsFirst, " "+strings.ToLower(name)+" "); i >= 0 {
			return i
		}
		return len(fieldsFirst)
	}
	slices.SortStableFunc(group, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(rank(a[0]), rank(b[0])), strings.Compare(a[0], b[0]))
	})
	return group, wrong
}
