package luabind

import (
	"fmt"

	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// messageOptions are the fields of mime.message.
type messageOptions struct {
	From          lua.LValue      `lua:"from" doc:"author: \"Name <a@b.example>\", { name=, address= } or a list"`
	To            lua.LValue      `lua:"to" doc:"recipients"`
	Cc            lua.LValue      `lua:"cc" doc:"recipients of copies"`
	Bcc           lua.LValue      `lua:"bcc" doc:"recipients whom nobody sees"`
	ReplyTo       lua.LValue      `lua:"reply_to" doc:"where answers go"`
	Sender        lua.LValue      `lua:"sender" doc:"who sends, where it isn't the author"`
	Envelope      envelopeOptions `lua:"envelope" doc:"envelope other than the header says"`
	Subject       string          `lua:"subject" doc:"the subject"`
	Text          *string         `lua:"text" doc:"plain text body"`
	HTML          *string         `lua:"html" doc:"HTML body; alone it gives a derived text part"`
	Markdown      *string         `lua:"markdown" doc:"body in Markdown, which gives the HTML and with it a text part"`
	Report        lua.LValue      `lua:"report" type:"report.Page" doc:"a page that report.page makes: text, HTML and pictures"`
	Charset       string          `lua:"charset" doc:"charset of the bodies" default:"utf-8"`
	Inline        *lua.LTable     `lua:"inline" doc:"images for cid: links by name: paths, parts or { data=, filename= }"`
	Attachments   lua.LValue      `lua:"attachments" doc:"paths, parts or { data=, filename= }"`
	Alternatives  lua.LValue      `lua:"alternatives" doc:"further forms of the body, as parts"`
	Calendar      calendarOptions `lua:"calendar" doc:"an invitation (RFC 5546), with a copy as an attachment"`
	Embed         embedOptions    `lua:"embed" doc:"pictures of the HTML that become inline parts"`
	List          listOptions     `lua:"list" doc:"mailing list fields (RFC 2369, 2919, 8058)"`
	InReplyTo     []string        `lua:"in_reply_to" one:"true" doc:"Message-ID of the message answered"`
	References    []string        `lua:"references" one:"true" doc:"Message-IDs of the thread"`
	Date          lua.LValue      `lua:"date" doc:"os.time() number, RFC 5322 or ISO 8601 text" default:"now"`
	MessageID     string          `lua:"message_id" doc:"Message-ID instead of a fresh one"`
	Priority      string          `lua:"priority" enum:"high,normal,low" doc:"Importance and X-Priority"`
	AutoSubmitted string          `lua:"auto_submitted" doc:"auto-generated, auto-replied or no (RFC 3834)"`
	ReceiptTo     lua.LValue      `lua:"receipt_to" doc:"who is told when the message is displayed, if its reader agrees (RFC 8098)"`
	FeedbackID    string          `lua:"feedback_id" doc:"campaign:customer:kind:sender, by which Gmail counts complaints"`
	Headers       *lua.LTable     `lua:"headers" doc:"further header fields"`
	DKIM          lua.LValue      `lua:"dkim" type:"mime.DKIM|mime.DKIM[]" doc:"signer or signers, which mime.dkim makes"`
}

type envelopeOptions struct {
	From *string  `lua:"from" doc:"envelope sender; \"\" is the null sender"`
	To   []string `lua:"to" one:"true" doc:"envelope recipients"`
}

type listOptions struct {
	ID          string   `lua:"id" doc:"List-Id"`
	Unsubscribe []string `lua:"unsubscribe" one:"true" doc:"https: and mailto: addresses to leave the list"`
	OneClick    bool     `lua:"one_click" doc:"RFC 8058 one-click; needs an https: address"`
	Subscribe   []string `lua:"subscribe" one:"true" doc:"addresses to join the list"`
	Post        []string `lua:"post" one:"true" doc:"address to write to the list; NO when nobody may"`
	Owner       []string `lua:"owner" one:"true" doc:"address of who runs the list"`
	Help        []string `lua:"help" one:"true" doc:"address for help with the list"`
	Archive     []string `lua:"archive" one:"true" doc:"address of the list's archive"`
}

func (rt *Runtime) mimeMessage(L *lua.LState) int {
	const call = "mime.message"
	var o messageOptions
	if err := readOptions(call, argTable(L, call, 1, "fields"), &o); err != nil {
		raise(L, err)
	}
	spec, err := rt.messageSpec(L, call, &o)
	if err != nil {
		raise(L, err)
	}
	message, err := mime.Compose(spec, rt.host.mimeEnv())
	if err != nil {
		raise(L, err)
	}
	rt.warn(L, call, message.Warnings())
	L.Push(rt.newMessage(L, message))
	return 1
}

// messageSpec turns the table into what the builder composes.
func (rt *Runtime) messageSpec(L *lua.LState, call string, o *messageOptions) (mime.Spec, error) {
	spec := mime.Spec{
		Subject: o.Subject, Text: o.Text, HTML: o.HTML, Markdown: o.Markdown, Charset: o.Charset,
		InReplyTo: o.InReplyTo, References: o.References, MessageID: o.MessageID,
		Priority: o.Priority, AutoSubmitted: o.AutoSubmitted, FeedbackID: o.FeedbackID,
		EnvelopeFrom: o.Envelope.From, EnvelopeTo: o.Envelope.To,
	}
	if o.Envelope.To != nil && len(o.Envelope.To) == 0 {
		return spec, &argumentError{text: call + `: option "envelope.to" is an empty list`, hint: "leave it out to mail those whom the header names"}
	}
	spec.List, spec.Embed = o.List.engine(), o.Embed.engine(rt)
	if err := o.addresses(call, &spec); err != nil {
		return spec, err
	}
	if err := rt.messageParts(L, call, o, &spec); err != nil {
		return spec, err
	}
	if err := o.showReport(call, &spec); err != nil {
		return spec, err
	}
	var err error
	if spec.Calendar, err = o.Calendar.engine(call); err != nil {
		return spec, err
	}
	if spec.Date, err = dateOf(call, o.Date); err != nil {
		return spec, err
	}
	if spec.Signers, err = signers(call, o.DKIM); err != nil {
		return spec, err
	}
	for _, f := range o.grouped() {
		spec.Headers = append(spec.Headers, [2]string{f.name, f.text})
	}
	return spec, eachPair(call, "headers", o.Headers, func(k, v string) { spec.Headers = append(spec.Headers, [2]string{k, v}) })
}

func (o *messageOptions) addresses(call string, spec *mime.Spec) error {
	for _, f := range []struct {
		name string
		from lua.LValue
		to   *[]mime.Address
	}{
		{"from", o.From, &spec.From}, {"to", o.To, &spec.To}, {"cc", o.Cc, &spec.Cc}, {"bcc", o.Bcc, &spec.Bcc},
		{"reply_to", o.ReplyTo, &spec.ReplyTo}, {"sender", o.Sender, &spec.Sender}, {"receipt_to", o.ReceiptTo, &spec.ReceiptTo},
	} {
		list, err := addressList(call, f.name, f.from)
		if err != nil {
			return err
		}
		*f.to = list
	}
	return nil
}

func (rt *Runtime) messageParts(L *lua.LState, call string, o *messageOptions, spec *mime.Spec) error {
	var err error
	if spec.Inline, err = rt.inlineParts(L, call, o.Inline); err != nil {
		return err
	}
	if spec.Attachments, err = rt.attachmentList(L, call+": attachments", o.Attachments); err != nil {
		return err
	}
	spec.Alternatives, err = rt.attachmentList(L, call+": alternatives", o.Alternatives)
	return err
}

// attachmentList reads a list of paths, parts and tables.
func (rt *Runtime) attachmentList(L *lua.LState, call string, v lua.LValue) ([]*mime.Part, error) {
	list, ok := v.(*lua.LTable)
	if v == nil || v == lua.LNil {
		return nil, nil
	}
	if !ok {
		return nil, &argumentError{text: fmt.Sprintf("%s must be a list, got %s", call, describe(v)), hint: "put it into braces"}
	}
	if key, _ := optAfter(list, list.Len()); key != lua.LNil {
		return nil, &argumentError{text: fmt.Sprintf("%s must be a list, which has no key %q; put one attachment's table into another pair of braces", call, key.String())}
	}
	var parts []*mime.Part
	for i := 1; i <= list.Len(); i++ {
		p, err := rt.attachment(L, fmt.Sprintf("%s[%d]", call, i), list.RawGetInt(i))
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// attachment makes a part of a path, a part or a table of part options.
func (rt *Runtime) attachment(L *lua.LState, call string, v lua.LValue, more ...mime.Option) (*mime.Part, error) {
	if p := partOf(v); p != nil {
		err := p.whole()
		return p.part, err
	}
	switch v := v.(type) {
	case lua.LString:
		t := L.NewTable()
		t.RawSetString("path", v)
		return rt.partFromTable(L, call, t, more...)
	case *lua.LTable:
		return rt.partFromTable(L, call, v, more...)
	}
	return nil, &argumentError{text: fmt.Sprintf("%s must be a path, a part or a table, got %s", call, describe(v))}
}

// inlineParts reads the map of inline images by Content-ID.
func (rt *Runtime) inlineParts(L *lua.LState, call string, t *lua.LTable) ([]*mime.Part, error) {
	if t == nil {
		return nil, nil
	}
	images := map[string]lua.LValue{}
	var bad lua.LValue
	t.ForEach(func(k, v lua.LValue) {
		if name, ok := k.(lua.LString); ok {
			images[string(name)] = v
		} else {
			bad = k
		}
	})
	if bad != nil {
		return nil, &argumentError{text: fmt.Sprintf("%s: inline must map names to images, got key %s", call, bad.String()), hint: `write inline = { logo = "logo.png" } and <img src="cid:logo">`}
	}
	var parts []*mime.Part
	for _, cid := range sortedKeys(images) {
		p, err := rt.attachment(L, fmt.Sprintf("%s: inline.%s", call, cid), images[cid], mime.WithCID(cid), mime.WithDisposition("inline"))
		if err != nil {
			return nil, err
		}
		if p.CID() == "" {
			if p = p.Clone(); p.SetCID(cid) != nil {
				return nil, &argumentError{text: fmt.Sprintf("%s: inline name %q cannot be a Content-ID", call, cid)}
			}
		}
		parts = append(parts, p)
	}
	return parts, nil
}
