package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// reportFiles names the files of docs/reports.md that are no Lua, by the language of their snippet.
var reportFiles = map[string]string{
	"csv": "sales.csv", "html": "words.html", "json": "events.jsonl", "markdown": "intro.md",
}

// TestReportsPage makes the files of docs/reports.md and runs its commands, which must print what the page shows. Each
// script of the page is run by one of them. The API is a server of this machine, and so is the sink that the page starts.
func TestReportsPage(t *testing.T) {
	page := readPage(t, "reports.md")
	p := newBatchPage(t)
	blocks := fencedBlocks(page)
	commands := strings.Join(blocks["console"], "\n")
	for kind, name := range reportFiles {
		if len(blocks[kind]) != 1 {
			t.Errorf("%d snippets of %s", len(blocks[kind]), kind)
			continue
		}
		p.write(name, blocks[kind][0])
	}
	for _, code := range blocks["lua"] {
		name, _, _ := strings.Cut(strings.TrimPrefix(code, "-- "), "\n")
		p.write(name, code)
		if !strings.Contains(commands, "moonpost run "+name+"\n") {
			t.Errorf("%s is run by no command of the page", name)
		}
	}
	api := ordersAPI(t, page)
	p.instead = strings.NewReplacer(api, "https://api.example.org")
	p.env = append(p.env, "API_URL="+api)
	if len(blocks["sh"]) != 2 {
		t.Fatalf("%d blocks of sh", len(blocks["sh"]))
	}
	mails := p.typeSink(blocks["sh"][0])
	for _, block := range blocks["console"] {
		for _, piece := range strings.Split("\n"+block, "\n$ ")[1:] {
			line, want, _ := strings.Cut(piece, "\n")
			p.check(line, strings.TrimRight(want, "\n"))
		}
	}
	checkReportsByClock(p, blocks["sh"][1])
	if got, err := filepath.Glob(filepath.Join(mails, "new", "*")); err != nil || len(got) != 3 {
		t.Errorf("%d mails, %v", len(got), err)
	}
}

// ordersAPI answers as the page says that its API does, to those who log in.
func ordersAPI(t *testing.T, page string) string {
	t.Helper()
	m := regexp.MustCompile("With an API that answers `(.+)`:").FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page does not tell what the API answers")
	}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() != "/orders?since=2026-10-01" || r.Header.Get("Authorization") != "Bearer x" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = io.WriteString(w, m[1])
	}))
	t.Cleanup(api.Close)
	return api.URL
}

// checkReportsByClock types the line of the crontab, with the page's own database in the place of another's: once
// without rows, and once with some.
func checkReportsByClock(p *batchPage, block string) {
	p.t.Helper()
	line := cronTime.ReplaceAllString(strings.TrimSpace(block), "")
	line = strings.NewReplacer("postgres://reports@db.example.org/shop", "sqlite:shop.db", "/home/ann/", "").Replace(line)
	p.write("late.sql", "select * from sales where day < '2026-10-01'")
	p.check(line, "Late orders: no rows, nothing mailed")
	p.write("late.sql", "select * from sales")
	p.check(line, "Late orders: 6 rows, mailed\nqueued mail: 1 sent")
}
