package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHoldsSecret(t *testing.T) {
	for line, want := range map[string]bool{
		`smtp.connect{ host = "x", user = "u", password = "hunter2" }`: true,
		`local pw, PASSWORD = 1, 'hunter2'`:                            true,
		`opts["api-key"] = "abc"`:                                      true,
		`opts.access_token="abc"`:                                      true,
		`secret = "x"`:                                                 true,
		`conn:login("u", "p")`:                                         true,
		`conn:auth("PLAIN", function() end)`:                           true,
		`smtp.connect("smtps://u:p@mail.example.org")`:                 true,
		`key = "-----BEGIN PRIVATE KEY-----"`:                          true,
		`headers = { Authorization = "Bearer abc" }`:                   true,
		`local t = "Bearer abc.def"`:                                   true,
		`print("a bearer of news", ("basic"):upper())`:                 false,
		`smtp.connect{ password = env.SMTP_PASSWORD }`:                 false,
		`smtp.connect{ password = env.get("SMTP_PASSWORD"), port = 1}`: false,
		`smtp.connect("smtps://mail.example.org:465")`:                 false,
		`conn = smtp.connect{ host = "localhost", port = 2525 }`:       false,
		`print("author", 1)`:                                           false,
		`msg.Subject = "your pass"`:                                    false,
		`:doc smtp.connect`:                                            false,
	} {
		if got := holdsSecret(line); got != want {
			t.Errorf("holdsSecret(%q) = %v", line, got)
		}
	}
}

func TestHistory(t *testing.T) {
	dir := t.TempDir()
	p := &process{lookupEnv: func(name string) (string, bool) { return dir, name == "XDG_STATE_HOME" }}
	h := openHistory(p, false)
	var remembered []string
	h.remember = func(line string) { remembered = append(remembered, line) }
	for _, text := range []string{"x = 1", "password = 'p'", "for i = 1, 2 do\n  print(i)\nend", "-- a\nx = 2"} {
		h.add(text)
	}
	file := filepath.Join(dir, "moonpost", "history")
	want := "x = 1\nfor i = 1, 2 do print(i) end\n-- a\nx = 2\n"
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("the file holds %q, %v", got, err)
	}
	if len(remembered) != 5 {
		t.Errorf("the editor has %q", remembered)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(file, []byte(strings.Repeat("x\n", 5000)+"bad\x1b\n\xff\nlast\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if lines := openHistory(p, false).earlier(); len(lines) != historyLines || lines[historyLines-1] != "last" {
		t.Errorf("%d lines are read", len(lines))
	}
	if data, err := os.ReadFile(file); err != nil || strings.Count(string(data), "\n") != historyLines {
		t.Errorf("the file was not shortened: %d octets, %v", len(data), err)
	}
	h = openHistory(p, true)
	h.add("unseen")
	if h.earlier() != nil {
		t.Error("--no-history reads")
	}
	if data, _ := os.ReadFile(file); strings.Contains(string(data), "unseen") {
		t.Error("--no-history writes")
	}
}
