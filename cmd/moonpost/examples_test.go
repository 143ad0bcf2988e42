package main

import (
	"bufio"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// exampleInput is what examples read from standard input.
var exampleInput = map[string]string{
	"09-ask-and-send.lua": "me@example.org\nann@example.org\nSubject: hi\n\nHello\n",
}

// exampleOutput is what each example must print, as a pattern.
var exampleOutput = map[string]string{
	"01-hello.lua":            `accepted by 1, server said: 250`,
	"02-html-logo.lua":        `(?s)multipart/alternative.*text/plain.*multipart/related.*text/html.*image/png`,
	"03-attachments.lua":      `(?s)1\tapplication/pdf\tbrochure.pdf.*2\ttext/csv\tÜbersicht 2026.csv.*3\tmessage/rfc822`,
	"04-audio.lua":            `audio/(x-)?wav`,
	"05-errors.lua":           `(?s)refused\t550@example.org\t550.*recipients_refused\t550\tfalse\tfalse`,
	"06-lmtp.lua":             `(?s)1\tann@example.org\t250.*2\tbob@example.org\t250`,
	"07-mail-merge.lua":       `6 sent`,
	"08-report-table.lua":     `(?s)Sales by region.*East.*Total: 52876.45`,
	"09-ask-and-send.lua":     `Message length is \d+`,
	"10-session-by-hand.lua":  `(?s)220.*334.*235.*354.*250.*221`,
	"11-low-level-tree.lua":   `(?s)multipart/mixed.*multipart/alternative.*multipart/related.*image/png\tlogo.png.*application/pdf\tbrochure.pdf`,
	"13-oauth2.lua":           `(?s)^got a token\n(\w+\tsent\n){3}$`,
	"12-bcc-and-envelope.lua": `(?s)bounces\+ann@example.org.*ann@example.org archive@example.org boss@example.org.*Bcc on the wire:\tfalse`,
	"17-read-mail.lua":        `(?s)from\tJürgen Groß\tj@buecher.example.*Rechnung für März.*12 €.*application/pdf\tRechnung März.pdf\t9.*bad-address\tTo.*same bytes\ttrue.*saved\t\[paid\]`,
	"16-template.lua":         `(?s)Welcome, \S+.*true.*6 sent`,
	"15-from-smtplib.lua":     `(?s)ann@\S+\s+sent, 250.*550@\S+\s+refused, 550 .*drop-after-dot@\S+\s+disconnected, delivered: unknown.*bob@\S+\s+sent, 250.*221`,
	"18-dkim.lua":             `(?s)^ed25519-sha256\n2026._domainkey.example.org. IN TXT \( "v=DKIM1; k=ed25519; p=\S{44}" \)\nann@\S+\ttrue\nbob@\S+\ttrue\n$`,
	"19-smime.lua":            `(?s)^multipart/signed\n  multipart/mixed\n.*application/pkcs7-signature "smime.p7s".*false\t.*the part is signed.*application/pkcs7-mime\tsmime.p7m\tnil\n250\t250`,
	"20-pgp.lua":              `(?s)^multipart/signed\n  text/plain\n.*application/pgp-signature "signature.asc".*multipart/encrypted\n.*"encrypted.asc"\n250\t250`,
	"23-markdown.lua":         `(?s)image/png "logo.png".*Dear Ann \*Star\*,.*East \| West:.*Month +Sum\s+-+ +-+\s+January +1,204.50\s+February +31.00`,
	"24-invite.lua":           `(?s)text/calendar\n +application/ics "invite.ics"\n?.*SUMMARY:Planning with Ann Lee\\, Sales.*false.*"organizer" is missing`,
	"21-bounces.lua":          `(?s)^bounce\tabout <news-7@example.org>\tfrom mx.example.org\ngone@example.com\t5.1.1\tstrike it off\t550 5.1.1.*sales@example.org\t5.2.2\tkeep it\t552 5.2.2 mailbox full\n$`,
	"22-mailbox.lua":          `(?s)bounce\tgone@example.com\t<news-7@example.org>\nautomatic\tnews@example.com\tWhat is new\nletter\tann@example.com\tAW: Lunch\?\nautomatic\t.*Ann Müller <ann@example.com>, bob@example.net\tRe: Lunch\?\t<lunch-2@example.com>.*asked:\r?\n> Shall we meet at one\? Bob says that he knows a place.\r?\n>\r?\n> From here it is five minutes.`,
	"25-tested.lua":           `^(\S+\ttold\n){6}$`,
	"26-json-and-time.lua":    `(?s)^1\tAnn Lee\t2026-09-30T00:00:00Z\tis told\n2\tBob Mori\t2026-10-31T12:00:00\+09:00\thas time\n3\tCem Uçar\thas no end\n`,
	"27-disk-report.lua":      `(?s)^used\ttrue\tpercent\ninbox.mbox\n`,
	"29-outbox.lua":           `(?s)^1\tqueued\n1\tduplicate\nready\ncancelled\ttrue\nsuppressed\ttrue\nann@example.org\tsent\t250\ncem@example.org\tsuppressed\t.*ann@example.org\tduplicate\t250\n$`,
	"30-kv.lua":               `^last run\tnever\nmails today\t3\nwelcomed\t6\nissue\t12\tAutumn\n$`,
	"36-xlsx.lua":             `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet "sales.xlsx"`,
	"32-sql.lua":              `^day  region  amount\n2026-10-01  north     120.50\n2026-10-02  -           7.00\n2026-10-02  south      80.25\n1\tnorth\t2\n2\tsouth\t1\n250\n$`,
	"31-route.lua":            `(?s)^5\n`,
	"28-batch.lua":            `(?s)^batch news-2026-10: 6 sent\n[^\n]* a second\n$`,
	"33-http.lua":             `(?s)^200\tapplication/json\n2 orders, 19.50 in all\n405\tfalse\n$`,
	"34-report.lua":           `(?s)^Sales by region\n=+\n.*Revenue: € 52,876 \(\+3.1%\), since May\n.*East \[1\] +143  18,905.75\n.*\nTotal +429  52,876.45\n\n\[1\] https:.*net of returns, see the rules \(https://example.org/rules\).\n`,
	"35-chart.lua":            `(?s)^640\t320\t400\t230\n.*image/png "image-1.png".*image/png "returns.png"\nSummer\s.*Line chart "Sales by region": month 2026-05-01 to\s2026-09-01; East.*250\n$`,
	"14-relay-limits.lua":     `(?s)last: c@slow.example\tsent: 5.*direct: 2 of 2`,
}

// TestExamples runs every example against the sink: each ends with status 0,
// prints what it should, and is short.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*.lua"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasSuffix(name, "_test.lua") {
			continue // TestOwnLua runs them
		}
		t.Run(name, func(t *testing.T) {
			p, stdout, stderr := testProcess(append([]string{"run", "--sink", "--sink-dir", t.TempDir(), file}, exampleWords(t, name)...)...)
			p.stdin = strings.NewReader(exampleInput[name])
			p.lookupEnv = func(string) (string, bool) { return "", false }
			if status := p.main(); status != statusDone {
				t.Fatalf("exit status %d\n%s%s", status, stdout, stderr)
			}
			want := exampleOutput[name]
			if want == "" || !regexp.MustCompile(want).MatchString(stdout.String()) {
				t.Errorf("output does not match %q:\n%s%s", want, stdout, stderr)
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if lines := strings.Count(string(source), "\n"); lines > 40 {
				t.Errorf("%d lines: an example has 40 at most", lines)
			}
		})
	}
}

// exampleWords are the flags of an example that asks a web server.
func exampleWords(t *testing.T, name string) []string {
	t.Helper()
	if name != "33-http.lua" {
		return nil
	}
	server := httptest.NewServer(webPages())
	t.Cleanup(server.Close)
	return []string{"--url", server.URL + "/orders"}
}

// TestReadme runs what the README tells newcomers to run, and compares its
// script with the example it shows.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(readme), "\n"); lines > 120 {
		t.Errorf("README has %d lines, 120 at most", lines)
	}
	blocks := fencedBlocks(string(readme))
	hello, err := os.ReadFile(filepath.Join("..", "..", "examples", "01-hello.lua"))
	if err != nil {
		t.Fatal(err)
	}
	_, wantBody, _ := strings.Cut(string(hello), "\n")
	_, gotBody, _ := strings.Cut(blocks["lua"][0], "\n")
	if gotBody != wantBody {
		t.Errorf("the README's script is not examples/01-hello.lua:\n%s", gotBody)
	}
	t.Run("batch", func(t *testing.T) { readmeBatch(t, blocks["lua"][1]) })
	t.Chdir(filepath.Join("..", ".."))
	readmeCommand(t, blocks["sh"][0], "go run ./cmd/moonpost ", "6 rows: 6 mailed, 0 failed")
	readmeCommand(t, blocks["sh"][1], "moonpost ", "Sales: 4 rows, mailed")
}

// readmeCommand runs the first command of a block.
func readmeCommand(t *testing.T, block, program, want string) {
	t.Helper()
	command, _, _ := strings.Cut(block, "\n")
	words, ok := strings.CutPrefix(command, program)
	if !ok {
		t.Fatalf("the README's command is %q", command)
	}
	p, stdout, stderr := testProcess(shellWords(words)...)
	dir := t.TempDir()
	p.tempDir = func(string) (string, error) { return dir, nil }
	if status := p.main(); status != statusDone || !strings.Contains(stdout.String(), want) {
		t.Errorf("exit status %d\n%s%s", status, stdout, stderr)
	}
}

// readmeBatch runs the README's batch twice into a sink.
func readmeBatch(t *testing.T, script string) {
	dir := t.TempDir()
	t.Chdir(dir)
	rows := "email,name\nann@x.example,Ann\nbob@y.example,Bob\n"
	for name, text := range map[string]string{"people.csv": rows, "news.lua": script} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"batch news-2026-10: 2 sent\n", "batch news-2026-10: 0 sent, 2 sent before\n"} {
		p, stdout, stderr := testProcess("run", "--sink", "--store", filepath.Join(dir, "news.db"), "news.lua")
		p.lookupEnv = func(name string) (string, bool) { return "smtp://mail.example.org", name == "SMTP_URL" }
		p.tempDir = func(string) (string, error) { return dir, nil }
		if status := p.main(); status != statusDone || !strings.HasPrefix(stdout.String(), want) {
			t.Errorf("exit status %d, want %q\n%s%s", status, want, stdout, stderr)
		}
	}
}

// fencedBlocks collects a page's fenced blocks by language.
func fencedBlocks(page string) map[string][]string {
	blocks := map[string][]string{}
	var language string
	var block strings.Builder
	scanner := bufio.NewScanner(strings.NewReader(page))
	for scanner.Scan() {
		line := scanner.Text()
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && language == "":
			language = fence
		case isFence:
			blocks[language] = append(blocks[language], block.String())
			language = ""
			block.Reset()
		case language != "":
			block.WriteString(line + "\n")
		}
	}
	return blocks
}

// shellWords splits a command line at spaces outside double quotes.
func shellWords(line string) []string {
	var words []string
	for i, piece := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, piece)
			continue
		}
		words = append(words, strings.Fields(piece)...)
	}
	return words
}
