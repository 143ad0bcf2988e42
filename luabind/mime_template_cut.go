package luabind

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"moonpost/data"
	"moonpost/mime"

	lua "github.com/yuin/gopher-lua"
)

// cutter reads the options of mime.template: those of mime.message, whose strings may have gaps.
type cutter struct {
	rt    *Runtime
	L     *lua.LState
	call  string
	t     *luaTemplate
	slots map[string]int // by what gives their value
	err   error          // the first fault of a template
}

// hasGaps tells whether a string is a template. The octets of a picture or an archive never are.
func hasGaps(text string) bool {
	return strings.Contains(text, "{{") && strings.IndexByte(text, 0) < 0 && utf8.ValidString(text)
}

// text cuts a string at its gaps. where names it in errors.
func (c *cutter) text(where, text string, html bool) mime.Gapped {
	if !hasGaps(text) {
		return mime.Fixed(text)
	}
	parsed, err := data.ParseTemplate(where, text, html)
	if err != nil {
		c.fail(err)
		return mime.Gapped{}
	}
	return c.cut(parsed, parsed, text, html)
}

// cut takes a template apart. The source is what errors show.
func (c *cutter) cut(parsed, source *data.Template, text string, html bool) mime.Gapped {
	cut, ok := parsed.Cut()
	if !ok {
		cut = data.Cut{Texts: []string{"", ""}, Gaps: []data.Gap{{Action: text}}}
	}
	g := mime.Gapped{Texts: cut.Texts}
	for _, gap := range cut.Gaps {
		g.Gaps = append(g.Gaps, mime.Gap{Value: c.slot(source, gap, html && !ok), Escape: gap.Escape})
	}
	return g
}

func (c *cutter) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// slot gives the number of the slot for a gap; the same field has one slot in all strings.
func (c *cutter) slot(source *data.Template, gap data.Gap, html bool) int {
	action := gap.Action
	if len(gap.Path) > 0 {
		action = "{{." + strings.Join(gap.Path, ".") + "}}"
	}
	key := fmt.Sprint(html, " ", action)
	if n, known := c.slots[key]; known {
		return n
	}
	parsed, err := data.ParseTemplate(source.Name(), action, html)
	if err != nil {
		c.fail(err)
	}
	c.slots[key] = len(c.t.slots)
	c.t.slots = append(c.t.slots, slot{path: gap.Path, action: parsed, source: source})
	return c.slots[key]
}

func (c *cutter) pointer(where string, text *string, html bool) *mime.Gapped {
	if text == nil {
		return nil
	}
	g := c.text(where, *text, html)
	return &g
}

func (c *cutter) texts(where string, list []string) []mime.Gapped {
	var out []mime.Gapped
	for _, text := range list {
		out = append(out, c.text(where, text, false))
	}
	return out
}

// urls cuts URLs. A value is escaped by its place in the URL; one that is the URL's beginning is taken as it is.
func (c *cutter) urls(where string, list []string) []mime.Gapped {
	out := c.texts(where, list)
	for i := range out {
		before := ""
		for k := range out[i].Gaps {
			switch before += out[i].Texts[k]; {
			case strings.ContainsAny(before, "?#"):
				out[i].Gaps[k].Escape = data.AppendQuery
			case strings.Trim(before, "< ") != "":
				out[i].Gaps[k].Escape = data.AppendURL
			}
		}
	}
	return out
}

// spec cuts the options.
func (c *cutter) spec(o *messageOptions) error {
	s := &c.t.spec
	s.Subject, s.MessageID = c.text("subject", o.Subject, false), c.text("message_id", o.MessageID, false)
	s.Text, s.Charset, s.FeedbackID = c.pointer("text", o.Text, false), o.Charset, c.text("feedback_id", o.FeedbackID, false)
	s.InReplyTo, s.References = c.texts("in_reply_to", o.InReplyTo), c.texts("references", o.References)
	s.Priority, s.AutoSubmitted = o.Priority, o.AutoSubmitted
	s.EnvelopeFrom, s.EnvelopeTo = c.pointer("envelope.from", o.Envelope.From, false), c.texts("envelope.to", o.Envelope.To)
	if l := o.List; l.given() {
		s.List = &mime.GappedList{
			ID: c.text("list.id", l.ID, false), Unsubscribe: c.urls("list.unsubscribe", l.Unsubscribe), OneClick: l.OneClick,
			Subscribe: c.urls("list.subscribe", l.Subscribe), Post: c.urls("list.post", l.Post), Owner: c.urls("list.owner", l.Owner),
			Help: c.urls("list.help", l.Help), Archive: c.urls("list.archive", l.Archive),
		}
	}
	for _, f := range o.grouped() {
		s.Headers = append(s.Headers, mime.GappedHeader{Name: f.name, Value: mime.Fixed(f.text)})
	}
	err := eachPair(c.call, "headers", o.Headers, func(k, v string) {
		s.Headers = append(s.Headers, mime.GappedHeader{Name: k, Value: c.text("headers."+k, v, false)})
	})
	c.people(o)
	if err == nil {
		err = c.err
	}
	if err != nil {
		return err
	}
	if s.HTML, err = c.page(o); err != nil {
		return err
	}
	if s.Calendar, err = o.Calendar.engine(c.call); err != nil {
		return err
	}
	if s.Date, err = dateOf(c.call, o.Date); err != nil {
		return err
	}
	if s.Signers, err = signers(c.call, o.DKIM); err != nil {
		return err
	}
	c.rt.warnOfSigner(s.UnvouchedAuthor())
	return c.parts(o)
}

// parts takes the parts that have no gaps.
func (c *cutter) parts(o *messageOptions) error {
	var fixed mime.Spec
	err := c.rt.messageParts(c.L, c.call, o, &fixed)
	s := &c.t.spec
	if err == nil {
		err = c.report(o)
	}
	s.Inline, s.Attachments, s.Alternatives = append(fixed.Inline, c.t.embedded...), fixed.Attachments, fixed.Alternatives
	return err
}

// report takes a report, which has no gaps.
func (c *cutter) report(o *messageOptions) error {
	page, err := o.reportOf(c.call)
	if page != nil {
		html, text := mime.Fixed(page.HTML), mime.Fixed(page.Text)
		c.t.spec.HTML, c.t.spec.Text = &html, &text
		c.t.embedded = append(c.t.embedded, page.Images...)
	}
	return err
}

func (c *cutter) people(o *messageOptions) {
	s := &c.t.spec
	for _, f := range []struct {
		name string
		from lua.LValue
		to   *[]mime.GappedAddress
	}{
		{"from", o.From, &s.From}, {"to", o.To, &s.To}, {"cc", o.Cc, &s.Cc}, {"bcc", o.Bcc, &s.Bcc},
		{"reply_to", o.ReplyTo, &s.ReplyTo}, {"sender", o.Sender, &s.Sender}, {"receipt_to", o.ReceiptTo, &s.ReceiptTo},
	} {
		list, err := c.addresses(f.name, f.from)
		if err != nil {
			c.fail(err)
		}
		*f.to = list
	}
}

// addresses reads what addressList reads, with gaps.
func (c *cutter) addresses(what string, v lua.LValue) ([]mime.GappedAddress, error) {
	if !valueHasGaps(v) {
		list, err := addressList(c.call, what, v)
		out := make([]mime.GappedAddress, 0, len(list))
		for _, a := range list {
			out = append(out, mime.GappedAddress{Name: mime.Fixed(a.Name), Address: mime.Fixed(a.Address)})
		}
		return out, err
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		return mime.ParseGappedAddresses(c.text(what, v.String(), false))
	}
	if t.RawGetString("address") != lua.LNil {
		a, err := addressTable(c.call, what, t)
		return []mime.GappedAddress{{Name: c.text(what+".name", a.Name, false), Address: c.text(what+".address", a.Address, false)}}, err
	}
	var out []mime.GappedAddress
	for i := 1; i <= t.Len(); i++ {
		some, err := c.addresses(fmt.Sprintf("%s[%d]", what, i), t.RawGetInt(i))
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// valueHasGaps looks for gaps in a string, or in the strings of a table.
func valueHasGaps(v lua.LValue) bool { return gapsWithin(v, 0) }

func gapsWithin(v lua.LValue, depth int) bool {
	switch v := v.(type) {
	case lua.LString:
		return hasGaps(string(v))
	case *lua.LTable:
		found := false
		v.ForEach(func(_, inner lua.LValue) {
			found = found || depth < treeDepth && gapsWithin(inner, depth+1)
		})
		return found
	default:
		return false
	}
}
