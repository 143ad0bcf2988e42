package mime

import (
	"strconv"
	"strings"
	"testing"
	texttemplate "text/template"
	"time"
)

// letterText is 2 KB of text with a few gaps.
const letterText = "Dear customer {{0}},\n\nyour order {{0}} has shipped.\n"

func letter(t testing.TB) (TemplateSpec, *Env) {
	t.Helper()
	return TemplateSpec{
		From: people(t, `"Example News" <news@example.com>`), To: people(t, `"User {{0}}" <user{{0}}@example.net>`),
		Subject: gapped("Order {{0}} has shipped"), MessageID: gapped("<{{0}}.bench@example.com>"),
		Text: gappedPtr(letterText + strings.Repeat("a line of text, as lines of text are.\n", 51) + "Order {{0}}\n"),
	}, NewEnv(time.Now, nil)
}

// benchmarkRender is what an engine asks of one message.
func benchmarkRender(b *testing.B, spec TemplateSpec, env *Env) {
	t := must(NewTemplate(spec, env))
	values := []string{""}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		values[0] = strconv.Itoa(100000 + i)
		r, err := t.Render(values)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, ok := r.WireEnvelope(); !ok {
			b.Fatal("the envelope is not plain")
		}
		e, err := r.Encode(true, false)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(e.Size())
	}
}

func BenchmarkTemplate(b *testing.B) {
	b.Run("letter", func(b *testing.B) {
		spec, env := letter(b)
		benchmarkRender(b, spec, env)
	})
	b.Run("letter with umlauts", func(b *testing.B) {
		spec, env := letter(b)
		spec.Text.Texts[0] = "Grüße, " + spec.Text.Texts[0]
		benchmarkRender(b, spec, env)
	})
	b.Run("letter, random Message-ID", func(b *testing.B) {
		spec, env := letter(b)
		spec.MessageID = Gapped{}
		benchmarkRender(b, spec, env)
	})
	b.Run("letter with picture and file", func(b *testing.B) {
		spec, env := letter(b)
		spec.HTML = gappedPtr("<p>" + letterText + strings.Repeat("<p>a line of text, as lines of text are.</p>\n", 100) + `<img src="cid:logo">`)
		spec.Inline = []*Part{must(NewImage(String(pngHead+strings.Repeat("x", 20<<10)), "", WithCID("logo"), WithDisposition("inline")))}
		spec.Attachments = []*Part{must(NewPart("application/pdf", String(strings.Repeat("x", 200<<10)), WithFilename("report.pdf")))}
		benchmarkRender(b, spec, env)
	})
}

// BenchmarkLetterByHand is the same letter by text/template and Compose.
func BenchmarkLetterByHand(b *testing.B) {
	text := texttemplate.Must(texttemplate.New("").Parse(strings.ReplaceAll(letterText, "{{0}}", "{{.n}}") + strings.Repeat("a line of text, as lines of text are.\n", 51) + "Order {{.n}}\n"))
	env := NewEnv(time.Now, nil)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		n := strconv.Itoa(100000 + i)
		var body strings.Builder
		if err := text.Execute(&body, map[string]string{"n": n}); err != nil {
			b.Fatal(err)
		}
		m := must(Compose(Spec{
			From: from("Example News <news@example.com>"), To: []Address{{"User " + n, "user" + n + "@example.net"}},
			Subject: "Order " + n + " has shipped", MessageID: "<" + n + ".bench@example.com>", Text: ptr(body.String()),
		}, env))
		_, _, _, _ = m.Envelope()
		b.SetBytes(must(m.Encode(true, false)).Size())
	}
}
