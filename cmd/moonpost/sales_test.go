package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// facts are what testdata/sales/facts.py tells of a mail.
type facts struct {
	Defects, Unresolved, Forbidden []string
	HTML, Text, Sheet              string
	HTMLSize                       int `json:"html_size"`
	Widest                         int
	Pictures                       []int
	WithoutAlt                     []string `json:"without_alt"`
}

// TestSalesReport mails the same report from the same data in each database.
func TestSalesReport(t *testing.T) {
	want := mailSales(t, "sqlite:"+filepath.Join(t.TempDir(), "sales.db"))
	checkSales(t, &want)
	onServers(t, func(t *testing.T, address string) {
		if got := mailSales(t, address); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nSQLite gave %+v", got, want)
		}
	})
}

// onServers runs a test on each real database; those that are not there are skipped.
func onServers(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	for _, database := range []struct {
		name, variable string
		own            bool // its address leads into no database
	}{{"PostgreSQL", "MOONPOST_TEST_POSTGRES", false}, {"MariaDB", "MOONPOST_TEST_MARIADB", true}} {
		t.Run(database.name, func(t *testing.T) {
			address := os.Getenv(database.variable)
			if address == "" {
				t.Skipf("SKIPPED: %s is empty, no report was made from %s", database.variable, database.name)
			}
			if database.own {
				address = ownDatabase(t, address)
			}
			test(t, address)
		})
	}
}

// ownDatabase makes one on a server, and gives the address that leads into it.
func ownDatabase(t *testing.T, address string) string {
	t.Helper()
	const name = "moonpost_sales"
	do := func(text string) {
		p, stdout, stderr := testProcess("run", "-e", `require("sql").open(env.DATABASE_URL):exec("`+text+`")`)
		p.lookupEnv = func(name string) (string, bool) { return address, name == "DATABASE_URL" }
		if status := p.main(); status != statusDone {
			t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
		}
	}
	do("create database " + name + " character set utf8mb4")
	t.Cleanup(func() { do("drop database " + name) })
	server, query, _ := strings.Cut(address, "?")
	return strings.TrimSuffix(server, "/") + "/" + name + "?" + query
}

// mailSales fills a database and mails the report from it.
func mailSales(t *testing.T, address string) (f facts) {
	t.Helper()
	folder := t.TempDir()
	for _, words := range [][]string{{"run", "testdata/sales/fill.lua"}, {"run", "--sink", "--sink-dir", folder, "testdata/sales/sales.lua"}} {
		p, stdout, stderr := testProcess(words...)
		p.lookupEnv = func(name string) (string, bool) { return address, name == "DATABASE_URL" }
		if status := p.main(); status != statusDone {
			t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
		}
	}
	return factsOf(t, folder)
}

// factsOf has Python read the one mail in a folder.
func factsOf(t *testing.T, folder string) (f facts) {
	t.Helper()
	mails, err := filepath.Glob(filepath.Join(folder, "new", "*"))
	if err != nil || len(mails) != 1 {
		t.Fatalf("%d mails, %v", len(mails), err)
	}
	out, err := exec.Command(pythonPath(t), "testdata/sales/facts.py", mails[0]).Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, &f); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return f
}

func checkSales(t *testing.T, f *facts) {
	t.Helper()
	if len(f.Defects)+len(f.Unresolved)+len(f.Forbidden)+len(f.WithoutAlt) > 0 {
		t.Errorf("defects %q, unresolved %q, forbidden %q, without alt %q", f.Defects, f.Unresolved, f.Forbidden, f.WithoutAlt)
	}
	if f.HTMLSize > 102<<10 || f.Widest > 76 || len(f.Pictures) != 2 {
		t.Errorf("%d octets of HTML, a line of %d characters, pictures %v", f.HTMLSize, f.Widest, f.Pictures)
	}
	for _, part := range []string{"Sales in September\n====", "Tea", "茶 (green)", "O'Brien's <blend>", "2,920", "384,237.80", "1,078.71"} {
		if !strings.Contains(f.Text, part) {
			t.Errorf("the text lacks %q:\n%s", part, f.Text)
		}
	}
	if !strings.Contains(f.HTML, "O&#39;Brien&#39;s &lt;blend&gt;") || strings.Contains(f.HTML, "<blend>") {
		t.Error("a product's name isn't escaped as it should be")
	}
	for _, part := range []string{"9007199254740993", "茶 (green)"} {
		if !strings.Contains(f.Sheet, part) {
			t.Errorf("the sheet lacks %s", part)
		}
	}
}
