package main

import (
	"bufio"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cronTime is what stands before a command in a crontab.
var cronTime = regexp.MustCompile(`^(?:[0-9*/,-]+ ){5}`)

// programCommands are the commands of the programs' pages, in their order, and what each prints on the standard output.
var programCommands = map[string][]string{
	"heartbeat.md": {"disk: failed (exit status 1), mailed: failed\n", "HEALTH: well (HTTP 200), noted\n"},
	"digest.md":    {"Builds: 2 new, mailed\n", "Scans: 2 new, mailed\n"},
	"invite.md": {
		"planning-27: 2 invited, 0 failed\n", "planning-27: 2 told of the change, 0 failed\n", "planning-27: 2 told that it is called off, 0 failed\n",
	},
	"mailmerge.md": {"2 rows: 2 mailed, 0 failed\n"},
	"report.md":    {"Sales: 1 row, mailed\n"},
}

// TestProgramCommands types the commands of the programs' pages, with files and servers of this machine in the place of
// those that they name.
func TestProgramCommands(t *testing.T) {
	web := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"ok":true}`) }))
	defer web.Close()
	for name, wants := range programCommands {
		t.Run(name, func(t *testing.T) {
			p := programFiles(t, web)
			places := strings.NewReplacer("/var/log/", "", "/srv/", "", "/var/mail/", "", "https://example.org/health", web.URL, "df -P /", "cat df.txt",
				"postgres://reports@db.example.org/shop", "sqlite:shop.db", " --relay smtp://user:password@mail.example.org:587", "", "2027-", "2099-")
			var got []string
			for _, line := range strings.Split(fencedBlocks(readPage(t, name))["sh"][0], "\n") {
				line = cronTime.ReplaceAllString(line, "")
				if !strings.HasPrefix(line, "moonpost run ") {
					continue
				}
				command := p.command("sh", "-c", strings.TrimSuffix(places.Replace(line), " >/dev/null"))
				var said strings.Builder
				command.Stderr = &said
				out, err := command.Output()
				if err != nil || strings.Contains(line, "--log-level warn") && said.Len() > 0 {
					t.Errorf("%s: %v\n%s", line, err, said.String())
				}
				got = append(got, strings.ReplaceAll(string(out), web.URL, "HEALTH"))
			}
			if strings.Join(got, "") != strings.Join(wants, "") || len(got) != len(wants) {
				t.Errorf("got  %q\nwant %q", got, wants)
			}
		})
	}
}

// programFiles makes what the commands of the pages read.
func programFiles(t *testing.T, web *httptest.Server) *batchPage {
	t.Helper()
	p := newBatchPage(t)
	if err := os.Mkdir(filepath.Join(p.dir, "scans"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"ca.pem":       string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})),
		"df.txt":       "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 1000 950 50 95% /\n",
		"builds.jsonl": `{"id":1,"branch":"main","title":"Built"}` + "\n" + `{"id":2,"branch":"next","title":"Broken"}` + "\n",
		"scanner":      "From s@x.test Sun Mar  1 05:00:00 2026\nFrom: s@x.test\nSubject: Scan\nMessage-ID: <1@x.test>\n\nx\n",
		"scans/a.pdf":  "1",
		"people.csv":   "email,name\nann@example.org,Ann\nbob@example.org,Bob\n",
		"welcome.html": "<title>Welcome {{.name}}</title><p>Dear {{.name}}",
		"fill.lua":     `require("sql").open("sqlite:shop.db", { create = true }):exec "create table sales as select '2026-10-02' as day, 3 as orders, 12.5 as revenue"`,
	} {
		p.write(name, text)
	}
	p.env = append(p.env, "SSL_CERT_FILE="+filepath.Join(p.dir, "ca.pem"))
	if out, err := p.command("moonpost", "run", "fill.lua").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return p
}

func readPage(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// TestCertificateEnds watches a server whose certificate ends in 2084.
func TestCertificateEnds(t *testing.T) {
	web := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer web.Close()
	p := programFiles(t, web)
	for _, c := range []struct{ flags, want string }{
		{"--certificate 30d", "web: well (HTTP 200), noted\n"},
		{"--certificate 30000d", "web: failed (the certificate ends on 2084-01-29), mailed: failed\n"},
		{"--certificate 30000d", "web: failed (the certificate ends on 2084-01-29), unchanged\n"},
		{"", "web: well (HTTP 200), mailed: fine again\n"},
	} {
		out, _ := p.command("sh", "-c", "moonpost run @heartbeat --from a@x.test --to b@x.test --name web --http "+web.URL+" "+c.flags).Output()
		if string(out) != c.want {
			t.Errorf("%s\ngot  %q\nwant %q", c.flags, out, c.want)
		}
	}
}

// typeSink types the lines that start a sink and say where it is, on a port that is free, and gives its folder.
func (p *batchPage) typeSink(block string) string {
	p.t.Helper()
	start, where, ok := strings.Cut(strings.TrimSpace(block), "\n")
	address, isExport := strings.CutPrefix(where, "export SMTP_URL=smtp://")
	if !ok || !isExport || !strings.HasSuffix(start, " "+address) {
		p.t.Fatalf("these lines start no sink:\n%s", block)
	}
	command := p.command("sh", "-c", "exec "+strings.Replace(start, address, "127.0.0.1:0", 1))
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	m := regexp.MustCompile(`SMTP on (\S+); mail goes to (\S+);`).FindStringSubmatch(line)
	if m == nil {
		p.t.Fatalf("%v: the sink says %q", err, line)
	}
	p.env = append(p.env, "SMTP_URL=smtp://"+m[1])
	return m[2]
}
