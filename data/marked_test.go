package data

import (
	"strings"
	"testing"
)

func TestMarked(t *testing.T) {
	tests := []struct{ text, masked, page string }{
		{"a {{.x}} b", "a MARK0z b", "a &lt;b&gt; b"},
		{"{{.x | upper}}", "MARK0z", "&lt;B&gt;"},
		{"{{/* }} */}}{{.x}}", "MARK0zMARK1z", "&lt;b&gt;"},
		{"{{- /* }} */ -}} {{.x}}", "MARK0z MARK1z", "&lt;b&gt;"},
		{`{{"}}"}}{{'}'}}` + "{{`}}`}}", "MARK0zMARK1zMARK2z", "}}125}}"},
		{`{{"\"}}"}}`, "MARK0z", "&#34;}}"},
		{"gap gapqq {{.x}} GAPQQQ0z", "gap gapqq MARK0z GAPQQQ0z", "gap gapqq &lt;b&gt; GAPQQQ0z"},
		{"{{if .x}}yes {{.x}}{{else}}no{{end}}", "MARK0zyes MARK1zMARK2znoMARK3z", "yes &lt;b&gt;"},
		{"{{range .l}}{{.}},{{end}}", "", "1,&lt;i&gt;,"},
		{"{{with .x}}{{.}}{{end}}{{$y := .x}}{{$y}}", "", "&lt;b&gt;&lt;b&gt;"},
		{`{{define "T"}}[{{.}}]{{end}}{{template "T" .x}}`, "", "[&lt;b&gt;]"},
		{`<a href="?q={{.x}}">`, "", `<a href="?q=%3cb%3e">`},
		{"{&#123;{{.x}}", "", "{&#123;&lt;b&gt;"},
	}
	row := map[string]any{"x": "<b>", "l": []any{1, "<i>"}}
	for _, test := range tests {
		m, err := ParseMarked("t", test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if test.masked != "" {
			if want := strings.ReplaceAll(test.masked, "MARK", m.word); m.Text() != want {
				t.Errorf("%q: masked %q, want %q", test.text, m.Text(), want)
			}
		}
		if back := m.Restore(m.Text()); back != test.text {
			t.Errorf("%q came back as %q", test.text, back)
		}
		filled, err := m.Fill(row)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if page, err := filled.Page(filled.Text); page != test.page || err != nil {
			t.Errorf("%q gives %q, %v; want %q", test.text, page, err, test.page)
		}
	}
}

func TestMarkedFaults(t *testing.T) {
	if _, err := ParseMarked("t", "a\n{{.x"); err == nil || err.Error() != "template t: line 2: unclosed action" {
		t.Error(err)
	}
	m, err := ParseMarked("t", "a\n{{.nmae}}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Fill(map[string]any{"name": 1}); err == nil || err.Error() != `template t: line 2: field "nmae" is missing` {
		t.Error(err)
	}
	f, err := m.Fill(map[string]any{"nmae": "x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Page("<a " + f.Text + "=x"); err == nil { // a value where no value may stand
		t.Error("no error")
	}
	for text, want := range map[string]bool{"{{.x}}": true, "{{.x | upper}} {{/* c */}}": true, "{{if .x}}{{end}}": false, "{{$a := 1}}": false, `{{define "a"}}{{end}}`: false} {
		m, err := ParseMarked("t", text)
		if err != nil || m.Static() != want {
			t.Errorf("%q: %v, %v", text, m.Static(), err)
		}
	}
	if got := f.Place("["+f.Text+m.word+"x]", func(before, value string) string { return before[:1] + value }); got != "[a\n[x"+m.word+"x]" {
		t.Errorf("got %q", got)
	}
	m2, _ := ParseMarked("t", "{{.x}}")
	if !m2.Has(m2.Text()) || m2.Has("x") {
		t.Error("marks are not known")
	}
}
