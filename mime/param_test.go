package mime

import (
	stdmime "mime"
	"strings"
	"testing"
)

func TestFilenames(t *testing.T) {
	tests := []struct{ name, given, kept, want string }{
		{"031 umlauts", "résumé.pdf", "", "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf"},
		{"032 legacy name", "résumé.pdf", "", "Content-Type: application/pdf;\r\n name=\"=?utf-8?b?csOpc3Vtw6kucGRm?=\""},
		{"033 sixty letters", strings.Repeat("Ж", 60) + ".pdf", "", "filename*1*="},
		{"034 dashes", "Ɣ------Ɣ------Ɣ------Ɣ------Ɣ------Ɣ------Ɣ------Ɣ.pdf", "", "filename*0*=utf-8''"},
		{"035 154 letters of ASCII", strings.Repeat("n", 150) + ".pdf", "", "\r\n filename=" + strings.Repeat("n", 150) + ".pdf"},
		{"035 long ASCII", strings.Repeat("n", 300) + ".pdf", "", "filename*4*="},
		{"036 quotes", `a"b\c.pdf`, "", `filename="a\"b\\c.pdf"`},
		{"036 backslash at the end", `name\`, "", `filename="name\\"`},
		{"037 separators", "a;b c=d.pdf", "", `filename="a;b c=d.pdf"`},
		{"038 percent and quote", "100% l'été.pdf", "", "filename*=utf-8''100%25%20l%27%C3%A9t%C3%A9.pdf"},
		{"038 ASCII percent", "100%.pdf", "", `filename="100%.pdf"`},
		{"040 path", "../../etc/passwd", "passwd", "filename=passwd"},
		{"040 path of Windows", `C:\x\y.pdf`, "y.pdf", "filename=y.pdf"},
		{"040 share", `\\server\share\y.pdf`, "y.pdf", "filename=y.pdf"},
		{"literal encoded-word", "=?utf-8?q?x?=.pdf", "", "filename*=utf-8''%3D%3Futf-8%3Fq%3Fx%3F%3D.pdf"},
		{"dots", "..pdf", "", "filename=..pdf"},
		{"emoji", "📊 Q3.xlsx", "", "filename*=utf-8''%F0%9F%93%8A%20Q3.xlsx"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p, err := NewPart("application/pdf", String("x"), WithFilename(test.given))
			if err != nil {
				t.Fatal(err)
			}
			kept := test.kept
			if kept == "" {
				kept = test.given
			}
			if p.Filename() != kept {
				t.Errorf("the part's name is %q", p.Filename())
			}
			out := wire(t, basic(t, func(s *Spec) { s.Attachments = []*Part{p} }))
			_, after, _ := strings.Cut(out, "application/pdf")
			header, _, _ := strings.Cut("Content-Type: application/pdf"+after, "\r\n\r\n")
			if !strings.Contains(header, test.want) {
				t.Errorf("got\n%s\nwant %q in it", header, test.want)
			}
			checkParamLines(t, header, kept)
		})
	}
}

// checkParamLines wants short lines, and pieces that can be decoded one by one.
func checkParamLines(t *testing.T, header, name string) {
	t.Helper()
	_, d, _ := strings.Cut(header, "Content-Disposition: ")
	d, _, _ = strings.Cut(d, "\r\nContent-")
	for line := range strings.SplitSeq(d, "\r\n") {
		if len(line) > 78 && !strings.Contains(line, strings.Repeat("n", 150)) {
			t.Errorf("033: a line has %d octets: %q", len(line), line)
		}
		if _, piece, found := strings.Cut(line, "*="); found {
			_, params, err := stdmime.ParseMediaType("x; f*=utf-8''" + strings.TrimPrefix(strings.TrimSuffix(piece, ";"), "utf-8''"))
			if err != nil || invalidUTF8(params["f"]) >= 0 {
				t.Errorf("033: the piece %q decodes to %q, %v", piece, params["f"], err)
			}
		}
	}
	_, params, err := stdmime.ParseMediaType(strings.ReplaceAll(d, "\r\n", ""))
	if err != nil || params["filename"] != name {
		t.Errorf("reads back as %q, %v", params["filename"], err)
	}
}

func TestRefusedNames(t *testing.T) {
	for _, name := range []string{"a\r\nb.pdf", "a\nb", "a\x00b", "a\tb", "a\x7fb", "caf\xe9.pdf", "dir/", "..", "a/.."} {
		_, err := NewPart("application/pdf", String("x"), WithFilename(name))
		wantFault(t, err, "filename") // 039
	}
}

func TestParameters(t *testing.T) {
	text := func(o ...Option) (*Part, error) { return NewText("x", "plain", "", o...) }
	t.Run("041 names", func(t *testing.T) {
		for _, name := range []string{"a b", "", "a=b", "a;b", "ü", "a*", "a\r\nb"} {
			_, err := text(WithParam(name, "x"))
			wantFault(t, err, "Content-Type")
		}
	})
	t.Run("values", func(t *testing.T) {
		_, err := text(WithParam("x", "a\r\nEvil: y"))
		wantFault(t, err, "line break")
	})
	t.Run("042 boundaries", func(t *testing.T) {
		for _, bad := range []string{strings.Repeat("b", 71), "x ", "b*d@x", "a\r\nb", "ü"} {
			_, err := NewMultipart("mixed", nil, WithBoundary(bad))
			wantFault(t, err, "")
		}
		text := must(NewText("x", "", ""))
		p, err := NewMultipart("mixed", []*Part{text}, WithBoundary("=_?:/ ()x"))
		if err != nil {
			t.Fatal(err)
		}
		if out := wire(t, AsMessage(p, fixedEnv())); !strings.Contains(out, `boundary="=_?:/ ()x"`) {
			t.Error("the boundary is not quoted:\n" + out)
		}
	})
	t.Run("043 charset once", func(t *testing.T) {
		p := must(NewText("x", "plain", "UTF-8"))
		if got, _ := p.Header().Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("got %q", got)
		}
		wantFault(t, p.Header().Set("Content-Type", "text/plain; charset=koi8-r"), "charset")
		if err := p.Header().Set("Content-Type", "text/csv; header=present"); err != nil {
			t.Fatal(err)
		}
		if got, _ := p.Header().Get("Content-Type"); got != "text/csv; header=present; charset=utf-8" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("043 types", func(t *testing.T) {
		for _, bad := range []string{"a/b\r\nEvil: y", "text", "a/", "/b", "a b/c", "text/pl ain", "multipart/mixed"} {
			_, err := NewPart(bad, String("x"))
			wantFault(t, err, "Content-Type")
		}
	})
	t.Run("043 subtypes", func(t *testing.T) {
		for _, bad := range []string{"plain; charset=koi8-r", "a b", "a/b", "x\r\nEvil: y"} {
			_, err := NewText("x", bad, "")
			wantFault(t, err, "Content-Type")
			_, err = NewMultipart(bad, nil)
			wantFault(t, err, "Content-Type")
			_, err = NewImage(String("x"), bad)
			wantFault(t, err, "Content-Type")
		}
	})
	t.Run("a part keeps its kind", func(t *testing.T) {
		p := must(NewText("x", "", ""))
		wantFault(t, p.Header().Set("Content-Type", "multipart/mixed"), "cannot become")
		wantFault(t, p.Header().Set("Content-Type", "image/png"), "cannot become")
		p.Header().Del("Content-Type")
		if p.MediaType() != "text/plain" {
			t.Error("the type is gone")
		}
	})
	t.Run("a disposition by its field", func(t *testing.T) {
		p := must(NewPart("application/pdf", String("x")))
		if err := p.Header().Set("Content-Disposition", `attachment; filename*=utf-8''%2Fx%2Fr%C3%A9.pdf; size=3`); err != nil {
			t.Fatal(err)
		}
		if p.Filename() != "ré.pdf" {
			t.Errorf("the name is %q", p.Filename())
		}
		if got, _ := p.Header().Get("Content-Type"); got != `application/pdf; name="ré.pdf"` {
			t.Errorf("got %q", got)
		}
		if err := p.SetFilename(""); err != nil || p.Filename() != "" || p.Disposition() != "attachment" {
			t.Errorf("after removal: %q %q %v", p.Filename(), p.Disposition(), err)
		}
	})
	t.Run("options in any order", func(t *testing.T) {
		for _, o := range [][]Option{{WithCID("x"), WithFilename("a.png")}, {WithFilename("a.png"), WithCID("x")}, {WithCID("x")}} {
			if d := must(NewPart("image/png", String("x"), o...)).Disposition(); d != "inline" {
				t.Errorf("the disposition is %q", d)
			}
		}
		p := must(NewPart("image/png", String("x"), WithDisposition("attachment"), WithCID("x"), WithFilename("a.png")))
		if p.Disposition() != "attachment" || p.Filename() != "a.png" {
			t.Errorf("got %q %q", p.Disposition(), p.Filename())
		}
	})
}
