package data

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTemplate(t *testing.T) {
	row := map[string]any{
		"name": "Ann O'Neil", "n": 1e6, "price": 1234567.891, "empty": "", "zero": 0.0, "no": false, "x<y": 1,
		"tags": []any{"a", 2.0}, "user": map[string]any{"first": "Ann", "id": 7.0}, "when": time.Date(2026, 10, 5, 9, 3, 7, 0, time.UTC),
		"evil": "<b>&\"", "url": "a b&c", "items": []any{map[string]any{"sku": "k1"}, map[string]any{"sku": "k2"}}, "null": nil,
	}
	tests := []struct {
		text string
		html bool
		want string
	}{
		{"Dear {{.name}}!", false, "Dear Ann O'Neil!"},
		{"{{.n}} {{.user.id}}", false, "1000000 7"},
		{"{{.evil}}", false, "<b>&\""},
		{"<p>{{.evil}}</p>", true, "<p>&lt;b&gt;&amp;&#34;</p>"},
		{`<a href="https://x.test/?q={{.url}}">`, true, `<a href="https://x.test/?q=a%20b%26c">`},
		{"{{urlquery .url}}", false, "a+b%26c"},
		{"{{.user.first | upper}} {{upper .name}} {{lower .name}} {{trim \" x \"}} {{title \"mary o'dell mcX\"}}", false, "ANN ANN O'NEIL ann o'neil x Mary O'dell McX"},
		{"{{.gone | default \"friend\"}} {{default \"friend\" .gone}} {{.empty | default \"e\"}} {{.zero | default 5}} {{.no | default true}}", false, "friend friend e 0 false"},
		{"{{.user.gone | default \"?\"}} {{.gone.more | default \"?\"}} {{.null | default \"nil\"}}", false, "? ? nil"},
		{"{{with .gone | default .name}}{{.}}{{end}}", false, "Ann O'Neil"},
		{"{{if has . \"gone\"}}yes{{else}}no{{end}} {{has . \"user\" \"first\"}} {{has . \"null\"}}", false, "no true false"},
		{"{{range .items}}{{.sku}},{{$.name}};{{end}}", false, "k1,Ann O'Neil;k2,Ann O'Neil;"},
		{"{{range $i, $e := .items}}{{$i}}{{$e.sku}} {{end}}", false, "0k1 1k2 "},
		{"{{$u := .user}}{{$u.first}} {{(index .items 1).sku}}", false, "Ann k2"},
		{"{{join \", \" .tags}} {{.tags | join \"-\"}}", false, "a, 2 a-2"},
		{"{{.when | date \"%d.%m.%Y %H:%M\"}} {{date \"%A, %e %B\" .when}} {{.when.Year}} {{.when.Format \"06\"}}", false, "05.10.2026 09:03 Monday,  5 October 2026 26"},
		{"{{.price | number \"#,##0.00\"}} {{number \"#.##0,0\" .price}} {{number \"0\" .price}}", false, "1,234,567.89 1.234.567,9 1234568"},
		{"{{define \"row\"}}<td>{{.sku}}</td>{{end}}{{range .items}}{{template \"row\" .}}{{end}}", true, "<td>k1</td><td>k2</td>"},
		{"{{hmac \"sha256\" \"key\" \"The quick brown fox jumps over the lazy dog\"}}", false, "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"},
		{"{{sha256 \"abc\"}}", false, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{"<script>var x = {{.user}};</script>", true, `<script>var x = {"first":"Ann","id":7};</script>`},
	}
	for _, tt := range tests {
		parsed, err := ParseTemplate("t", tt.text, tt.html)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		for range 2 { // rendering changes nothing
			if got, err := parsed.Render(row); err != nil || got != tt.want {
				t.Errorf("%s:\n got %q (%v)\nwant %q", tt.text, got, err, tt.want)
			}
		}
	}
}

// TestTemplateIsShared renders one page in several goroutines, for the race
// detector.
func TestTemplateIsShared(t *testing.T) {
	page, err := ParseTemplate("p", `<a href="{{.url}}">{{.name | default "you"}}</a>`, true)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				if got, err := page.Render(map[string]any{"url": "/a b"}); err != nil || got != `<a href="/a%20b">you</a>` {
					t.Error(got, err)
				}
			}
		})
	}
	group.Wait()
}

func TestTemplateErrors(t *testing.T) {
	row := map[string]any{"name": "Ann", "user": map[string]any{"first": "Ann"}, "list": []any{}, "null": nil}
	tests := []struct {
		text  string
		html  bool
		want  string
		field string
		hint  string
	}{
		{"a\n\nHi {{.nmae}}", false, `template news.html: line 3: field "nmae" is missing`, "nmae", `did you mean "name"?`},
		{"<p>\n{{.nmae}}", true, `template news.html: line 2: field "nmae" is missing`, "nmae", `did you mean "name"?`},
		{"{{.user.last}}", false, `template news.html: line 1: field "user.last" is missing`, "user.last", `there are first; {{.user.last | default ""}} allows for a missing field`},
		{"{{.name.first}}", false, `template news.html: line 1: field "name.first" is missing`, "name.first", `the data has no fields there; {{.name.first | default ""}} allows for a missing field`},
		{"{{.null}}", false, `template news.html: line 1: field "null" is nil`, "null", `{{.null | default ""}} allows for a missing field`},
		{"{{if .gone}}x{{end}}", false, `template news.html: line 1: field "gone" is missing`, "gone", ""},
		{"{{upper .gone}}", false, `template news.html: line 1: field "gone" is missing`, "gone", ""},
		{"{{printf \"%s\" (lower .gone)}}", false, `template news.html: line 1: field "gone" is missing`, "gone", ""},
		{"{{range .list}}{{else}}\n{{$.gone}}{{end}}", false, `template news.html: line 2: field "gone" is missing`, "gone", ""},
		{"\n{{index .list 3}}", false, "", "", ""},
		{"x\n{{.name", false, "template news.html: line 2: unclosed action", "", ""},
		{"x\n{{frob .name}}", false, `template news.html: line 2: function "frob" not defined`, "", ""},
		{"{{if .name}}", false, "template news.html: line 1: unexpected EOF", "", ""},
		{"<a href=\"{{if .name}}x{{else}}\"{{end}}>", true, "", "", ""},
		{"{{date \"%Q\" 0}}", false, "", "", ""},
		{"{{template \"gone\"}}", true, "", "", ""},
	}
	for _, tt := range tests {
		parsed, err := ParseTemplate("news.html", tt.text, tt.html)
		if err == nil {
			_, err = parsed.Render(row)
		}
		var bad *TemplateError
		if !errors.As(err, &bad) {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if tt.want != "" && err.Error() != tt.want || bad.Field != tt.field || tt.hint != "" && bad.Hint() != tt.hint {
			t.Errorf("%s:\n got %v (%s; %s)\nwant %s", tt.text, err, bad.Field, bad.Hint(), tt.want)
		}
		if bad.Line == 0 && !strings.Contains(tt.text, "template \"gone\"") {
			t.Errorf("%s: no line in %v", tt.text, err)
		}
	}
}

// TestHTMLFaultsShowEarly: before the first of many mails, not at it.
func TestHTMLFaultsShowEarly(t *testing.T) {
	_, err := ParseTemplate("p", "<p>\n<a href=\"{{if .name}}x{{else}}\"{{end}}>", true)
	var bad *TemplateError
	if !errors.As(err, &bad) || bad.Line != 2 {
		t.Error(err)
	}
}

func TestFormatDate(t *testing.T) {
	tests := []struct {
		layout string
		v      any
		want   string
	}{
		{"%Y-%m-%dT%H:%M:%S%z", int64(0), "1970-01-01T00:00:00+0000"},
		{"%F %T", 1.5, "1970-01-01 00:00:01"},
		{"%F %R %z", "2026-10-05T10:00:00+02:00", "2026-10-05 10:00 +0200"},
		{"%a %b %j %V %p %I %y %s %%", "1970-01-02", "Fri Jan 002 01 AM 12 70 86400 %"},
		{"%B", "Mon, 5 Oct 2026 10:00:00 +0200", "October"},
	}
	for _, tt := range tests {
		if got, err := formatDate(tt.layout, tt.v); err != nil || got != tt.want {
			t.Errorf("%s %v: %q, %v; want %q", tt.layout, tt.v, got, err, tt.want)
		}
	}
	for _, bad := range []struct {
		layout string
		v      any
	}{{"%", 0}, {"%Q", 0}, {"%Y", "tomorrow"}, {"%Y", nil}, {"%Y", 1e300}} {
		if got, err := formatDate(bad.layout, bad.v); err == nil {
			t.Errorf("%s %v: %q, want an error", bad.layout, bad.v, got)
		}
	}
}

func TestFormatNumber(t *testing.T) {
	tests := []struct {
		pattern string
		v       any
		want    string
	}{
		{"0", 2.5, "3"}, {"0", -2.5, "-3"}, {"0.00", -0.001, "0.00"}, {"0.00", 12, "12.00"}, {"#,##0", 1234567, "1,234,567"}, {"#,##0", 999, "999"},
		{"#.##0,00", "1234.5", "1.234,50"}, {"# ##0,0", 1e6, "1 000 000,0"}, {"0.0", "12345678901234567890.15", "12345678901234567890.2"}, {"#,##0.00", -1234.5, "-1,234.50"},
	}
	for _, tt := range tests {
		if got, err := formatNumber(tt.pattern, tt.v); err != nil || got != tt.want {
			t.Errorf("%s %v: %q, %v; want %q", tt.pattern, tt.v, got, err, tt.want)
		}
	}
	for _, bad := range []struct {
		pattern string
		v       any
	}{{"", 1}, {"x", 1}, {"#,##0,00", 1}, {"0", "1e999999999"}, {"0", "1/3"}, {"0", "abc"}, {"0", nil}, {"0", true}} {
		if got, err := formatNumber(bad.pattern, bad.v); err == nil {
			t.Errorf("%q %v: %q, want an error", bad.pattern, bad.v, got)
		}
	}
}

// FuzzTemplate: whatever is parsed renders or fails with our error, and no text
// of a value gets into a page unescaped.
func FuzzTemplate(f *testing.F) {
	for _, s := range []string{"{{.name}}", "{{range .list}}{{.}}{{end}}", "{{.a.b.c | default 1}}", "{{$x := .name}}{{$x.y}}", "{{(.name).z}}", "<a href={{.name}}>", "{{define \"x\"}}{{.name}}{{end}}{{block \"y\" .}}{{end}}"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, html bool) {
		if strings.Contains(text, "template") || strings.Contains(text, "block") || strings.Contains(text, "printf") {
			return // recursion and huge widths are slow, not wrong
		}
		parsed, err := ParseTemplate("f", text, html)
		if err == nil {
			_, err = parsed.Render(map[string]any{"name": "<x>", "list": []any{1.0, "b"}, "a": map[string]any{"b": 1.0}})
		}
		var own *TemplateError
		if err != nil && !errors.As(err, &own) {
			t.Fatalf("%T %v", err, err)
		}
	})
}

func FuzzNumber(f *testing.F) {
	f.Add("#,##0.00", "1234.5")
	f.Fuzz(func(t *testing.T, pattern, v string) {
		if got, err := formatNumber(pattern, v); err == nil && !strings.ContainsAny(got, "0123456789") {
			t.Fatalf("%q %q: %q", pattern, v, got)
		}
	})
}
