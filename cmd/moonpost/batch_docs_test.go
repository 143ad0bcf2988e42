package main

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"moonpost/sink"

	"github.com/google/go-cmp/cmp"
)

// killing is what docs/batch.md types to kill a run in the middle.
const killing = "moonpost run news.lua & sleep 1; kill -9 $!"

// batchPage runs docs/batch.md.
type batchPage struct {
	t    *testing.T
	dir  string
	sink *sink.Sink
	env  []string

	instead *strings.Replacer // of what is printed; nil: nothing
}

// TestBatchPage makes the files of docs/batch.md and runs its commands, which must print what the page shows but for
// times, identifiers and how far the killed run came.
func TestBatchPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "batch.md"))
	if err != nil {
		t.Fatal(err)
	}
	p := newBatchPage(t)
	commands := 0
	for _, m := range regexp.MustCompile("(?sm)^```(\\w+)\n(.*?)^```$").FindAllStringSubmatch(string(page), -1) {
		switch kind, text := m[1], m[2]; kind {
		case "csv":
			p.write("people.csv", text)
		case "lua":
			name, _, _ := strings.Cut(text, "\n")
			p.write(strings.TrimPrefix(name, "-- "), text)
		case "console":
			for _, piece := range strings.Split("\n"+text, "\n$ ")[1:] {
				line, want, _ := strings.Cut(piece, "\n")
				p.check(line, strings.TrimRight(want, "\n"))
				commands++
			}
		}
	}
	if commands < 12 {
		t.Errorf("%d commands", commands)
	}
}

func newBatchPage(t *testing.T) *batchPage {
	p := &batchPage{t: t, dir: t.TempDir()}
	var err error
	p.sink, err = sink.Start(sink.Options{Address: "127.0.0.1:0", Dir: filepath.Join(p.dir, "caught"), NoSync: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.sink.Close() })
	p.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(p.dir, "home"), "TZ=UTC", "SMTP_URL=smtp://" + p.sink.Addr()}
	return p
}

func (p *batchPage) write(name, text string) {
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// check runs a command and compares what it prints.
func (p *batchPage) check(line, want string) {
	p.t.Helper()
	var got string
	if line == killing {
		p.kill()
	} else {
		command := p.command("sh", "-c", line)
		out, _ := command.CombinedOutput() // the statuses are those of batches
		got = strings.ReplaceAll(string(out), p.sink.Addr(), "127.0.0.1:2525")
	}
	if p.instead != nil {
		got = p.instead.Replace(got)
	}
	if diff := cmp.Diff(maskPage(want), maskPage(strings.TrimRight(got, "\n"))); diff != "" {
		p.t.Errorf("%s\n%s", line, diff)
	}
}

func (p *batchPage) command(name string, args ...string) *exec.Cmd {
	command := exec.CommandContext(p.t.Context(), name, args...)
	command.Dir, command.Env = p.dir, p.env
	return command
}

// kill ends a run between its second mail and its third.
func (p *batchPage) kill() {
	command := p.command("moonpost", "run", "news.lua")
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); p.sink.Count() < 2 && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond) // the rate leaves a quarter of a second: the outcome is noted, and no other dot sent
	if err := command.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = command.Wait()
	if status, ok := command.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		p.t.Fatalf("it was not killed: %v", command.ProcessState)
	}
}

// maskPage masks what differs from run to run: times, identifiers, and the numbers of those who had got the mail when
// the run was killed. One more may be in doubt then.
func maskPage(text string) string {
	for _, mask := range [][2]string{
		{`Date: .*`, "Date: DATE"}, {`\b[0-9a-f]{16,}@`, "ID@"}, {`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`, "TIME"}, {`\(\d+s ago\)`, "(now)"},
		{`"seconds":[0-9.e-]+`, `"seconds":SECONDS`}, {`(?m)^\d\d:\d\d:\d\d INF took over .*\n`, ""}, {`(?m)^\d\d:\d\d:\d\d ERR`, "TIME ERR"}, {` in \d+s, \d+/s`, ""}, {`(?m)^what is due:\n( .*\n)+`, ""},
		{`\d+ (sent|to be sent|sent before)\b`, "N $1"}, {`"already":\d+`, `"already":N`}, {`: [12] mails? taken`, ": N taken"}, {`(?m)^(news-2026-10  done +)\d+ `, "${1}N "},
		{`[12] in doubt`, "N in doubt"}, {`N sent, N in doubt, N to be sent`, "N sent, N to be sent"},
	} {
		text = regexp.MustCompile(mask[0]).ReplaceAllString(text, mask[1])
	}
	if strings.Contains(text, "N sent, N to be sent\n") {
		text = strings.Replace(text, ": to be settled", ": unfinished", 1)
		text = regexp.MustCompile(`(?m)^(→ moonpost batch settle .*|what was answered:|       1  in doubt: .*)\n`).ReplaceAllString(text, "")
	}
	return text
}

// TestBatchPageMachines does what the page says of several machines: two processes share the batch.
func TestBatchPageMachines(t *testing.T) {
	p := newBatchPage(t)
	p.env = append(p.env, "MOONPOST_STORE="+postgresSchema(t))
	const id = "machines"
	p.write("machines.lua", `
local rows = {}
for i = 1, 60 do rows[i] = { email = "p" .. i .. "@x.test" } end
require("batch").run {
  id = "machines", source = rows, key = "email", wait = "20s", via = smtp.relay { name = "main", url = env.SMTP_URL, rate = "100/s" },
  message = function(row) return mime.message { from = "news@example.org", to = row.email, text = "x" } end,
}`)
	first := p.command("moonpost", "run", "machines.lua")
	var said strings.Builder
	first.Stderr = &said
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	second, err := p.command("moonpost", "run", "machines.lua").CombinedOutput()
	if err != nil {
		t.Errorf("the second: %v\n%s", err, second)
	}
	if err := first.Wait(); err != nil {
		t.Errorf("the first: %v\n%s", err, said.String())
	}
	if p.sink.Count() != 60 {
		t.Errorf("%d mails\n%s\n%s", p.sink.Count(), said.String(), second)
	}
	shown, err := p.command("moonpost", "batch", "show", id).CombinedOutput()
	if err != nil || !strings.Contains(string(shown), ": done\n") || !strings.Contains(string(shown), "60 mails: 60 sent") {
		t.Errorf("%v\n%s", err, shown)
	}
}

// postgresSchema is the address of a schema for one test, or the test is skipped.
func postgresSchema(t *testing.T) string {
	t.Helper()
	server := os.Getenv("MOONPOST_TEST_POSTGRES")
	if server == "" {
		t.Skip("SKIPPED: a batch on two machines is NOT tested: MOONPOST_TEST_POSTGRES is not set")
	}
	db, err := sql.Open("pgx", server) // the driver comes with the store
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("page%d", os.Getpid())
	if _, err := db.ExecContext(t.Context(), "create schema "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec("drop schema " + name + " cascade"); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}
