package mime

import (
	"bytes"
	"strings"
	"testing"

	gomessage "github.com/emersion/go-message"
)

// hostileValues are values that have broken builders before.
var hostileValues = []string{
	"\r\nBcc: evil@x.example", "\nBcc: evil@x.example", "\rBcc: evil@x.example", "\r\n\r\nbody", "\n", "\r\n ", "x\r\n\tfolded", "\x00", "x\x7f", "=?utf-8?q?=0D=0ABcc:_evil@x.example?=", "=?utf-8?b?DQpCY2M6IGV2aWxAeA==?=", "=?utf-8?q?=0A?=Bcc: evil@x.example",
	"=?utf-8?q?x?= =?utf-8?q?y?=", "\"; evil=\"x", "\";\r\n evil=x", "x; boundary=evil", "x\"", "\\", "x\\\"", "'", "%0D%0ABcc: x", "utf-8''%0D%0ABcc:%20x", "x*0", "<x>", "<x>, <y>", "x>", "a@b>, <evil@x.example", "a@b.example\u2028Bcc: x", "x\u0085y", "\u2029",
	"é\r\nBcc: evil@x.example", "Ж\nx", "x\xff", "\xc3", "caf\xe9\r\nBcc: x", "--=_", "--", ".", "\r\n.\r\n", "(", "((((", ")", ",", ";", ":", "@", "x: y", "../../x", "C:\\x", " ", "\t", "  x  ", "a\tb", strings.Repeat("x", 1000), strings.Repeat("é", 1000), strings.Repeat("x ", 600), strings.Repeat("=?", 200), strings.Repeat("\"", 100), strings.Repeat("\\", 99),
	"text/html", "multipart/mixed", "message/rfc822", "https://x.example/\r\nBcc: y", "https://x.example/>, <mailto:evil@x.example", "mailto:a@b?bcc=c", "NO", "-", "*", "\ufeff", "\U000e0001", "\u202egnp.exe",
}

// hostilePlaces put a string wherever the builder takes one.
func hostilePlaces() map[string]func(s string) (*Message, error) {
	message := func(p *Part, err error) (*Message, error) {
		if err != nil {
			return nil, err
		}
		return Compose(Spec{From: []Address{{"", "f@x.example"}}, To: []Address{{"", "t@x.example"}}, Text: ptr("hi\n"), Attachments: []*Part{p}}, fixedEnv())
	}
	part := func(o Option) (*Message, error) { return message(NewPart("application/x", String("content"), o)) }
	multi := func(o Option) (*Message, error) {
		return message(NewMultipart("mixed", []*Part{must(NewText("x", "", "")), must(NewText("y", "", ""))}, o))
	}
	header := func(name string) func(string) (*Message, error) {
		return func(s string) (*Message, error) {
			m := must(part(WithCID("x")))
			return m, m.Header().Set(name, s)
		}
	}
	compose := func(change func(*Spec, string)) func(string) (*Message, error) {
		return func(s string) (*Message, error) {
			spec := Spec{From: []Address{{"", "f@x.example"}}, To: []Address{{"", "t@x.example"}}, Text: ptr("hi\n"), Attachments: []*Part{must(NewPart("application/x", String("content")))}}
			change(&spec, s)
			return Compose(spec, fixedEnv())
		}
	}
	places := map[string]func(string) (*Message, error){
		"filename": func(s string) (*Message, error) { return part(WithFilename("x" + s)) }, "cid": func(s string) (*Message, error) { return part(WithCID("x" + s)) },
		"description": func(s string) (*Message, error) { return part(WithDescription(s)) }, "disposition": func(s string) (*Message, error) { return part(WithDisposition("inline" + s)) },
		"parameter": func(s string) (*Message, error) { return part(WithParam("a", s)) }, "name of a parameter": func(s string) (*Message, error) { return part(WithParam("a"+s, "b")) },
		"part header": func(s string) (*Message, error) { return part(WithHeader("Content-Own", s)) }, "location": func(s string) (*Message, error) { return part(WithHeader("Content-Location", "x"+s)) },
		"encoding": func(s string) (*Message, error) { return part(WithEncoding(s)) }, "type": func(s string) (*Message, error) { return message(NewPart("application/x"+s, String("content"))) },
		"boundary": func(s string) (*Message, error) { return multi(WithBoundary("b" + s)) }, "preamble": func(s string) (*Message, error) { return multi(WithPreamble("x" + s)) }, "epilogue": func(s string) (*Message, error) { return multi(WithEpilogue("x" + s)) },
		"subtype": func(s string) (*Message, error) { return message(NewText("x", "plain"+s, "")) }, "charset": func(s string) (*Message, error) { return message(NewText("x", "plain", "utf-8"+s)) },
		"text": func(s string) (*Message, error) { return message(NewText("a\n"+s+"\nb\n", "plain", "")) }, "flowed": func(s string) (*Message, error) {
			return message(NewText("a\n"+s+"\nb\n", "plain", "", WithFlowed(true)))
		},
		"content":          func(s string) (*Message, error) { return message(NewPart("application/x", String(s))) },
		"composed subject": compose(func(spec *Spec, s string) { spec.Subject = "x" + s }), "name": compose(func(spec *Spec, s string) { spec.To = []Address{{s, "t@x.example"}} }), "local part": compose(func(spec *Spec, s string) { spec.To = []Address{{"", "t" + s + "@x.example"}} }),
		"domain": compose(func(spec *Spec, s string) { spec.To = []Address{{"", "t@x.example" + s}} }), "author": compose(func(spec *Spec, s string) { spec.From = []Address{{s, "f@x.example"}} }), "list id": compose(func(spec *Spec, s string) { spec.List = &ListSpec{ID: "x.example" + s} }),
		"list phrase": compose(func(spec *Spec, s string) { spec.List = &ListSpec{ID: "x" + s + " <x.example>"} }), "unsubscribe": compose(func(spec *Spec, s string) { spec.List = &ListSpec{Unsubscribe: []string{"https://x.example/" + s}} }),
		"message id": compose(func(spec *Spec, s string) { spec.MessageID = "x@x" + s }), "references": compose(func(spec *Spec, s string) { spec.References = []string{"x@x" + s} }), "in reply to": compose(func(spec *Spec, s string) { spec.InReplyTo = []string{"x@x" + s} }),
		"auto-submitted": compose(func(spec *Spec, s string) { spec.AutoSubmitted = "no" + s }), "bcc": compose(func(spec *Spec, s string) { spec.Bcc = []Address{{s, "hidden@x.example"}} }),
		"composed header": compose(func(spec *Spec, s string) { spec.Headers = [][2]string{{"X-Own", s}} }), "name of a header": compose(func(spec *Spec, s string) { spec.Headers = [][2]string{{"X-Own" + s, "v"}} }), "text of a message": compose(func(spec *Spec, s string) { spec.Text = &s }),
		"page": compose(func(spec *Spec, s string) { spec.HTML = &s }), "raw": func(s string) (*Message, error) {
			m := must(part(WithCID("x")))
			return m, m.Header().AddRaw("X-Own: " + s + "\r\n")
		},
	}
	for _, name := range []string{"Subject", "X-Own", "To", "Cc", "Reply-To", "Sender", "Date", "Message-ID", "References", "List-ID", "List-Help", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Content-ID", "Feedback-ID", "Received", "MIME-Version", "Bcc", "Keywords", "DKIM-Signature"} {
		places["field "+name] = header(name)
	}
	return places
}

// census counts what a message is made of, as go-message reads it.
type census struct{ fields, parts int }

func countOf(t testing.TB, e *gomessage.Entity) (c census) {
	t.Helper()
	c.parts = 1
	for fields := e.Header.Fields(); fields.Next(); {
		if !strings.EqualFold(fields.Key(), "Content-Transfer-Encoding") { // the builder's own choice
			c.fields++
		}
		if hidden(strings.ToLower(fields.Key())) {
			t.Errorf("a part shows %s: %s", fields.Key(), fields.Value())
		}
	}
	r := e.MultipartReader()
	for r != nil {
		child, err := r.NextPart()
		if err != nil {
			break
		}
		below := countOf(t, child)
		c.fields, c.parts = c.fields+below.fields, c.parts+below.parts
	}
	return c
}

// built counts what a message should be made of.
func built(p *Part, root bool) (c census) {
	c.parts = 1
	for name := range p.header.Fields() {
		key := strings.ToLower(name)
		describes := strings.HasPrefix(key, "content-")
		if (root || describes) && !hidden(key) && key != "content-transfer-encoding" {
			c.fields++
		}
	}
	for _, child := range p.children {
		below := built(child, false)
		c.fields, c.parts = c.fields+below.fields, c.parts+below.parts
	}
	return c
}

// checkCensus wants the message to consist of the fields and the parts that were set, for every kind of server.
func checkCensus(t testing.TB, where, value string, m *Message) {
	t.Helper()
	for _, eightBit := range []bool{false, true} {
		for _, utf8 := range []bool{false, true} {
			out, err := m.Octets(eightBit, utf8)
			if err != nil {
				wantFault(t, err, "")
				continue
			}
			if bareBreaks(out) != 0 || bytes.IndexByte(out, 0) >= 0 {
				t.Errorf("%s: %q gives bare line breaks or NULs", where, value)
			}
			e, err := gomessage.Read(bytes.NewReader(out))
			if err != nil {
				t.Errorf("%s: %q: %v\n%s", where, value, err, out)
				continue
			}
			want := built(m.Part, true)
			if _, given := m.header.Get("MIME-Version"); !given {
				want.fields++
			}
			if m.undisclosed() {
				want.fields++
			}
			if got := countOf(t, e); got != want {
				t.Errorf("%s: %q gives %+v, want %+v\n%s", where, value, got, want, out)
			}
		}
	}
}

// TestHostileValues wants every hostile value refused, or harmless.
func TestHostileValues(t *testing.T) {
	for where, build := range hostilePlaces() {
		accepted := 0
		for _, value := range hostileValues {
			m, err := build(value)
			if err != nil {
				wantFault(t, err, "")
				continue
			}
			accepted++
			checkCensus(t, where, value, m)
		}
		if accepted == len(hostileValues) && where != "content" {
			t.Errorf("%s: everything is accepted", where)
		}
	}
}

// FuzzHostile puts any string into any place.
func FuzzHostile(f *testing.F) {
	places := hostilePlaces()
	for where := range places {
		f.Add(where, "x\r\nBcc: y")
		f.Add(where, "=?utf-8?q?=0D=0A?=")
	}
	f.Fuzz(func(t *testing.T, where, value string) {
		build := places[where]
		if build == nil {
			return
		}
		if m, err := build(value); err == nil {
			checkCensus(t, where, value, m)
		}
	})
}

// FuzzGenerated builds a message from a seed and reads it back.
func FuzzGenerated(f *testing.F) {
	f.Add(uint64(1), uint8(2))
	f.Fuzz(func(t *testing.T, seed uint64, depth uint8) { checkSeed(t, seed, int(depth%5)) })
}
