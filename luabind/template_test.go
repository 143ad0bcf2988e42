package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTemplate(t *testing.T) {
	dir := t.TempDir()
	page, letter := filepath.Join(dir, "news.HTML"), filepath.Join(dir, "letter.txt")
	for path, text := range map[string]string{page: `<a title="{{.name}}">{{.text}}</a>`, letter: "Dear {{.name}},\n{{.text}}"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	row := `{ name = 'O"Hara', text = "1 < 2" }`
	checkBinding(t, map[string]string{
		fmt.Sprintf(`local t = require("template").load(%q); print(t:render(%s))`, page, row):                          `<a title="O&#34;Hara">1 &lt; 2</a>`,
		fmt.Sprintf(`local t = require("template").load(%q); print(t:render(%s))`, letter, row):                        "Dear O\"Hara,\n1 < 2",
		fmt.Sprintf(`print(require("template").load(%q).name == %q)`, letter, letter):                                  "true",
		`print(require("template").new("{{.x}} {{.y}}"):render{ x = 1000000, y = true })`:                              "1000000 true",
		`print(require("template").new("{{range .list}}[{{.}}]{{end}}"):render{ list = { 1e6, "b", 0.5 } })`:           "[1000000][b][0.5]",
		`print(require("template").new("{{range .rows}}{{.id}} {{end}}"):render{ rows = { { id = 1 }, { id = 2 } } })`: "1 2 ",
		`print(require("template").new("{{range .rows}}x{{else}}none{{end}}"):render{ rows = {} })`:                    "none",
		`print(require("template").new("{{if eq .n 2}}two{{end}}"):render{ n = 2 })`:                                   "two",
		`print(require("template").new("{{.x}}", { html = true }):render{ x = "<b>" })`:                                "&lt;b&gt;",
		`print(require("template").new("plain"):render())`:                                                             "plain",
		`print(require("template").new("{{.nmae}}"):render{ name = "x" })`:                                             `error: template text: line 1: field "nmae" is missing`,
		`print(require("template").new("a\n{{.x", { name = "mine" }))`:                                                 `error: template mine: line 2: unclosed action`,
		`require("template").new("{{.x}}"):render{ x = { print } }`:                                                    `error: template:render: row.x[1] must be plain data, got a function`,
		`local a = {}; a.a = a; require("template").new("x"):render(a)`:                                                `error: template:render: row.a holds itself`,
		`require("template").new("x", { htlm = true })`:                                                                `error: template.new: unknown option "htlm"; did you mean "html"?`,
		`require("template").new("x", true)`:                                                                           `error: template.new: options must be a table, got a boolean`,
		`require("template").new("x").render{}`:                                                                        `error: template.Template expected, got a table; call methods with a colon`,
	})
}

func TestTemplateErrorKinds(t *testing.T) {
	for code, want := range map[string]string{
		`require("template").new("{{.x}}"):render{}`: "template",
		`require("template").new("{{"):render{}`:     "template",
		`require("template").new("x"):render(print)`: "argument",
		`require("template").load("no such file")`:   "io",
	} {
		if _, _, err := runBinding(t, code, ""); kindOf(err) != want {
			t.Errorf("%s: %v has kind %q; want %q", code, err, kindOf(err), want)
		}
	}
	missing, err := filepath.Abs("no.html")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := runBinding(t, `require("template").load("no.html")`, ""); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("%v does not name %s", err, missing)
	}
}

// TestTemplateFunctionsEverywhere: what the module's documentation names works in both kinds of templates.
func TestTemplateFunctionsEverywhere(t *testing.T) {
	const gaps = `{{.email | urlencode}} {{.items | json}} {{hmac "sha256" "k" .id | printf "%.6s"}} {{.price | number "#,##0.00"}} {{.when | date "%d.%m.%Y"}} {{.none | default "-"}} {{join "+" .items}}`
	const row = `{ email = "a+b@x.example", items = { "a", 1 }, id = 7, price = 1234.5, when = require("time").parse("2026-10-05T10:00+02:00") }`
	const want = `a%2Bb%40x.example ["a",1] 9c737d 1,234.50 05.10.2026 - a+1`
	checkBinding(t, map[string]string{
		`print(require("template").new([[` + gaps + `]]):render` + row + `)`:                                                                want,
		`print(mime.template{ from = "a@x.example", to = "b@x.example", subject = "s", text = [[` + gaps + `]] }:render` + row + `:text())`: want,
	})
}
