package data

import (
	"strings"
	"testing"
	"time"
)

// TestTemplateFunctions runs the functions that write for other languages, in
// plain texts and in the places of a page.
func TestTemplateFunctions(t *testing.T) {
	row := map[string]any{
		"name": "Ann & Bob", "id": 12345678.0, "path": "a/b", "list": []any{int64(1), "</script>", nil, true, 1.5}, "one": 1.0, "half": 0.5, "none": map[string]any{}, "yes": true,
		"when": time.Date(2026, 10, 5, 9, 3, 0, 0, time.FixedZone("", 7200)),
	}
	for _, c := range []struct {
		text string
		html bool
		want string
	}{
		{`{{urlencode .name}}|{{.name | urlencode}}|{{urlencode .id}}|{{.path | urlencode}}`, false, `Ann%20%26%20Bob|Ann%20%26%20Bob|12345678|a%2Fb`},
		{`<a href="https://x.test/u?n={{.name | urlencode}}&m={{.name}}">{{.name | urlencode}}</a>`, true, `<a href="https://x.test/u?n=Ann%20%26%20Bob&m=Ann%20%26%20Bob">Ann%20%26%20Bob</a>`},
		{`<a href="https://x.test/{{.path | urlencode}}">`, true, `<a href="https://x.test/a%2Fb">`},
		{`<a href="{{urlencode "javascript:alert(1)"}}">`, true, `<a href="javascript%3Aalert%281%29">`},
		{`{{json .list}} {{.name | json}}`, false, `[1,"\u003c/script\u003e",null,true,1.5] "Ann \u0026 Bob"`},
		{`<script>var x = {{json .list}};</script>`, true, `<script>var x = [1,"\u003c/script\u003e",null,true,1.5];</script>`},
		{`<p data-x="{{json .list}}">{{json .name}}`, true, `<p data-x="[1,&#34;\u003c/script\u003e&#34;,null,true,1.5]">&#34;Ann \u0026 Bob&#34;`},
		{`{{.when}} {{json .when}} {{.when | date "%d.%m."}} {{.when.Year}}`, false, `2026-10-05T09:03:00+02:00 "2026-10-05T09:03:00+02:00" 05.10. 2026`},
		{`{{hmac "md5" "k" .id | printf "%.4s"}}`, false, `b4a0`},
		{`{{lt .one 1.5}} {{gt .half 1}} {{eq .one 1}} {{eq .half 2 0.5}} {{ne .one .half}} {{le .name "B"}} {{eq .name "x" "Ann & Bob"}} {{ge .when .when}} {{eq .yes true}}`, false, `true false true true true true true true true`},
		{`[{{join ", " .none}}] {{printf "%03d %s 100%%" .one .name}}`, false, `[] 001 Ann & Bob 100%`},
	} {
		parsed, err := ParseTemplate("t", c.text, c.html)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got, err := parsed.Render(row); err != nil || got != c.want {
			t.Errorf("%s:\n got %q (%v)\nwant %q", c.text, got, err, c.want)
		}
	}
	for text, want := range map[string]string{`{{json .f}}`: "json: a value func() has no form in JSON", `{{hmac "sha3" "k" "x"}}`: `unknown algorithm "sha3"`, `{{date "%Q" 0}}`: `%Q, which is not known`, `{{date "%d" "x"}}`: `line 1: date: "x" is not a date`,
		`{{lt .s 1}}`: "template t: line 1: lt cannot compare a text with a number", `{{eq .l 1}}`: "eq cannot compare a list with a number", `{{join "," .s}}`: "line 1: join wants a list, not a text",
		`{{printf "%d" 1.5}}`: `printf: "%d" does not fit`, `{{printf "%d"}}`: "does not fit", `{{printf "x" 1}}`: "does not fit", `{{index .l 7}}`: "line 1: index: there is no element 7 among 1, of which the first is 0"} {
		parsed, err := ParseTemplate("t", text, false)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := parsed.Render(map[string]any{"f": func() {}, "s": "x", "l": []any{1.0}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}
