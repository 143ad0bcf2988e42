package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// injection is a value that would change a statement into which it was pasted.
const injection = "x' or '1'='1'; drop table sales; --"

// TestReportProgram mails the rows of each database by @report: the same mail from each.
func TestReportProgram(t *testing.T) {
	sqlite := "sqlite:" + filepath.Join(t.TempDir(), "sales.db")
	want := reportMail(t, sqlite)
	if len(want.Defects)+len(want.Unresolved)+len(want.Forbidden)+len(want.WithoutAlt) > 0 || want.HTMLSize > 102<<10 || want.Widest > 76 || len(want.Pictures) != 2 {
		t.Errorf("%+v", want)
	}
	for _, part := range []string{"112 rows", "Revenue: 375,199.84", "Average: 3,350.00", "30 Sep 2026", "O'Brien's <blend>", "90071992547409101", "Total"} {
		if !strings.Contains(want.Text, part) && !strings.Contains(want.Sheet, part) {
			t.Errorf("no %q in\n%s", part, want.Text)
		}
	}
	reportTwice(t, sqlite)
	onServers(t, func(t *testing.T, address string) {
		if got := reportMail(t, address); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v\nSQLite gave %+v", got, want)
		}
		reportTwice(t, address)
	})
}

// reportMail fills a database and has @report mail from it, with all that makes the mail.
func reportMail(t *testing.T, address string) facts {
	t.Helper()
	folder, intro := t.TempDir(), filepath.Join(t.TempDir(), "intro.md")
	if err := os.WriteFile(intro, []byte("The **{{.rows}} rows** of these days.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	report := []string{"run", "--sink", "--sink-dir", folder, "@report",
		"--query", "select * from sales where day >= ? and product <> ? and orders >= ? order by serial",
		"--param", "2026-09-03", "--param", injection, "--param", "0",
		"--title", "Sales", "--intro", intro, "--tile", "Revenue=sum:revenue", "--tile", "Average=mean:revenue",
		"--chart", "line:day:revenue", "--chart", "bar:product:orders", "--columns", "day,product,orders,revenue,refunds",
		"--formats", "day=d mmm yyyy", "--formats", "revenue=#,##0.00", "--totals", "orders,revenue,refunds", "--show", "500",
		"--xlsx", "sales", "--from", "reports@example.org", "--to", "boss@example.org"}
	for _, words := range [][]string{{"run", "testdata/sales/fill.lua"}, report} {
		p, stdout, stderr := testProcess(words...)
		p.lookupEnv = func(name string) (string, bool) { return address, name == "DATABASE_URL" }
		if status := p.main(); status != statusDone {
			t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
		}
	}
	return factsOf(t, folder)
}

// reportTwice starts reports again and with mistakes, as a clock would: what was mailed stays mailed, what has no rows
// and what fails mails nothing, and says so by its status.
func reportTwice(t *testing.T, address string) {
	t.Helper()
	p := newBatchPage(t)
	p.env = append(p.env, "DATABASE_URL="+address, "Q=moonpost run @report --from a@example.org --to b@example.org --query", "BAD="+injection)
	for _, c := range []struct{ line, want string }{
		{`$Q "select orders from sales where orders > ?" --param 45`, "Report: 9 rows, mailed\nqueued mail: 1 sent\n0"},
		{`$Q "select orders from sales where orders > ?" --param 45`, "Report: 9 rows, mailed already today; --again mails it once more\n0"},
		{`$Q "select orders from sales where product = ?" --param "$BAD" --only-if-rows`, "Report: no rows, nothing mailed\n0"},
		{`$Q "select orders from sales where product = ?" --param "$BAD" --chart line:orders:orders --totals orders`, "Report: 0 rows, mailed\nqueued mail: 1 sent\n0"},
	} {
		out, _ := p.command("sh", "-c", c.line+"; echo $?").CombinedOutput()
		if got := strings.TrimSuffix(string(out), "\n"); got != c.want {
			t.Errorf("%s\ngot  %q\nwant %q", c.line, got, c.want)
		}
	}
	for _, query := range []string{"select * from slaes", "delete from sales", "select orders from sales where", "select 1; drop table sales", " "} {
		out, err := p.command("sh", "-c", `$Q "`+query+`"`).CombinedOutput()
		if err == nil || strings.Contains(string(out), "mailed") || strings.Count(string(out), "\n") > 2 {
			t.Errorf("%s: %v\n%s", query, err, out)
		}
	}
	if got := p.sink.Count(); got != 2 {
		t.Errorf("%d mails", got)
	}
}
