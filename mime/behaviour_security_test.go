package mime

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestBehaviour092_LineBreakInSubject(t *testing.T) {
	for _, value := range []string{"hi\r\nBcc: evil@x.example", "hi\nBcc: evil@x.example", "hi\rBcc: evil@x.example", "\r\n\r\nbody", "hi\r\n folded"} {
		for _, name := range []string{"Subject", "X-Own", "Comments", "Organization"} {
			wantRefused(t, name, value, name, "line break")
			wantFault(t, (&Header{}).Add(name, value), name, "line break")
		}
		_, err := Compose(Spec{Subject: value}, fixedEnv())
		wantFault(t, err, "Subject", "line break")
		_, err = EncodeHeader(value)
		wantFault(t, err, "line break")
	}
}

func TestBehaviour093_EncodedLineBreak(t *testing.T) {
	value := "=?UTF-8?Q?=0A?=Bcc: injected@x.example"
	m := basic(t, func(s *Spec) { s.Subject = value })
	before := wire(t, basic(t, nil))
	out := wire(t, m)
	if strings.Count(out, "\r\n") != strings.Count(before, "\r\n") || strings.Contains(out, "\r\nBcc:") {
		t.Error(out)
	}
	if lines := wantText(t, "Subject", value, 76); len(lines) != 1 {
		t.Errorf("%q", lines)
	}
}

func TestBehaviour094_SubjectEndsInLineBreak(t *testing.T) {
	for _, end := range []string{"\n", "\r\n", "\r", "\n\n"} {
		wantRefused(t, "Subject", "hi"+end, "Subject", "line break")
	}
}

func TestBehaviour095_NamesOfFields(t *testing.T) {
	for _, bad := range []string{"X-A: b\r\nBcc", "", "X:", "X-Ü", "X A", "X\tA", "X\x00", "X\x7f", "\r\nX", "X\n", " X", strings.Repeat("n", 100)} {
		wantRefused(t, bad, "x", "header name")
		wantFault(t, (&Header{}).Add(bad, "x"), "header name")
		wantFault(t, (&Header{}).SetAddresses(bad, []Address{{"", "a@x.example"}}), "header name")
		if strings.Contains(bad, "\n") || bad == "" {
			_, err := Compose(Spec{Headers: [][2]string{{bad, "x"}}}, fixedEnv())
			wantFault(t, err, "header name")
			_, err = basic(t, nil).Clone([][2]string{{bad, "x"}})
			wantFault(t, err, "header name")
		}
	}
}

func TestBehaviour096_ControlsInPartHeaders(t *testing.T) {
	for _, evil := range []string{"\r\nEvil: y", "\nEvil: y", "\rEvil: y", "\x00", "\x7f", "\x0b", "\x1b"} {
		part := func(o Option) error { _, err := NewPart("application/x", String("x"), o); return err }
		multipart := func(o Option) error { _, err := NewMultipart("mixed", nil, o); return err }
		charset := func() error { _, err := NewText("x", "plain", "utf-8"+evil); return err }
		subtype := func() error { _, err := NewText("x", "plain"+evil, ""); return err }
		mediaType := func() error { _, err := NewPart("a/b"+evil, String("x")); return err }
		list := func(l *ListSpec) error { _, err := Compose(Spec{List: l}, fixedEnv()); return err }
		https := []string{"https://x.example/" + evil}
		for place, err := range map[string]error{
			"charset": charset(), "subtype": subtype(), "type": mediaType(), "Content-ID": part(WithCID("a" + evil)), "filename": part(WithFilename("a" + evil)), "description": part(WithDescription("a" + evil)),
			"disposition": part(WithDisposition("inline" + evil)), "parameter": part(WithParam("a", "b"+evil)), "name of a parameter": part(WithParam("a"+evil, "b")), "header": part(WithHeader("Content-Language", "de"+evil)),
			"name of a header": part(WithHeader("Content-X"+evil, "a")), "encoding": part(WithEncoding("base64" + evil)), "boundary": multipart(WithBoundary("b" + evil)), "location": part(WithHeader("Content-Location", "x"+evil)),
			"list": list(&ListSpec{ID: "x.example" + evil}), "unsubscribe": list(&ListSpec{Unsubscribe: https}), "subscribe": list(&ListSpec{Subscribe: https}), "post": list(&ListSpec{Post: https}), "owner": list(&ListSpec{Owner: https}),
			"help": list(&ListSpec{Help: https}), "archive": list(&ListSpec{Archive: https}), "priority": (&Header{}).Set("X-Priority", "1"+evil), "auto": (&Header{}).Set("Auto-Submitted", "no"+evil),
			"unknown part field": part(WithHeader("Content-Own", "a"+evil)), "message id": (&Header{}).Set("Message-ID", "a@x"+evil), "references": (&Header{}).Set("References", "a@x"+evil), "raw": (&Header{}).AddRaw("X-A: a" + evil),
		} {
			var fault *Error
			if !errors.As(err, &fault) || fault.Field == "" {
				t.Errorf("%q in %s gives %v", evil, place, err)
			}
		}
	}
	for _, evil := range []string{"\x00", "ü"} {
		_, err := NewMultipart("mixed", nil, WithPreamble("x"+evil))
		wantFault(t, err, "preamble")
	}
}

// discarded counts what reached it.
type discarded int

func (d *discarded) Write(b []byte) (int, error) { *d += discarded(len(b)); return len(b), nil }

func TestBehaviour097_FailingSource(t *testing.T) {
	content := strings.Repeat("0123456789", 20_000)
	gone := &fs.PathError{Op: "open", Path: "/x", Err: fs.ErrNotExist}
	for name, test := range map[string]struct {
		source Source
		cause  error
	}{
		"cannot be opened":  {&fakeFile{size: 10, known: true, err: gone}, fs.ErrNotExist},
		"breaks at once":    {&fakeFile{content: iotest.ErrReader(io.ErrClosedPipe), size: 10, known: true}, io.ErrClosedPipe},
		"breaks late":       {&fakeFile{content: io.MultiReader(strings.NewReader(content), iotest.ErrReader(io.ErrClosedPipe)), size: 300_000, known: true}, io.ErrClosedPipe},
		"breaks at its end": {&fakeFile{content: io.MultiReader(strings.NewReader(content), iotest.ErrReader(io.ErrClosedPipe)), size: 200_000, known: true}, io.ErrClosedPipe},
		"shrunk":            {&fakeFile{content: strings.NewReader(content), size: 200_001, known: true}, errResized},
		"grown":             {&fakeFile{content: strings.NewReader(content), size: 199_999, known: true}, errResized},
		"emptied":           {&fakeFile{content: strings.NewReader(""), size: 1, known: true}, errResized},
		"grown from empty":  {&fakeFile{content: strings.NewReader("x"), size: 0, known: true}, errResized},
	} {
		p := must(NewPart("application/x", test.source, WithFilename("big.bin")))
		e := must(basic(t, func(s *Spec) { s.Attachments = []*Part{p} }).Encode(false, false))
		var n discarded
		written, err := e.WriteTo(&n)
		if !errors.Is(err, test.cause) {
			t.Errorf("%s: the error is %v", name, err)
		}
		wantFault(t, err, "big.bin")
		if written != int64(n) || written >= e.Size() {
			t.Errorf("%s: %d octets said, %d written, of %d", name, written, n, e.Size())
		}
	}
	e := must(basic(t, func(s *Spec) { s.Attachments = []*Part{pdf(t)} }).Encode(false, false))
	if n, err := e.WriteTo(failingWriter{}); !errors.Is(err, io.ErrShortWrite) || n != 0 {
		t.Errorf("a writer's error comes back as %d, %v", n, err)
	}
}

func TestBehaviour098_LargeAttachment(t *testing.T) {
	const size = 200 << 20
	p := must(NewPart("application/x", zeroFile(size), WithFilename("big.bin")))
	m := basic(t, func(s *Spec) { s.Attachments = []*Part{p} })
	for range 2 { // the second use is not kept either
		var n int64
		octets, times := allocated(func() {
			e := must(m.Encode(false, false))
			var err error
			if n, err = e.WriteTo(io.Discard); err != nil || n != e.Size() {
				t.Errorf("%d of %d octets, %v", n, e.Size(), err)
			}
		})
		if n < base64Size(size) || octets > 1<<20 || times > 500 {
			t.Errorf("%d octets written, %d allocated in %d pieces", n, octets, times)
		}
	}
}

func TestBehaviour101_FinalLineBreak(t *testing.T) {
	for name, p := range map[string]*Part{
		"text": must(NewText("x", "", "")), "empty": must(NewText("", "", "")), "base64": must(NewPart("application/x", String("x"))), "nothing": must(NewPart("application/x", String(""))), "streamed": must(NewPart("application/x", readerSource("chunk"))),
		"long": must(NewPart("application/x", String(strings.Repeat("z", 57*100)))), "multipart": must(NewMultipart("", []*Part{pdf(t)})), "epilogue": must(NewMultipart("", []*Part{pdf(t)}, WithEpilogue("x"))),
		"message": must(NewMessagePart(AsMessage(pdf(t), fixedEnv()))), "quoted": must(NewText("é plain words", "", "")), "dots": must(NewText(".\n..", "", "")),
	} {
		for _, eightBit := range []bool{false, true} {
			out := string(must(AsMessage(p, fixedEnv()).Octets(eightBit, false)))
			if !strings.HasSuffix(out, "\r\n") || name != "empty" && name != "nothing" && strings.HasSuffix(out, "\r\n\r\n") || strings.HasSuffix(out, "\r\n.\r\n") {
				t.Errorf("%s ends in %q", name, out[max(0, len(out)-20):])
			}
		}
	}
	_, body := sentText(t, ".\n..\n.x\n", false)
	if diff := cmp.Diff(".\r\n..\r\n.x\r\n", body); diff != "" {
		t.Error("the builder stuffs dots: " + diff)
	}
}

func TestBehaviour102_OneClick(t *testing.T) {
	for _, urls := range [][]string{{"https://example.org/u?a=1,2"}, {"mailto:u@example.org", "HTTPS://example.org/u"}, {"<https://example.org/u>"}} {
		m := basic(t, func(s *Spec) { s.List = &ListSpec{Unsubscribe: urls, OneClick: true} })
		out := wire(t, m)
		if got := headerOf(t, out, "List-Unsubscribe-Post"); got != "List-Unsubscribe-Post: List-Unsubscribe=One-Click" {
			t.Error(got)
		}
		want := "List-Unsubscribe: <" + strings.Join(urls, ">, <") + ">"
		if got := headerOf(t, out, "List-Unsubscribe"); got != strings.NewReplacer("<<", "<", ">>", ">").Replace(want) {
			t.Errorf("%q", got)
		}
	}
	for _, urls := range [][]string{nil, {"mailto:u@example.org"}, {"http://x.example/"}, {"https:"}, {"mailto:u@example.org?https:"}} {
		_, err := Compose(Spec{List: &ListSpec{OneClick: true, Unsubscribe: urls}}, fixedEnv())
		wantFault(t, err, "List-Unsubscribe")
	}
	if out := wire(t, basic(t, func(s *Spec) { s.List = &ListSpec{Unsubscribe: []string{"https://x.example/"}} })); strings.Contains(out, "List-Unsubscribe-Post") {
		t.Error(out)
	}
}
