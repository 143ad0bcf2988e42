package mime

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse wants of any octets: no panic, the same octets back, defects that say where, and a wire form that every
// server takes and that reads back as the same tree.
func FuzzParse(f *testing.F) {
	for _, test := range brokenMails() {
		f.Add([]byte(test.mail))
	}
	f.Add([]byte(nestedMail))
	f.Add(bytes.Repeat([]byte("Content-Type: multipart/mixed; boundary=b\n\n--b\n"), 4))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := Parse(b, ParseOptions{MaxDepth: 8, MaxParts: 40, MaxHeader: 4096, MaxFields: 200}, fixedEnv())
		for _, d := range m.Defects() {
			if d.Code == "" || d.Text == "" || strings.ContainsAny(d.Where, "\r\n") {
				t.Fatalf("an empty defect: %+v", d)
			}
		}
		_, _, _ = m.Attachments(), m.Body("plain"), m.Body("html")
		fuzzWire(t, m)
		if back := stored(t, m); back != string(b) {
			t.Fatalf("%q came back as %q", b, back)
		}
		if err := m.header.Set("X-Added", "Übersicht"); err != nil {
			t.Fatal(err)
		}
		fuzzWire(t, m)
		_ = m.Walk(func(p *Part, _ int) error {
			if p.content != nil && p.Set("Grüße\n") == nil {
				if got := must(p.Content()); len(got) == 0 {
					t.Fatalf("%s lost what was set", p.MediaType())
				}
			}
			return nil
		})
		_ = stored(t, m)
		fuzzWire(t, m)
	})
}

func fuzzWire(t *testing.T, m *Message) {
	t.Helper()
	for _, eightBit := range []bool{false, true} {
		b, err := m.Octets(eightBit, eightBit)
		if err != nil {
			var fault *Error
			if !errors.As(err, &fault) {
				t.Fatalf("%T: %v", err, err)
			}
			continue
		}
		traits := scan(b)
		if !traits.lines() || traits.eightBit && !eightBit || !bytes.HasSuffix(b, []byte(lineBreak)) || hasField(b, "bcc") {
			t.Fatalf("not fit for the wire: %q", b)
		}
		if back := stored(t, Parse(b, ParseOptions{}, fixedEnv())); back != string(b) {
			t.Fatalf("%q came back as %q", b, back)
		}
	}
}

func FuzzParseHeader(f *testing.F) {
	for _, s := range []string{"A: b\r\n c\r\n\r\nx", "A: b\nstray\nSubject: x\n\n", " a: b\r\r", "A : b", ":", "From x\nA: b", "A: b\r\n--b\r\nSubject: x\r\n\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newReader(b, ParseOptions{MaxHeader: 2000, MaxFields: 50}, nil)
		p := &Part{header: &Header{}, origin: &origin{}}
		head, gap := r.head(p, b)
		var raw []byte
		for _, field := range p.header.fields {
			raw = append(raw, field.raw...)
			if field.key != "" && (!isFieldName(field.name) || !utf8.ValidString(field.text) || strings.ContainsAny(field.text, "\r\n\x00")) {
				t.Fatalf("%q: %q", field.name, field.text)
			}
			if n := len(field.wire); field.key != "" && n > 0 && fields(t, string(field.wire)) != 1 {
				t.Fatalf("%q goes out as %q", field.raw, field.wire)
			}
		}
		if !bytes.Equal(raw, b[:head]) || len(bytes.Trim(b[head:head+gap], "\r\n")) > 0 {
			t.Fatalf("fields %q, header %q", raw, b[:head])
		}
	})
}

func FuzzParseParams(f *testing.F) {
	for _, s := range []string{"text/plain; charset=utf-8", "a/b; x*0*=utf-8''%C3; x*1*=%BC", "attachment; filename=\"a\\\"b\\\\c", "a/b x=y z=w (c)", "a/b;;=;x;y=\"", "multipart/mixed; boundary=\"a b \"", "a/b; name==?utf-8?q?x?=", "a/b; x*99999999999999999999=y; x*-1=z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, name := range []string{"Content-Type", "Content-Disposition"} {
			o := &origin{usual: "text/plain"}
			p := o.readParams(name, lower(name), s)
			for _, x := range p.list {
				if err := checkParam(name, x); err != nil {
					t.Fatalf("%q gives a parameter that cannot be written: %v", s, err)
				}
			}
			if p.value == "" || paramsValueFault(name, p.value) != "" {
				continue
			}
			out := string(p.append(nil))
			again := (&origin{usual: "text/plain"}).readParams(name, lower(name), unfoldValue(out))
			for _, x := range p.list {
				if got, _ := again.get(x.name); got != x.value {
					t.Fatalf("%q: %s became %q in %q", s, x.name, got, out)
				}
			}
		}
	})
}

func FuzzDecodeWords(f *testing.F) {
	for _, s := range []string{"=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "=?utf-8?b?w7w?=", "a=?x?q?b?=c", "=?=?=?", "=?utf-8*de?Q?a b?=", "=?iso-2022-jp?b?GyRCJCI=?=", strings.Repeat("=?a?q?", 50), "=?utf-7?q?+AOk-?="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, _ := decodeWords(readable(s))
		if !utf8.ValidString(text) {
			t.Fatalf("%q became %q", s, text)
		}
		if !strings.Contains(s, "=?") && text != readable(s) {
			t.Fatalf("%q has no words, but became %q", s, text)
		}
	})
}

func FuzzDecodeBody(f *testing.F) {
	for _, s := range []string{"aGVsbG8=", "aGVsbG8", "a=G==V*", "=3D=\r\n=", "begin 644 x\n%:&5L;&\\\n`\nend\n", "begin \n\xff", "====", "a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for c := codingNone; c <= codingUnknown; c++ {
			if out, _ := c.decode(b); len(out) > len(b)+3 {
				t.Fatalf("%d octets of coding %d became %d", len(b), c, len(out))
			}
		}
		if want, err := base64.StdEncoding.DecodeString(string(b)); err == nil {
			if got, faults := readBase64(b); !bytes.Equal(got, want) || faults != 0 {
				t.Fatalf("%q became %q, faults %d; want %q", b, got, faults, want)
			}
		}
		if back, faults := readBase64(appendBase64(nil, b)); !bytes.Equal(back, b) || faults != 0 {
			t.Fatalf("%q became %q, faults %d", b, back, faults)
		}
		if back, faults := readQP(appendQP(nil, b, false)); !bytes.Equal(back, b) || faults != 0 {
			t.Fatalf("%q became %q, faults %d", b, back, faults)
		}
	})
}

func FuzzReadAddresses(f *testing.F) {
	for _, s := range []string{"a@b.example; c@d.example", "A <a..b@x.example>", "\"open <a@b.example>", "a@b.example (c", "<<a@b.example>>", "g: a@b.example", "=?utf-8?q?=0A?= <a@b.example>", "\"=?utf-8?q?x?=\" <a@b.example>", "mailto:a@b.example", "a b@c.example", "<a@b.example>, <c@d.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		groups, text, ok := readGroups("To", readable(s))
		for _, box := range mailboxes(groups) {
			if strings.IndexFunc(box.wire()+box.name, isControl) >= 0 || strings.Count(box.local, "@") > 0 && box.local[0] != '"' {
				t.Fatalf("%q gives %+v", s, box)
			}
		}
		if ok && len(mailboxes(groups)) > 0 {
			again, _, well := readGroups("To", text)
			if !well && !looksEncoded(text) || len(mailboxes(again)) != len(mailboxes(groups)) {
				t.Fatalf("%q reads as %q, which reads as %+v", s, text, again)
			}
		}
	})
}
