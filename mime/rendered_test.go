package mime

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func rendered(t testing.TB, tmpl *Template, values ...string) *Rendered {
	t.Helper()
	r, err := tmpl.Render(values)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func octetsOf(t testing.TB, m interface {
	Encode(eightBit, utf8 bool) (Encoded, error)
}, eightBit, utf8 bool,
) string {
	t.Helper()
	var b bytes.Buffer
	must(must(m.Encode(eightBit, utf8)).WriteTo(&b))
	return b.String()
}

// TestRenderedBoundary fills the boundary of the template, which earlier mails have shown, into a text.
func TestRenderedBoundary(t *testing.T) {
	for _, text := range []string{"{{0}}", "a\n{{0}}", "-{{1}}", "--{{1}}", "a\n--{{1}}", "{{0}}{{1}}", "a\n-{{1}}", "x{{0}}"} {
		tmpl := must(NewTemplate(TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b@x.example"), Text: gappedPtr(text), HTML: gappedPtr("{{0h}}")}, fixedEnv()))
		full := "--" + tmpl.boundaries[0]
		for _, values := range [][]string{{full, "-" + full[2:]}, {"\n" + full + "--", full[2:]}, {"", full}, {"-", full[1:]}, {"x", full[2:]}, {"x", full[1:]}, {"--", full[2:]}} {
			out := octetsOf(t, rendered(t, tmpl, values...), false, false)
			if n := strings.Count("\r\n"+out, "\r\n"+full); n != 3 {
				t.Errorf("%q of %q: %d delimiters\n%s", text, values, n, out)
			}
		}
	}
}

func TestRenderedIdentity(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	env := NewEnv(func() time.Time { now = now.Add(time.Second); return now }, nil)
	tmpl := must(NewTemplate(TemplateSpec{From: people(t, "{{0}} <a@bücher.example>"), To: people(t, "b@x.example"), Subject: gapped("{{0}}"), Text: gappedPtr("Grüße {{0}}")}, env))
	r := rendered(t, tmpl, "x")
	t.Run("settled by the first Encode", func(t *testing.T) {
		if m := must(r.Message()); m.header.index("date") >= 0 || m.header.index("message-id") >= 0 {
			t.Error("it was settled before")
		}
		first := octetsOf(t, r, false, false)
		id := headerOf(t, first, "Message-ID")
		if !strings.HasSuffix(id, "@xn--bcher-kva.example>") || len(id) != len("Message-ID: <@xn--bcher-kva.example>")+32 {
			t.Error(id)
		}
		for _, other := range []string{octetsOf(t, r, false, false), octetsOf(t, r, true, false), octetsOf(t, r, true, true), octetsOf(t, must(r.Message()), false, false), octetsOf(t, must(r.Snapshot()), false, false)} {
			if headerOf(t, other, "Message-ID") != id || headerOf(t, other, "Date") != headerOf(t, first, "Date") {
				t.Errorf("another identity:\n%s\nwas\n%s", other, first)
			}
		}
		if other := octetsOf(t, rendered(t, tmpl, "x"), false, false); headerOf(t, other, "Message-ID") == id || headerOf(t, other, "Date") == headerOf(t, first, "Date") {
			t.Error("two messages have one identity")
		}
	})
	t.Run("settled by Snapshot", func(t *testing.T) {
		r := rendered(t, tmpl, "x")
		snapshot := must(r.Snapshot())
		if octetsOf(t, r, false, false) != octetsOf(t, snapshot, false, false) {
			t.Error("the snapshot is another message")
		}
	})
	t.Run("given date", func(t *testing.T) {
		tmpl := must(NewTemplate(TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b@x.example"), Date: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Subject: gapped("{{0}}"), Text: gappedPtr("")}, env))
		if got := headerOf(t, octetsOf(t, rendered(t, tmpl, "x"), false, false), "Date"); got != "Date: Fri, 02 Jan 2026 03:04:05 +0000" {
			t.Error(got)
		}
	})
	t.Run("broken randomness and clock", func(t *testing.T) {
		spec := TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b@x.example"), Subject: gapped("{{0}}"), Text: gappedPtr("")}
		tmpl := must(NewTemplate(spec, NewEnv(func() time.Time { return now }, iotest.ErrReader(io.ErrNoProgress))))
		if _, err := rendered(t, tmpl, "x").Encode(false, false); !errors.Is(err, io.ErrNoProgress) {
			t.Errorf("got %v", err)
		}
		tmpl = must(NewTemplate(spec, NewEnv(func() time.Time { return time.Time{} }, nil)))
		_, err := rendered(t, tmpl, "x").Encode(false, false)
		wantFault(t, err, "Date")
	})
}

// TestRenderedShares looks for the octets of the shared parts in the segments of two messages.
func TestRenderedShares(t *testing.T) {
	opened := 0
	file := must(NewPart("application/x", &countingSource{&opened}, WithFilename("a.bin")))
	big := must(NewPart("application/x", String(strings.Repeat("0123456789", 2000)), WithFilename("b.bin")))
	tmpl := must(NewTemplate(TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b{{0}}@x.example"), Text: gappedPtr(strings.Repeat("constant text\n", 1000) + "{{0}}"), Attachments: []*Part{file, big}}, fixedEnv()))
	var sizes [2]int64
	var shared [2][]*byte
	for i := range shared {
		e := must(rendered(t, tmpl, itoa(i)).Encode(i == 1, false))
		sizes[i] = e.Size()
		_ = e.Segments(func(b []byte, _ bool) error {
			if len(b) > 10000 {
				shared[i] = append(shared[i], &b[0])
			}
			return nil
		})
	}
	if len(shared[0]) != 2 || shared[0][0] != shared[1][0] || shared[0][1] != shared[1][1] {
		t.Errorf("%d and %d large segments, which are not the same", len(shared[0]), len(shared[1]))
	}
	if sizes[0] != sizes[1] || opened != 1 {
		t.Errorf("sizes %v, the source was read %d times", sizes, opened)
	}
}

// TestRenderedIsApart changes a message and the parts that were given: neither the template nor other messages notice.
func TestRenderedIsApart(t *testing.T) {
	file := must(NewPart("application/x", String("x"), WithFilename("a.bin")))
	tmpl := must(NewTemplate(TemplateSpec{From: people(t, "a@x.example"), To: people(t, "{{0}}"), Text: gappedPtr("{{1}}"), Attachments: []*Part{file}}, fixedEnv()))
	for _, address := range []string{"b@x.example", "ü@x.example"} { // the short way and the general one
		m := must(rendered(t, tmpl, address, "x").Message())
		_ = m.Attachments()[0].SetFilename("changed.bin")
		_ = file.SetFilename("changed too.bin")
		if out := octetsOf(t, rendered(t, tmpl, address, "x"), false, true); !strings.Contains(out, "filename=a.bin\r\n") {
			t.Error(out)
		}
	}
	long := rendered(t, tmpl, "b@x.example", strings.Repeat("long\n", 1<<20))
	if size := cap(rendered(t, tmpl, "b@x.example", "x").buf); size > 2*bufferMax || len(must(long.Message()).Children()) != 2 {
		t.Errorf("a message of some octets has a buffer of %d", size)
	}
}

func TestRenderedConcurrently(t *testing.T) {
	tmpl := must(NewTemplate(templateCases()[3].spec(t), NewEnv(time.Now, nil)))
	one := rendered(t, tmpl, "Ann", "7", "x")
	var group sync.WaitGroup
	outs := make([]string, 8)
	for i := range outs {
		group.Go(func() {
			for k := range 50 {
				v := []string{"Ann", itoa(k), "ü"[:(k%2)*2] + "x"}
				r := rendered(t, tmpl, v...)
				if out := octetsOf(t, r, i%2 == 0, k%5 == 0); !strings.Contains(out, "X-Run: Ann "+v[1]+"\r\n") {
					t.Errorf("%q gives %s", v, out)
				}
			}
			outs[i] = octetsOf(t, one, i%2 == 0, false)
		})
	}
	group.Wait()
	for _, out := range outs {
		if headerOf(t, out, "Message-ID") != headerOf(t, outs[0], "Message-ID") {
			t.Error("one message has two identities")
		}
	}
}

func TestTemplateFaults(t *testing.T) {
	spec := func(change func(*TemplateSpec)) TemplateSpec {
		s := TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b@x.example"), Subject: gapped("{{0}}"), Text: gappedPtr("{{1}}")}
		change(&s)
		return s
	}
	for say, change := range map[string]func(*TemplateSpec){
		"priority": func(s *TemplateSpec) { s.Priority = "urgent!" },
		"Sender":   func(s *TemplateSpec) { s.From = people(t, "a@x.example, b@x.example") },
		"https": func(s *TemplateSpec) {
			s.List = &GappedList{OneClick: true, Unsubscribe: gappedList("mailto:{{0}}@x.example")}
		},
		"X-Fixed":         func(s *TemplateSpec) { s.Headers = []GappedHeader{{"X-Fixed", Fixed("a\nb")}} },
		"envelope sender": func(s *TemplateSpec) { s.EnvelopeFrom = gappedPtr("nobody@") },
	} {
		if say == "https" { // the address is seen when the gap is filled
			tmpl := must(NewTemplate(spec(change), fixedEnv()))
			_, err := tmpl.Render([]string{"u", "x"})
			wantFault(t, err, say)
			continue
		}
		_, err := NewTemplate(spec(change), fixedEnv())
		wantFault(t, err, say)
	}
	tmpl := must(NewTemplate(spec(func(*TemplateSpec) {}), fixedEnv()))
	_, err := tmpl.Render([]string{"x"})
	wantFault(t, err, "1 of 2")
	_, err = tmpl.Render([]string{"x\nBcc: y@x.example", "x"})
	wantFault(t, err, "Subject", "line break")
	_, err = ParseGappedAddresses(Fixed("nobody"))
	wantFault(t, err, "@")
}

func TestParseGappedAddresses(t *testing.T) {
	for text, want := range map[string]string{
		"{{0}} <{{1}}>": "A|B", // one entry: name, address
		"{{0}}":         "A",   // a list of its own
		"x@x.example, {{0}}, {{1}} <y@x.example>": "x@x.example;A;B|y@x.example",
		`"Dr. {{0}}" <u{{1}}@x.example>`:          "Dr. A|uB@x.example",
		"u@{{0}}, gap0z <gapx@x.example>":         "u@A;gap0z|gapx@x.example",
		"Team: {{0}} <a@x.example>, {{1}};":       "Team: A <a@x.example>, B;", // read when it is filled
		"<{{0}}{{1}}>":                            "<AB>",
		"{{0}} {{1}} <a@x.example>":               "A B|a@x.example",
	} {
		list, err := ParseGappedAddresses(gapped(text))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i := range list {
			a, values := &list[i], []string{"A", "B"}
			switch {
			case !a.List.empty():
				got = append(got, a.List.fill(values))
			case a.Name.empty():
				got = append(got, a.Address.fill(values))
			default:
				got = append(got, a.Name.fill(values)+"|"+a.Address.fill(values))
			}
		}
		if s := strings.Join(got, ";"); s != want {
			t.Errorf("%s gives %s, want %s", text, s, want)
		}
	}
}

// FuzzTemplate compares rendered messages with composed ones.
func FuzzTemplate(f *testing.F) {
	for _, v := range hostile {
		f.Add(v, "7", v, uint8(3))
		f.Add(v, v, "x", uint8(2))
	}
	cases := templateCases()
	templates := make([]*Template, len(cases))
	for i, c := range cases {
		templates[i] = must(NewTemplate(c.spec(f), fixedEnv()))
	}
	f.Fuzz(func(t *testing.T, a, b, c string, which uint8) {
		i, v := int(which)%len(cases), []string{a, b, c}
		r, err := templates[i].Render(v)
		want, wantErr := Compose(*cases[i].hand(v), fixedEnv())
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: rendered: %v\ncomposed: %v", v, err, wantErr)
		}
		if err == nil {
			want.adopt(templates[i].boundaries)
			compareRendered(t, v, r, want, which > 127)
		}
	})
}
