package luabind

import "testing"

// runOn runs code on a host.
func runOn(t *testing.T, host *Host, code string) error {
	t.Helper()
	program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = host.Run(t.Context(), program)
	return err
}

// TestTimesAndNullsAsText: a row that json.decode gave can be written as CSV,
// and a time stands in a query and among a program's words.
func TestTimesAndNullsAsText(t *testing.T) {
	checkModule(t, map[string]string{
		`print((require("csv").encode({ { a = json.null, b = time.parse("2026-10-05T10:00Z") } }, { columns = { "a", "b" } }):gsub("\r\n", "|")))`: "a,b|,2026-10-05T10:00:00Z|",
		`print(url.query{ since = time.parse("2026-10-05T10:00Z") })`:                                                                              "since=2026-10-05T10%3A00%3A00Z",
		`io.write(exec.run{ "echo", time.parse("2026-10-05T10:00Z") }.stdout)`:                                                                     "2026-10-05T10:00:00Z",
		`url.query{ a = json.null }`:                 `error: url.query: the query's "a" must be a string, a number or a boolean, got an object`,
		`exec.run{ "echo", json.null }`:              "error: exec.run: word 2 must be a string or a number, got an object",
		`require("csv").encode{ { a = io.stdout } }`: `error: csv.encode: row 1: field "a" must be a string, number, boolean, time or nil, got an object`,
	})
}
