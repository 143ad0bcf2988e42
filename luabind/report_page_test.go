package luabind

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"moonpost/report"

	lua "github.com/yuin/gopher-lua"
)

// reportScript begins scripts of reports.
const reportScript = `local report = require "report"
	local rows = { columns = { "id", "name", "sum", "url" }, { id = 1, name = "Ann", sum = "10.10", url = "https://x.example/ann" }, { id = 2, name = "Bob", sum = 2, url = "javascript:x" } }
	local function page(...) return report.page{ ... } end
	local function links(p) local all = {} for link in p:html():gmatch('href="([^"]*)"') do all[#all + 1] = link end return table.concat(all, " ") end
	`

func checkReports(t *testing.T, cases map[string]string) {
	t.Helper()
	whole := map[string]string{}
	for code, want := range cases {
		whole[reportScript+code] = want
	}
	checkBinding(t, whole)
}

func TestReportPage(t *testing.T) {
	checkReports(t, map[string]string{
		`io.write(page("a\nb\n\nc", { "d", { report.heading("E", 2) } }, {}):text())`: "a\nb\n\nc\n\nd\n\nE\n-",
		`print(page():text() == "")`:                                                                 "true",
		`print(page(report.rule()):text():match("^%-+\n$") ~= nil)`:                                  "true",
		`io.write(page(report.table{ rows = {}, columns = { "a", "b" }, totals = { "b" } }):text())`: "a  b\n-  -\nno data",
		`io.write(page(report.table{ rows = {} }):text())`:                                           "no data",
		`io.write(page(report.table{ rows = { { 1, "x" }, { 22, "y" } } }):text())`:                  " 1  x\n22  y",
		`io.write(page(report.table{ rows = rows, columns = { "name", "sum" }, totals = "sum", align = { name = "center", sum = "right" }, titles = { name = "Who?" } }):text())`:                                                                                                                   "Who?     sum\n-----  -----\n Ann   10.10\n Bob       2\n-----  -----\nTotal  12.10",
		`io.write(page(report.table{ rows = rows, columns = { "id", "sum" }, limit = 1, totals = "sum" }):text())`:                                                                                                                                                                                  "   id    sum\n-----  -----\n    1  10.10\n… and 1 more row\n-----  -----\nTotal  12.10",
		`io.write(report.page{ words = { total = "Summe", no_data = "nichts", more = "(%s weitere)" }, report.table{ rows = rows, columns = { "name", "id" }, limit = 1, totals = "id" }, report.table{ rows = {} } }:text())`:                                                                      "name   id\n-----  --\nAnn     1\n(1 weitere)\n-----  --\nSumme   3\n\nnichts",
		`local n = 0; io.write(page(report.table{ columns = { "n" }, limit = 2, totals = "n", caption = "Some", rows = function() n = n + 1 if n <= 1500 then return { n = n } end end }):text())`:                                                                                                  "Some\n\n      n\n-------\n      1\n      2\n… and 1,498 more rows\n-------\n1125750",
		`print(links(page(report.table{ rows = rows, columns = { "name", "id", "sum" }, links = { name = "url", id = "mailto:{{.name}}@x.example", sum = function(r) if r.id == 2 then return "tel:+4930" .. r.sum end end } })))`:                                                                  "https://x.example/ann mailto:Ann@x.example mailto:Bob@x.example tel:+49302",
		`print(links(page(report.table{ rows = rows, columns = { "name" }, links = { name = "https://x.example/" } })))`:                                                                                                                                                                            "https://x.example/ https://x.example/",
		`print(links(page(report.table{ rows = rows, limit = 0, columns = { "name" }, links = { name = function() error("never") end } })))`:                                                                                                                                                        "",
		`io.write(page(report.tiles{ { title = "A", value = 5 }, { title = "B", value = "12.5", format = "0.00", change = -0.02, note = "n" }, { title = "C", change = "+3" } }):text())`:                                                                                                           "A: 5\nB: 12.50 (-2.0%), n\nC: – (+3)",
		`print(select(2, page(report.tiles{ { title = "A", value = 5, change = 1 }, { title = "B", value = 5, change = -1, better = "down" }, { title = "C", value = 1, change = -1 }, { title = "C", value = 1, change = -1, better = "none" } }):html():gsub('class="tile%-change (%w+)"', "")))`: "3",
		`local m = mime.message{ from = "a@x.example", to = "b@x.example", subject = "s", report = page("Hello") }; print(m:tree()); print((m:text():gsub("\r?\n", "")))`:                                                                                                                           "multipart/alternative\n  text/plain\n  text/html\nHello\n",
		`local m = mime.template{ from = "a@x.example", to = "{{.to}}", subject = "s", report = page("Hello {{.to}}") }:render{ to = "c@x.example" }; print(m:tree()); print(m.To, (m:text():gsub("\r?\n", "")))`:                                                                                   "multipart/alternative\n  text/plain\n  text/html\nc@x.example\tHello {{.to}}\n",
	})
}

func TestReportErrors(t *testing.T) {
	checkReports(t, map[string]string{
		`page("a", nil, "b")`:                              "error: report.page: value 2 of 3 is nil",
		`page("a", { "b", { 5 } })`:                        "error: report.page: part 2[2][1] must be a part of a page, a string or a list of them, got a number",
		`page({ rows = rows })`:                            `error: report.page: part 1 must be a list of parts, which has no key "rows"`,
		`page(mime.text("x"))`:                             "error: report.page: part 1 is a part of a mail",
		`page(page("x"))`:                                  "error: report.page: part 1 is a page itself",
		`local t = {} t[1] = t page(t)`:                    "error: report.page: part 1" + strings.Repeat("[1]", 20) + ": the lists of parts nest too deep",
		`page("a\255")`:                                    "error: report.page: part 1: the paragraph isn't text in UTF-8, from octet 1 on",
		`report.page{ titel = "x" }`:                       `error: report.page: unknown option "titel"; did you mean "title"?`,
		`report.page{ width = 10 }`:                        `error: report.page: option "width" must be between 320 and 1200, got 10`,
		`report.page{ words = { more = "more" } }`:         `error: report.page: option "words.more" needs %s, where the number of rows goes`,
		`report.heading("x", 5)`:                           "error: report.heading: level must be a whole number from 1 to 4, got 5",
		`report.heading()`:                                 "error: report.heading: text must be a string, got nothing",
		`report.tabel{}`:                                   `error: report has no function "tabel"; did you mean "table"?`,
		`report.table{}`:                                   `error: report.table: option "rows" is missing`,
		`report.table{ rows = 5 }`:                         "error: report.table: rows must be a list of tables or an iterator, got a number",
		`report.table{ rows = rows, columns = { "nam" } }`: `error: report.table: the rows have no column "nam"; did you mean "name"?`,
		`report.table{ rows = { { name = "x" } }, columns = { "name", "nmae" } }`:                   "",
		`report.table{ rows = { { revenue = 1, day = 2 } }, columns = { "day", "revenu" } }`:        `error: report.table: the rows have no column "revenu"; did you mean "revenue"?`,
		`report.table{ rows = { { day = 2 } }, columns = { "day", "remarks" } }`:                    "",
		`report.table{ rows = rows, totals = "som" }`:                                               `error: report.table: option "totals[1]" names "som", which is no column; did you mean "sum"?`,
		`report.table{ rows = rows, align = { nmae = "left" } }`:                                    `error: report.table: option "align" names "nmae", which is no column; did you mean "name"?`,
		`report.table{ rows = rows, align = { name = "middle" } }`:                                  `error: report.table: option "align.name" must be one of left, right, center; got "middle"`,
		`report.table{ rows = rows, links = { nmae = "url" } }`:                                     `error: report.table: option "links" names "nmae", which is no column; did you mean "name"?`,
		`report.table{ rows = rows, links = { name = "ulr" } }`:                                     `error: report.table: the rows have no column "ulr"; did you mean "url"?`,
		`report.table{ rows = { { a = 1, url = "x" } }, columns = { "a" }, links = { a = "ulr" } }`: `error: report.table: the rows have no column "ulr"; did you mean "url"?`,
		`report.table{ rows = rows, links = { name = 5 } }`:                                         `error: report.table: option "links.name" must be a column, a template or a function, got a number`,
		`report.table{ rows = rows, links = { name = "id" } }`:                                      `error: report.table: row 1: field "id" must be an address or nil, got a number`,
		`report.table{ rows = rows, links = { name = function() return 5 end } }`:                   `error: report.table: row 1: the link's function must return an address or nil, got a number`,
		`report.table{ rows = rows, formats = { sum = "0.00.0" } }`:                                 `error: report.table: option "formats.sum": format "0.00.0": decimals are written as 0`,
		`report.table{ rows = { { a = {} } } }`:                                                     `error: report.table: row 1: field "a" must be a string, number, boolean, time or nil, got a table`,
		`report.table{ rows = { { a = "x" }, { a = "\228" } } }`:                                    `error: report.table: row 2, column "a" isn't text in UTF-8, from octet 0 on`,
		`report.table{ rows = {}, columns = { "\228" } }`:                                           `error: report.table: the title of column 1 isn't text in UTF-8, from octet 0 on`,
		`local r = {} for i = 1, 10000 do r["c" .. i] = i end; report.table{ rows = { r } }`:        "error: report.table: the rows have 10000 columns; a page shows 100 at most",
		`local r = {} for i = 1, 10000 do r[i] = i end; report.table{ rows = { r } }`:               "error: report.table: the rows have 10000 columns; a page shows 100 at most",
		`report.tiles{ title = "x" }`:                                                               `error: report.tiles: tiles must be a list, which has no key "title"`,
		`report.tiles{ 5 }`:                                                                         "error: report.tiles: tile 1 must be a table, got a number",
		`report.tiles{ { title = "x", value = {} } }`:                                               `error: report.tiles: tile 1: option "value" must be a string, number, boolean or time, got a table`,
		`report.tiles{ { title = "x", value = 1, format = "x" } }`:                                  `error: report.tiles: tile 1: format "x": 'x' is no part of a format; a text stands in quotation marks`,
		`report.image("x.png")`:                                                                     "error: report.image: options must be a table, got nothing",
		`report.image("x.png", {})`:                                                                 `error: report.image: option "alt" is missing`,
		`report.image(mime.part{ data = "<svg/>", type = "image/svg+xml" }, { alt = "x" })`:         "error: report.image: this is no PNG, JPEG or GIF, which are what mail programs show",
		`mime.message{ report = "x" }`:                                                              `error: mime.message: option "report" must be a page, which report.page makes, got a string`,
		`mime.message{ report = page("x"), html = "x" }`:                                            `error: mime.message: option "html" and a report are two texts of the same message`,
		`mime.message{ report = page("x"), markdown = "x" }`:                                        `error: mime.message: option "markdown" and a report are two texts of the same message`,
		`mime.template{ report = page("x"), text = "{{.x}}" }`:                                      `error: mime.template: option "text" and a report are two texts of the same message`,
		`mime.message{ report = page("x"), charset = "latin1" }`:                                    `error: mime.message: option "charset": a report is UTF-8`,
	})
}

// TestReportErrorsNameTheLine wants every error to tell where in the script it comes from.
func TestReportErrorsNameTheLine(t *testing.T) {
	for _, code := range []string{`report.table{ rows = { { a = 1 } }, totals = "b" }`, `report.page{ 5 }`, `report.page{ css = "no.css" }`} {
		_, _, err := runBinding(t, "local report = require \"report\"\n\nlocal p = "+code+"\n", "")
		raised, ok := err.(*ScriptError)
		if !ok || raised.Where != "test.lua:3:" {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestReportWarnings(t *testing.T) {
	_, logged, err := runBinding(t, reportScript+`report.table{ rows = rows, columns = { "name" }, links = { name = "url" } }
		local many = {} for i = 1, 3000 do many[i] = { text = ("word "):rep(10) .. i } end
		page(report.table{ rows = many, limit = 3000 })`, "")
	if err != nil || strings.Count(logged, "level=WARN") != 2 || !strings.Contains(logged, `row 2: \"javascript:x\" is no whole http:`) || !strings.Contains(logged, "of which Gmail shows the first 102") {
		t.Errorf("%v\n%s", err, logged)
	}
}

// fakeChart is a chart as a page takes one.
type fakeChart struct{ octets []byte }

func (c *fakeChart) PNG() ([]byte, error) {
	if c.octets == nil {
		return nil, fmt.Errorf("no column %q", "x")
	}
	return c.octets, nil
}
func (*fakeChart) Alt() string      { return "Orders by day" }
func (*fakeChart) Size() (int, int) { return 600, 300 }

func TestReportChart(t *testing.T) {
	logo, err := os.ReadFile(filepath.Join("..", "examples", "data", "logo.png"))
	if err != nil {
		t.Fatal(err)
	}
	rt := &Runtime{}
	blocks, err := rt.blocks("part 1", &lua.LUserData{Value: &fakeChart{logo}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	r, err := (&report.Page{Blocks: blocks}).Render()
	if err != nil || r.Text != "[Orders by day]\n" || !strings.Contains(r.HTML, `width="552" height="276"`) || len(r.Images) != 1 {
		t.Errorf("%v\n%s\n%s", err, r.Text, r.HTML)
	}
	if _, err := rt.blocks("part 1", &lua.LUserData{Value: &fakeChart{}}, 0); err == nil || err.Error() != `part 1: no column "x"` {
		t.Error(err)
	}
}

// reportPython has Python's email package tell types, defects and identifiers of every part, and what the page shows.
const reportPython = `
import email, email.policy, re, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
cids = set()
for part in message.walk():
    if part["Content-ID"]: cids.add(part["Content-ID"].strip("<>"))
    print(part.get_content_type(), part.get_content_disposition() or "-", *part.defects)
page = message.get_body(("html",)).get_content()
print(set(re.findall(r'src="cid:([^"]*)"', page)) == cids, len(cids))
print(message.get_body(("plain",)).get_content().splitlines()[0])
print(max(len(line) for line in message.get_body(("plain",)).get_content().splitlines()) <= 76, "\r" in page.replace("\r\n", ""))
`

func TestPythonReadsReports(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := exec.LookPath(python); err != nil {
		t.Skipf("SKIPPED: no %s, nothing was compared with Python", python)
	}
	logo, err := filepath.Abs(filepath.Join("..", "examples", "data", "logo.png"))
	if err != nil {
		t.Fatal(err)
	}
	message, _, err := runBinding(t, reportScript+fmt.Sprintf(`local logo = %q
		local p = page(report.heading("Übersicht"), report.table{ rows = rows }, report.image(logo, { alt = "Logo" }), report.image(mime.image{ path = logo }, { alt = "again", width = 40 }))
		io.write(tostring(mime.message{ from = "a@x.example", to = "b@x.example", subject = "s", report = p, attachments = { { data = "x", filename = "x.bin" } } }))`, filepath.ToSlash(logo)), "")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), python, "-c", reportPython)
	command.Stdin = strings.NewReader(message)
	got, err := command.CombinedOutput()
	want := "multipart/mixed -\nmultipart/alternative -\ntext/plain -\nmultipart/related -\ntext/html -\nimage/png inline\napplication/octet-stream attachment\nTrue 1\nÜbersicht\nTrue False\n"
	if err != nil || string(got) != want {
		t.Errorf("%v: Python reads\n%s\nnot\n%s", err, got, want)
	}
}

func TestReportSave(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("own.css", []byte("p { color: #abcdef }"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := runBinding(t, `local report = require "report"
		local page = report.page{ css = "own.css", lang = "de", title = "Zahlen", "Hallo" }
		page:save("page.html") page:save("page.txt")`, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"page.html": `(?s)<html lang="de">.*<title>Zahlen</title>.*<p style="[^"]*color:#abcdef">Hallo</p>`, "page.txt": `^Hallo\n$`} {
		if got, err := os.ReadFile(name); err != nil || !regexp.MustCompile(want).Match(got) {
			t.Errorf("%v: %s is\n%s", err, name, got)
		}
	}
}
