package data

import (
	"strings"
	"testing"
)

// TestTemplateIsStrict: nothing of what templates write where a value is missing or doesn't fit gets into a mail.
func TestTemplateIsStrict(t *testing.T) {
	row := map[string]any{"m": map[string]any{"k": 1.0, "null": nil}, "l": []any{"a", nil}, "one": 1.0, "half": 1.5, "text": "1.50", "s": "äb", "n": 5.0}
	for text, want := range map[string]string{
		`{{index .m "k"}} {{index .l 0}} {{index . "m" "k"}}`:                                      "1 a 1",
		`{{index .m "x" | default "-"}} {{default "-" (index .l 7)}} {{index .m "k" | default 0}}`: "- - 1",
		`{{index .m "x"}}`:                                   `error: template t: line 1: index: there is no "x"; there are k, null`,
		"\n" + `{{index .m "null"}}`:                         `error: template t: line 2: index: the value is nil`,
		`{{index .l "x"}}`:                                   `error: template t: line 1: index: a list has no x`,
		`{{index .n "x"}}`:                                   `error: template t: line 1: index: a number has no "x"`,
		`{{range .l}}[{{.}}]{{end}}`:                         `error: template t: a value is nil`,
		`{{range .l}}[{{. | default "-"}}]{{end}}`:           "[a][-]",
		`{{printf "%.2f|%5.1f|%g|%e" .one .half .one .one}}`: "1.00|  1.5|1|1.000000e+00",
		`{{printf "%d|%3d|%s %d%%" .one .one .s .n}}`:        "1|  1|äb 5%",
		`{{printf "%.2f" .text}}`:                            `error: template t: line 1: printf: "%.2f" does not fit a text; number "0.00" .x writes decimals as databases give them`,
		`{{printf "%d" .half}}`:                              `error: template t: line 1: printf: "%d" does not fit the 1 values that it is given`,
		`{{printf "%t" .one}}`:                               `error: template t: line 1: printf: "%t" does not fit the 1 values that it is given`,
		`{{upper .one}} {{.half | trim}}`:                    "1 1.5",
		`{{upper .l}}`:                                       `error: template t: line 1: upper wants a text, not a list`,
		`{{range 100000000}}{{$.s}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{end}}`: `error: template t: the text grows beyond 64 MB`,
		`{{if .one}}`: `error: template t: line 1: unexpected EOF`,
	} {
		parsed, err := ParseTemplate("t", text, false)
		got := ""
		if err == nil {
			got, err = parsed.Render(row)
		}
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
}

// TestConditionalComments: what a page says to Outlook alone stays, and values in it are escaped.
func TestConditionalComments(t *testing.T) {
	const page = `<p>{{.x}}</p><!--[if mso | IE]><table width="{{.n}}"><tr><td>{{.x}}<![endif]--><b>b</b><!--[if mso]></td></tr></table><![endif]-->` +
		`<!--[if !mso]><!--><i>{{.x}}</i><!--<![endif]--><!-- another --><!--[if gte mso 9]><xml></xml><![endif]-->`
	const want = `<p>&lt;&gt;--</p><!--[if mso | IE]><table width="5"><tr><td>&lt;&gt;--<![endif]--><b>b</b><!--[if mso]></td></tr></table><![endif]-->` +
		`<!--[if !mso]><!--><i>&lt;&gt;--</i><!--<![endif]--><!--[if gte mso 9]><xml></xml><![endif]-->`
	row := map[string]any{"x": "<>--", "n": 5.0}
	parsed, err := ParseTemplate("t", page, true)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := parsed.Render(row); err != nil || got != want {
		t.Errorf("got  %s, %v\nwant %s", got, err, want)
	}
	cut, ok := parsed.Cut()
	if !ok || len(cut.Gaps) != 4 || !strings.Contains(strings.Join(cut.Texts, "|"), `<!--[if mso | IE]><table width="|"><tr><td>|<![endif]-->`) {
		t.Errorf("%v, %q", ok, cut.Texts)
	}
	parsed, err = ParseTemplate("t", "<!--[if mso]>\n\n<![endif]-->\n{{.gone}}", true)
	if err == nil {
		_, err = parsed.Render(row)
	}
	if err == nil || err.Error() != `template t: line 4: field "gone" is missing` {
		t.Error(err)
	}
}

func TestPlainContext(t *testing.T) {
	_, err := ParseTemplate("t", "<a\n{{if .x}}href=\"{{end}}{{.y}}\">", true)
	if err == nil || err.Error() != "template t: line 2: {{if}} branches end in different contexts" {
		t.Error(err)
	}
}
