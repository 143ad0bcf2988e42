package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// needs is the variable without which a script of testdata/mistaken_reports has no server to lose.
var needs = map[string]string{"lost-postgres": "POSTGRES", "lost-mariadb": "MARIADB"}

// TestReportMistakes runs testdata/mistaken_reports/*.lua: each goes wrong on the way to a report's mail. What is
// printed is the .txt beside; nothing may be mailed, and nothing may be left in the folder.
func TestReportMistakes(t *testing.T) {
	files, err := filepath.Glob("testdata/mistaken_reports/*.lua")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	t.Chdir("testdata/mistaken_reports")
	world := reportWorld(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".lua")
		if name == "send" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if variable := needs[name]; variable != "" && world[variable] == "" {
				t.Skipf("SKIPPED: MOONPOST_TEST_%s is empty, no connection was lost", variable)
			}
			before := dirNames(t, ".")
			got := runReportMistake(t, name+".lua", world)
			compareGolden(t, name+".txt", got)
			if after := dirNames(t, "."); !*update && after != before {
				t.Errorf("the folder holds %s\nit held %s", after, before)
			}
		})
	}
}

// reportWorld is the environment of the scripts: a database, a web server that misbehaves, and real servers if there are.
func reportWorld(t *testing.T) map[string]string {
	t.Helper()
	web := httptest.NewServer(brokenAPI())
	t.Cleanup(func() {
		web.CloseClientConnections()
		web.Close()
	})
	world := map[string]string{
		"DATABASE": filepath.Join(t.TempDir(), "sales.db"), "API": web.URL,
		"POSTGRES": os.Getenv("MOONPOST_TEST_POSTGRES"), "MARIADB": os.Getenv("MOONPOST_TEST_MARIADB"),
	}
	p, stdout, stderr := testProcess("run", "-e", `local db = require("sql").open("sqlite:" .. env.DATABASE, { create = true })
		db:exec("create table sales (day date, revenue decimal(14,2))")
		db:exec("insert into sales values ('2026-09-01', 1200.50), ('2026-09-02', 900)")
		db:exec("create table ledger (day date, amount integer)")
		db:transaction(function()
			for i = 1, 2000 do db:exec("insert into ledger values ('2026-09-01', ?)", i == 2000 and "-9223372036854775808" or i) end
		end)`)
	p.lookupEnv = lookup(world)
	if status := p.main(); status != statusDone {
		t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
	}
	return world
}

func lookup(world map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) { value, ok := world[name]; return value, ok }
}

// brokenAPI answers as no API should.
func brokenAPI() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/500", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<h1>Internal Server Error</h1>", http.StatusInternalServerError)
	})
	mux.HandleFunc("/silent", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/stalls", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `[{"order": 1},`)
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(2<<30))
		fmt.Fprint(w, "[")
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, _ *http.Request) {
		spaces := bytes.Repeat([]byte(" "), 1<<16)
		for sent := 0; sent < 2<<30; sent += len(spaces) {
			if _, err := w.Write(spaces); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		spaces := bytes.Repeat([]byte(" "), 1<<20)
		for range 2 << 10 {
			if _, err := packed.Write(spaces); err != nil {
				return
			}
		}
	})
	return mux
}

// runReportMistake gives what a script prints, without what differs from run to run. It must fail, and mail nobody.
func runReportMistake(t *testing.T, script string, world map[string]string) string {
	t.Helper()
	sink := t.TempDir()
	p, stdout, stderr := testProcess("run", "--sink", "--sink-dir", sink, script)
	p.lookupEnv = lookup(world)
	if status := p.main(); status != statusScript {
		t.Errorf("exit status %d", status)
	}
	if mails := dirNames(t, filepath.Join(sink, "new")) + dirNames(t, filepath.Join(sink, "tmp")); mails != "" {
		t.Errorf("mailed: %s", mails)
	}
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	got := stdout.String() + stderr.String()
	for i, line := range strings.Split(got, "\n") {
		if strings.Contains(line, ".go:") || strings.Contains(line, "hunter2") || len(line) > 300 {
			t.Errorf("line %d: %s", i+1, line)
		}
	}
	if !strings.Contains(got, script+":") {
		t.Error("the message doesn't say where")
	}
	return strings.NewReplacer(world["API"], "http://api.example.org", strings.TrimPrefix(world["API"], "http://"), "api.example.org",
		world["DATABASE"], "/home/ann/sales.db", folder, "/home/ann/mails", sink, "/tmp/sink").Replace(got)
}

// dirNames joins the names in a folder; a folder that isn't there holds none.
func dirNames(t *testing.T, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = entry.Name()
	}
	return strings.Join(names, " ")
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}
