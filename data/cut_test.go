package data

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// fill puts values into a cut template.
func (c Cut) fill(values map[string]string) string {
	var b []byte
	for i, text := range c.Texts {
		b = append(b, text...)
		if i == len(c.Gaps) {
			break
		}
		value := values[strings.Join(c.Gaps[i].Path, ".")]
		if escape := c.Gaps[i].Escape; escape != nil {
			b = escape(b, value)
		} else {
			b = append(b, value...)
		}
	}
	return string(b)
}

// TestCutIsTheTemplate fills cut templates with hostile values: the result is what the template packages give.
func TestCutIsTheTemplate(t *testing.T) {
	texts := []string{
		"Dear {{.v}}, {{- .w -}} !", "{{.v}}{{.w}}", "<p>{{.v}}</p><b title=\"{{.v}}\">{{.w}}</b>", "<title>{{.v}}</title><textarea>{{.w}}</textarea>",
		"<!-- gone --><a href=\"https://x.example/u?id={{.v}}&n={{.w}}#{{.v}}\">x</a>", "<a href=\"https://x.example/{{.v}}/{{.w}}\">x</a>",
		"<a href=\"{{.v}}\">{{.w}}</a>", "<img src='{{.v}}' alt='{{.w}}'>", "<a href=\"mailto:{{.v}}?subject={{.w}}\">",
	}
	random := rand.New(rand.NewPCG(1, 2))
	values := []string{"", "a", "<script>alert(1)</script>", "javascript:alert(1)", "https://ok.example/?a=b&c=d", "a b%20c%zz", "grüße 😀", "\x00\x01\x7f", "\xff\xfe", "+'\"&<>", "HTTP://x", "x/y:z"}
	for range 200 {
		b := make([]byte, random.IntN(20))
		for i := range b {
			b[i] = byte(random.IntN(256))
		}
		values = append(values, string(b))
	}
	for _, text := range texts {
		for _, html := range []bool{true, false} {
			parsed, err := ParseTemplate("t", text, html)
			if err != nil {
				t.Fatal(err)
			}
			cut, ok := parsed.Cut()
			if !ok {
				t.Errorf("%s (html %v) is not cut", text, html)
				continue
			}
			for i, v := range values {
				row := map[string]string{"v": v, "w": values[(i*7+3)%len(values)]}
				want, err := parsed.Render(row)
				if got := cut.fill(row); err != nil || got != want {
					t.Fatalf("%s (html %v) of %q: %v\n got %q\nwant %q", text, html, row, err, got, want)
				}
			}
		}
	}
}

func TestNotCut(t *testing.T) {
	for _, text := range []string{
		"{{if .x}}a{{end}}", "{{.x | upper}}", "{{$x := .x}}", "{{.}}", "{{define \"a\"}}{{end}}{{.x}}", "{{range .x}}{{end}}", "{{`literal`}}", "{{.x.Method 1}}",
		"<script>{{.x}}</script>", "<p style=\"color: {{.x}}\">", "<p title={{.x}}>", "<img srcset=\"{{.x}}\">",
	} {
		parsed, err := ParseTemplate("t", text, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := parsed.Cut(); ok {
			t.Errorf("%s is cut", text)
		}
	}
}

func TestCutActions(t *testing.T) {
	parsed, err := ParseTemplate("t", "{{.x | upper}} of {{`{{`}}{{.}}", false)
	if err != nil {
		t.Fatal(err)
	}
	cut, ok := parsed.Cut()
	if !ok || len(cut.Gaps) != 3 {
		t.Fatalf("%v %+v", ok, cut)
	}
	for i, want := range []string{"ANN", "{{", "map[x:ann]"} {
		action, err := ParseTemplate("a", cut.Gaps[i].Action, false)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := action.Render(map[string]any{"x": "ann"}); err != nil || got != want {
			t.Errorf("%s gives %q, %v", cut.Gaps[i].Action, got, err)
		}
	}
	if parsed, err = ParseTemplate("t", "{{$x := .y}}{{$x}}", false); err != nil {
		t.Fatal(err)
	}
	if _, ok := parsed.Cut(); ok {
		t.Error("a template with variables is cut")
	}
}
