package luabind

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// csvFile writes a file and gives its path.
func csvFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCSVRows(t *testing.T) {
	const dump = `local function dump(row, line)
			local keys = {}
			for k, v in pairs(row) do keys[#keys + 1] = k .. "=" .. v end
			print(line .. ": " .. table.concat(keys, " "))
		end
		`
	for _, c := range []struct{ name, text, options, want string }{
		{"header", "email,name\na@x,Ann\nb@x,\"Bob\nB\"\nc@x,Cy\n", `nil`, "2: email=a@x name=Ann\n3: email=b@x name=Bob\nB\n5: email=c@x name=Cy"},
		{"semicolons found", "email;name\na@x;A,B\n", `nil`, "2: email=a@x name=A,B"},
		{"separator", "a+b\n1+2\n", `{ separator = "+" }`, "2: a=1 b=2"},
		{"no header", "a@x,Ann\n", `{ header = false }`, "1: 1=a@x 2=Ann"},
		{"columns alone", "a@x,Ann\n", `{ header = false, columns = { "email", "name" } }`, "1: email=a@x name=Ann"},
		{"columns for the header's", "E,N\na@x,Ann\n", `{ columns = { "email", "name" } }`, "2: email=a@x name=Ann"},
		{"charset", "name\nJ\xf6rg\n", `{ charset = "iso-8859-1" }`, "2: name=Jörg"},
		{"no rows", "a,b\n", `{}`, ""},
		{"bad lines left out", "a,b\n1,2\n3\n4,5\n", `{ on_error = function(line, what, text) print(line, what ~= "", text) end }`, "2: a=1 b=2\n3\ttrue\t3\n4: a=4 b=5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code := dump + fmt.Sprintf(`local csv = require "csv"; for row, line in csv.rows(%q, %s) do dump(row, line) end`, csvFile(t, c.text), c.options)
			got, _, err := runBinding(t, code, "")
			if got = strings.TrimSuffix(got, "\n"); err != nil || got != c.want {
				t.Errorf("%v\ngot  %q\nwant %q", err, got, c.want)
			}
		})
	}
}

func TestCSVRowsOfStandardInput(t *testing.T) {
	got, _, err := runBinding(t, `local csv = require "csv"; for row, line in csv.rows("-") do print(line, row.a) end`, "a,b\n1,2\n3,4\n")
	if err != nil || got != "2\t1\n3\t3\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestCSVRowsAreFresh(t *testing.T) {
	code := fmt.Sprintf(`local csv, all = require "csv", {}
		for row in csv.rows(%q) do all[#all + 1] = row end
		all[1].a = "changed"
		print(all[1].a, all[2].a)`, csvFile(t, "a\n1\n2\n"))
	if got, _, err := runBinding(t, code, ""); err != nil || got != "changed\t2\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestCSVRowsStopped(t *testing.T) {
	path := csvFile(t, "a\n1\n2\n")
	code := fmt.Sprintf(`local rows = require("csv").rows(%q)
		for row in rows do break end
		print(rows().a, rows(), rows())`, path)
	if got, _, err := runBinding(t, code, ""); err != nil || got != "2\tnil\tnil\n" {
		t.Errorf("%q, %v", got, err)
	}
	if entries, err := filepath.Glob("/proc/self/fd/*"); err == nil {
		for _, fd := range entries {
			if target, err := os.Readlink(fd); err == nil && target == path {
				t.Errorf("%s is still open after the script", path)
			}
		}
	}
}

func TestCSVRowsErrors(t *testing.T) {
	short := csvFile(t, "a,b\n1,2\n3\n")
	empty := csvFile(t, "")
	missing, err := filepath.Abs("no such.csv")
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]string{
		fmt.Sprintf(`local csv = require "csv"; for row in csv.rows(%q) do end`, short):                                            "csv.rows: " + short + ", line 3: ",
		fmt.Sprintf(`require("csv").rows(%q)`, empty):                                                                              "csv.rows: " + empty + ", line 1: ",
		fmt.Sprintf(`require("csv").rows(%q, { separator = "ab" })`, short):                                                        `csv.rows: option "separator" must be one character, got "ab"`,
		fmt.Sprintf(`require("csv").rows(%q, { charset = "no-such" })`, short):                                                     "csv.rows: " + short + ": ",
		fmt.Sprintf(`require("csv").rows(%q, { seperator = ";" })`, short):                                                         `csv.rows: unknown option "seperator"; did you mean "separator"?`,
		fmt.Sprintf(`require("csv").rows(%q, { on_error = 5 })`, short):                                                            `csv.rows: option "on_error" must be a function, got a number (5)`,
		`require("csv").rows("no such.csv")`:                                                                                       missing,
		`require("csv").rows()`:                                                                                                    "csv.rows: path must be a string, got nothing",
		fmt.Sprintf(`local csv = require "csv"; for r in csv.rows(%q, { on_error = function() error("mine") end }) do end`, short): "mine",
	} {
		if _, _, err := runBinding(t, code, ""); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\ngot  %v\nwant %s", code, err, want)
		}
	}
	code := fmt.Sprintf(`local rows = require("csv").rows(%q)
		rows()
		local ok, e = pcall(rows)
		print(ok, e.kind, rows())`, short)
	if got, _, err := runBinding(t, code, ""); err != nil || got != "false\targument\tnil\n" {
		t.Errorf("going on after a bad line: %q, %v", got, err)
	}
}

func TestCSVEncode(t *testing.T) {
	crlf := func(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }
	checkBinding(t, map[string]string{
		`io.write(require("csv").encode({ { name = "Ann", sum = 1234567.5 }, { name = "B,ob", ok = true } }))`:                                crlf("name,sum,ok", "Ann,1234567.5,", `"B,ob",,true`),
		`io.write(require("csv").encode({ { a = 1, b = 2 } }, { columns = { "b", "a" } }))`:                                                   crlf("b,a", "2,1"),
		`io.write(require("csv").encode({ { a = 1 } }, { columns = { "a" }, titles = { a = "Größe" } }))`:                                     crlf("Größe", "1"),
		`io.write(require("csv").encode({ { a = 1 } }, { header = false }))`:                                                                  crlf("1"),
		`io.write(require("csv").encode({ { 1, 2 }, { 3, 4 } }))`:                                                                             crlf("1,2", "3,4"),
		`io.write(require("csv").encode({ { 1, 2 } }, { columns = { "a", "b" } }))`:                                                           crlf("a,b", "1,2"),
		`io.write(require("csv").encode({ columns = { "x", "y" }, { y = 2, x = 1 } }))`:                                                       crlf("x,y", "1,2"),
		`io.write(require("csv").encode({}, { columns = { "x" } }))`:                                                                          crlf("x"),
		`print(require("csv").encode({}) == "")`:                                                                                              "true",
		`local n = 0; io.write(require("csv").encode(function() n = n + 1; if n < 3 then return { n = n, half = n / 2 } end end))`:            crlf("n,half", "1,0.5", "2,1"),
		`io.write(require("csv").encode({ { a = 1234.5, d = "2026-10-05T10:00:00Z" } }, { formats = { a = "#,##0.00", d = "d mmm yyyy" } }))`: crlf("a,d", `"1,234.50",5 Oct 2026`),
		`io.write(require("csv").encode({ { a = 1 } }, { columns = { "a", "b" } }))`:                                                          crlf("a,b", "1,"),
		`io.write(require("csv").encode({ { a = require("sql").null, b = require("json").null, c = 1 } }))`:                                   crlf("a,b,c", ",,1"),
		`require("csv").encode({ columns = { "price" } }, { columns = { "prize" } })`:                                                         `error: csv.encode: the rows have no column "prize"; did you mean "price"?`,
		`require("csv").encode({ { price = 1 } }, { formats = { prize = "0" } })`:                                                             `error: csv.encode: option "formats" names "prize", which is no column; did you mean "price"?`,
		`require("csv").encode({ { a = 1 } }, { formats = { a = "euro" } })`:                                                                  `error: csv.encode: option "formats.a": format "euro": 'e' is no part of a format; a text stands in quotation marks`,
		`require("csv").encode(function() error("lost") end)`:                                                                                 `error: test.lua:1: lost`,
		`require("csv").encode({ { a = {} } })`:                                                                                               `error: csv.encode: row 1: field "a" must be a string, number, boolean, time or nil, got a table`,
		`require("csv").encode({ { 1, print } })`:                                                                                             `error: csv.encode: row 1: field 2 must be a string, number, boolean, time or nil, got a function`,
		`require("csv").encode({ { a = 1 }, 5 })`:                                                                                             `error: csv.encode: row 2 must be a table, got a number`,
		`require("csv").encode({ { 1, 2, 3 } }, { columns = { "a" } })`:                                                                       `error: csv.encode: row 1 has 3 values for 1 columns`,
		`require("csv").encode("x")`:                                                                                                          `error: csv.encode: rows must be a list of tables or an iterator, got a string`,
		`require("csv").encode({ { a = 1 } }, { titles = { a = 5 } })`:                                                                        `error: csv.encode: option "titles.a" must be a string, got a number`,
	})
}

func TestCSVEncodeForExcel(t *testing.T) {
	code := `local csv = require "csv"
		io.write(csv.encode({ { name = "=1+1", sum = "1,5" }, { name = "-x", sum = -2 } }, { separator = ";", bom = true, escape_formulas = true }))
		print(pcall(csv.encode, {}, { separator = ";;" })); print(pcall(csv.encode, {}, { delimiter = ";" }))`
	want := "\ufeffname;sum\r\n'=1+1;1,5\r\n'-x;-2\r\nfalse\ttest.lua:§: csv.encode: option \"separator\" must be one character, got \";;\"\nfalse\ttest.lua:§: csv.encode: unknown option \"delimiter\"; write \"separator\"\n"
	if got, _, err := runBinding(t, code, ""); err != nil || !samePrinted(want, got) {
		t.Errorf("%v\ngot  %q\nwant %q", err, got, want)
	}
}

func TestCSVRoundTrip(t *testing.T) {
	path := csvFile(t, "name,note\nAnn,\"a \"\"b\"\"\nc\"\nJörg,\n")
	code := fmt.Sprintf(`local csv, rows = require "csv", {}
		for row in csv.rows(%q) do rows[#rows + 1] = row end
		io.write(csv.encode(rows))`, path)
	want := "name,note\r\nAnn,\"a \"\"b\"\"\nc\"\r\nJörg,\r\n"
	if got, _, err := runBinding(t, code, ""); err != nil || got != want {
		t.Errorf("%v\ngot  %q\nwant %q", err, got, want)
	}
}

func BenchmarkCSVRows(b *testing.B) {
	var text strings.Builder
	text.WriteString("email,name,id\n")
	for i := range 1000 {
		fmt.Fprintf(&text, "user%d@example.org,User %d,%d\n", i, i, i)
	}
	code := fmt.Sprintf(`local csv = require "csv"; for row in csv.rows(%q) do end`, csvFile(b, text.String()))
	for b.Loop() {
		if _, _, err := runBinding(b, code, ""); err != nil {
			b.Fatal(err)
		}
	}
}
