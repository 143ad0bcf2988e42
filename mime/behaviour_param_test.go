package mime

import (
	stdmime "mime"
	"strings"
	"testing"
)

// attached gives the describing fields of an attachment by its filename, folds kept.
func attached(t testing.TB, filename string, o ...Option) (contentType, disposition string) {
	t.Helper()
	p, err := NewPart("application/pdf", String("x"), append([]Option{WithFilename(filename)}, o...)...)
	if err != nil {
		t.Fatal(err)
	}
	out := wire(t, basic(t, func(s *Spec) { s.Attachments = []*Part{p} }))
	_, part, _ := strings.Cut(out, "\r\nContent-Type: application/pdf")
	part = "Content-Type: application/pdf" + part
	for line := range strings.SplitSeq(out, "\r\n") {
		if len(line) > 78 && !strings.Contains(line, "filename=") {
			t.Errorf("a line has %d octets: %q", len(line), line)
		}
	}
	return headerOf(t, part, "Content-Type"), headerOf(t, part, "Content-Disposition")
}

// wantName checks the disposition's octets and what Go's own reader makes of them.
func wantName(t testing.TB, filename, want string) {
	t.Helper()
	_, d := attached(t, filename)
	if d != "Content-Disposition: attachment"+want {
		t.Errorf("%q: got  %q\nwant %q", filename, d, "Content-Disposition: attachment"+want)
	}
	_, params, err := stdmime.ParseMediaType(strings.ReplaceAll(strings.TrimPrefix(d, "Content-Disposition: "), "\r\n", ""))
	if err != nil || params["filename"] != filename {
		t.Errorf("%q reads back as %q, %v", d, params["filename"], err)
	}
}

// pieces gives the continuations of a filename.
func pieces(t testing.TB, filename string) (list []string) {
	t.Helper()
	_, d := attached(t, filename)
	for line := range strings.SplitSeq(d, "\r\n") {
		_, rest, found := strings.Cut(strings.TrimSuffix(line, ";"), "filename*"+itoa(len(list)))
		if found {
			list = append(list, rest)
		}
	}
	return list
}

func TestBehaviour031_FilenameOfRFC2231(t *testing.T) {
	wantName(t, "résumé.pdf", "; filename*=utf-8''r%C3%A9sum%C3%A9.pdf")
	wantName(t, "📊 Q3.xlsx", "; filename*=utf-8''%F0%9F%93%8A%20Q3.xlsx")
}

func TestBehaviour032_LegacyName(t *testing.T) {
	contentType, d := attached(t, "résumé.pdf")
	if contentType != "Content-Type: application/pdf;\r\n name=\"=?utf-8?b?csOpc3Vtw6kucGRm?=\"" || strings.Contains(d, "filename=") {
		t.Errorf("%q, %q", contentType, d)
	}
	contentType, d = attached(t, "résumé.pdf", WithFilenameCompat("strict"))
	if contentType != "Content-Type: application/pdf" || d != "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf" {
		t.Errorf("strict: %q, %q", contentType, d)
	}
	if contentType, _ := attached(t, "resume.pdf"); contentType != "Content-Type: application/pdf" {
		t.Errorf("ASCII: %q", contentType)
	}
	contentType, _ = attached(t, strings.Repeat("Ж", 60)+".pdf")
	for line := range strings.SplitSeq(contentType, "\r\n") {
		if len(line) > 76 {
			t.Errorf("%q", line)
		}
	}
}

func TestBehaviour033_LongFilename(t *testing.T) {
	name := strings.Repeat("Ж", 60) + ".pdf"
	list := pieces(t, name)
	if len(list) < 6 {
		t.Fatalf("%d pieces", len(list))
	}
	var whole strings.Builder
	for i, piece := range list {
		value, ok := strings.CutPrefix(piece, "*=")
		if !ok {
			t.Errorf("piece %d is not marked as encoded: %q", i, piece)
		}
		if i == 0 {
			value = strings.TrimPrefix(value, "utf-8''")
		}
		_, params, err := stdmime.ParseMediaType("x; f*=utf-8''" + value)
		if err != nil || invalidUTF8(params["f"]) >= 0 || params["f"] == "" {
			t.Errorf("piece %d decodes to %q, %v", i, params["f"], err)
		}
		whole.WriteString(params["f"])
	}
	if whole.String() != name {
		t.Errorf("together they are %q", whole.String())
	}
}

func TestBehaviour034_DashesAndMarks(t *testing.T) {
	for _, name := range []string{"Ɣ" + strings.Repeat("------Ɣ", 12) + ".pdf", strings.Repeat("-", 90) + "é", "é" + strings.Repeat("-", 300)} {
		list := pieces(t, name)
		if len(list) < 2 {
			t.Fatalf("%q: %d pieces", name, len(list))
		}
		for _, piece := range list {
			if !strings.HasPrefix(piece, "*=") {
				t.Errorf("%q: a piece without a star: %q", name, piece)
			}
		}
		_, d := attached(t, name)
		_, params, err := stdmime.ParseMediaType(strings.ReplaceAll(strings.TrimPrefix(d, "Content-Disposition: "), "\r\n", ""))
		if err != nil || params["filename"] != name {
			t.Errorf("%q reads back as %q, %v", name, params["filename"], err)
		}
	}
}

func TestBehaviour035_LongASCIIName(t *testing.T) {
	for _, n := range []int{60, 150, 196} {
		wantName(t, strings.Repeat("n", n)+".pdf", ";\r\n filename="+strings.Repeat("n", n)+".pdf")
	}
	if list := pieces(t, strings.Repeat("n", 197)+".pdf"); len(list) < 3 {
		t.Errorf("%q", list)
	}
}

func TestBehaviour036_QuotedFilename(t *testing.T) {
	wantName(t, `a"b\c.pdf`, `; filename="a\"b\\c.pdf"`)
	wantName(t, `name\`, `; filename="name\\"`)
	wantName(t, `"`, `; filename="\""`)
}

func TestBehaviour037_SeparatorsInFilename(t *testing.T) {
	wantName(t, "a;b c=d.pdf", `; filename="a;b c=d.pdf"`)
	wantName(t, "x (1), [2] <3>.pdf", `; filename="x (1), [2] <3>.pdf"`)
	wantName(t, "plain-name_1.pdf", `; filename=plain-name_1.pdf`)
}

func TestBehaviour038_EscapesOfExtendedValue(t *testing.T) {
	wantName(t, "100% l'été.pdf", ";\r\n filename*=utf-8''100%25%20l%27%C3%A9t%C3%A9.pdf")
	wantName(t, "é*();x.pdf", "; filename*=utf-8''%C3%A9%2A%28%29%3Bx.pdf")
	wantName(t, "100%.pdf", `; filename="100%.pdf"`)
}

func TestBehaviour039_ControlsInFilename(t *testing.T) {
	for _, name := range []string{"a\r\nb.pdf", "a\nb", "a\rb", "a\x00b", "a\tb", "a\x7fb", "\x1b[2J", "a\n"} {
		_, err := NewPart("application/pdf", String("x"), WithFilename(name))
		wantFault(t, err, "filename")
		p := pdf(t)
		wantFault(t, p.SetFilename(name), "filename")
		wantFault(t, p.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`), "Content-Disposition")
		if p.Filename() != "report.pdf" {
			t.Errorf("a refused name stays: %q", p.Filename())
		}
	}
}

func TestBehaviour040_Paths(t *testing.T) {
	for path, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\x\y.pdf`: "y.pdf", `\\server\share\y.pdf`: "y.pdf", "/a/b/ü.pdf": "ü.pdf", `c:/x/y.pdf`: "y.pdf", "./x": "x", "..pdf": "..pdf", `a\b`: `a\b`,
	} {
		p := must(NewPart("application/pdf", String("x"), WithFilename(path)))
		if p.Filename() != want {
			t.Errorf("%q is kept as %q", path, p.Filename())
		}
		if err := p.Header().Set("Content-Disposition", "inline; filename*=utf-8''"+percent(path)); err != nil || p.Filename() != want {
			t.Errorf("%q by its field is kept as %q, %v", path, p.Filename(), err)
		}
	}
	for _, path := range []string{"dir/", "/", "..", "a/..", ".", `C:\`, `\\`} {
		_, err := NewPart("application/pdf", String("x"), WithFilename(path))
		wantFault(t, err, "filename")
	}
}

func TestBehaviour041_NamesOfParameters(t *testing.T) {
	for _, name := range []string{"a b", "", "a=b", "a;b", "ü", "a*", "a*0", "a\r\nb", `a"`, "a\x00", "(a)", "a'b", "a%b", " ", strings.Repeat("n", 41)} {
		p := must(NewText("x", "", ""))
		wantFault(t, p.SetParam(name, "x"), "Content-Type", "parameter")
		if got, _ := p.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("after the refusal of %q the type is %q", name, got)
		}
	}
	name := strings.Repeat("n", 40)
	for _, value := range []string{strings.Repeat("x", 500), strings.Repeat("😀", 50), ""} {
		p := must(NewText("x", "", "", WithParam(name, value)))
		for line := range strings.SplitSeq(headerOf(t, wire(t, AsMessage(p, fixedEnv())), "Content-Type"), "\r\n") {
			if len(line) > 76 {
				t.Errorf("%q", line)
			}
		}
		if back := must(parseParams("Content-Type", strings.ReplaceAll(string(p.header.find("content-type").wire), "\r\n", "")[len("Content-Type: "):])); len(back.list) != 2 || back.list[1] != (param{name, value}) {
			t.Errorf("%q reads back as %q", value, back.list)
		}
	}
	for _, value := range []string{"text/plain; a b=x", "text/plain; a", "text/plain; =x", "text/plain; a=1; A=2", `text/plain; a="x`, "text/plain; a=b c"} {
		wantRefused(t, "Content-Type", value, "Content-Type")
	}
}

func TestBehaviour042_Boundaries(t *testing.T) {
	for _, bad := range []string{"", strings.Repeat("b", 71), "x ", " ", "b*d@x", "a\r\nb", "a\tb", "ü", `a"b`, "a;b", "a\x00"} {
		_, err := NewMultipart("mixed", nil, WithBoundary(bad))
		wantFault(t, err, "boundary")
		if bad != "" {
			wantFault(t, must(NewMultipart("mixed", nil)).SetParam("boundary", bad), "boundary")
		}
	}
	for boundary, want := range map[string]string{
		"=_?:/ ()x": `boundary="=_?:/ ()x"`, "plain": "boundary=plain", strings.Repeat("b", 70): "boundary=" + strings.Repeat("b", 70), "a b": `boundary="a b"`, "'()+_,-./:=?": `boundary="'()+_,-./:=?"`,
	} {
		p := must(NewMultipart("mixed", []*Part{must(NewText("x", "", "")), pdf(t)}, WithBoundary(boundary)))
		if out := wire(t, AsMessage(p, fixedEnv())); !strings.Contains(out, want+"\r\n") || strings.Count(out, "\r\n--"+boundary) != 3 {
			t.Errorf("%q:\n%s", boundary, out)
		}
	}
}

func TestBehaviour043_TypeAndCharset(t *testing.T) {
	for _, bad := range []string{"a/b\r\nEvil: y", "text", "a/", "/b", "a b/c", "text/pl ain", "a/b/c", "a/b,c", "ä/b", "a/b\x00", "/"} {
		_, err := NewPart(bad, String("x"))
		wantFault(t, err, "Content-Type")
		wantFault(t, pdf(t).Header().Set("Content-Type", bad), "Content-Type")
	}
	for _, bad := range []string{"plain; charset=koi8-r", "a b", "a/b", "x\r\nEvil: y", "ü"} {
		_, err := NewText("x", bad, "")
		wantFault(t, err, "Content-Type")
		_, err = NewMultipart(bad, nil)
		wantFault(t, err, "Content-Type")
	}
	for given, want := range map[string]string{"": "utf-8", "UTF-8": "utf-8", "US-ASCII": "us-ascii", "ISO-8859-1": "iso-8859-1"} {
		p := must(NewText("x", "plain", given))
		if got, _ := p.Header().Get("Content-Type"); got != "text/plain; charset="+want {
			t.Errorf("%q: %q", given, got)
		}
	}
	p := must(NewText("x", "plain", ""))
	wantFault(t, p.Header().Set("Content-Type", "text/plain; charset=koi8-r"), "charset")
	wantFault(t, p.SetParam("CHARSET", "koi8-r"), "charset")
	if err := p.Header().Set("Content-Type", "TEXT/CSV; Header=present"); err != nil {
		t.Fatal(err)
	}
	if got, _ := p.Header().Get("Content-Type"); got != "text/csv; header=present; charset=utf-8" {
		t.Errorf("%q", got)
	}
}
