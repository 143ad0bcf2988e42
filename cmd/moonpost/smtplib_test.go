package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"

	"github.com/google/go-cmp/cmp"
)

// lesson is a pair of scripts of docs/smtplib.md that do the same, and what the
// page says about their sessions.
type lesson struct{ title, python, lua, wire string }

func readSmtplibPage(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "smtplib.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// lessons takes the page apart.
func lessons(t *testing.T, page string) []lesson {
	t.Helper()
	var list []lesson
	var now lesson
	into := map[string]*string{"```python": &now.python, "```lua": &now.lua}
	var block *string
	for line := range strings.Lines(page) {
		text := strings.TrimSuffix(line, "\n")
		wire, isWire := strings.CutPrefix(text, "Wire: ")
		switch {
		case block != nil && text == "```":
			block = nil
		case block != nil:
			*block += line
		case into[text] != nil:
			block = into[text]
		case strings.HasPrefix(text, "## "):
			now.title = text[len("## "):]
		case isWire:
			now.wire = wire
			list = append(list, now)
			now.python, now.lua = "", ""
		}
	}
	if now.python+now.lua != "" {
		t.Errorf("%s: a script without a line about the wire", now.title)
	}
	return list
}

// TestSmtplibPage runs every script of docs/smtplib.md against servers of its
// own, compares what it prints with what the page says, and the sessions of both
// languages with each other.
func TestSmtplibPage(t *testing.T) {
	list := lessons(t, readSmtplibPage(t))
	if len(list) < 10 {
		t.Fatalf("%d pairs of scripts", len(list))
	}
	ca := smtptest.NewCA(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("ca.pem", ca.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		t.Run(l.title, func(t *testing.T) {
			luaServers := startSmtplibServers(t, ca)
			checkLesson(t, luaServers, l.lua, "-->", runLua)
			python, err := exec.LookPath("python3")
			if err != nil {
				t.Skip("SKIPPED: no python3 here; the page's Python scripts did not run and the sessions were not compared")
			}
			pythonServers := startSmtplibServers(t, ca)
			checkLesson(t, pythonServers, l.python, "# ->", func(t *testing.T, code string) string { return runPython(t, python, code) })
			compareSessions(t, l, pythonServers.sessions(l), luaServers.sessions(l))
		})
	}
}

func runLua(t *testing.T, code string) string {
	t.Helper()
	p, stdout, stderr := testProcess("run", "-e", code)
	if status := p.main(); status != statusDone || stderr.Len() > 0 {
		t.Errorf("exit status %d\n%s", status, stderr)
	}
	return stdout.String()
}

func runPython(t *testing.T, python, code string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), python, "-c", code)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Errorf("python: %v\n%s", err, &stderr)
	}
	return string(out)
}

// checkLesson runs one script and compares its output with the comments behind
// the arrow. White space counts only as space.
func checkLesson(t *testing.T, servers smtplibServers, code, arrow string, run func(*testing.T, string) string) {
	t.Helper()
	var script, want strings.Builder
	for line := range strings.Lines(code) {
		statement, result, _ := strings.Cut(line, arrow)
		script.WriteString(servers.localise(statement) + "\n")
		want.WriteString(strings.ReplaceAll(result, "mail.example.org", "localhost") + "\n")
	}
	got := run(t, script.String())
	if diff := cmp.Diff(strings.Fields(want.String()), strings.Fields(got)); diff != "" {
		t.Errorf("the script prints other than the page says (-page +script):\n%s", diff)
	}
}

// compareSessions wants the same sessions where the page says so, and different
// ones, explained by a letter of the page or its word "also", where it says
// otherwise.
func compareSessions(t *testing.T, l lesson, python, lua []string) {
	t.Helper()
	diff := cmp.Diff(python, lua)
	switch {
	case strings.HasPrefix(l.wire, "the same"):
		if diff != "" {
			t.Errorf("the sessions differ (-python +lua):\n%s", diff)
		}
	case !regexp.MustCompile(`^differs \((also|[a-z]{1,2})\): .`).MatchString(l.wire):
		t.Errorf("%q explains nothing", l.wire)
	case diff == "":
		t.Errorf("the page says that the wire %s, but it is the same", l.wire)
	}
}

// smtplibServers are the hosts and ports that the page names.
type smtplibServers map[string]*smtptest.Server

func startSmtplibServers(t *testing.T, ca *smtptest.CA) smtplibServers {
	t.Helper()
	extensions := []string{"SIZE 10485760", "8BITMIME", "DSN", "SMTPUTF8", "ENHANCEDSTATUSCODES"}
	users := map[string]string{"desk@example.org": "secret"}
	certificate := ca.Server(t, "localhost", "127.0.0.1")
	servers := smtplibServers{}
	for name, c := range map[string]smtptest.Config{
		"25":                {},
		"587":               {TLS: certificate, Users: users},
		"465":               {TLS: certificate, ImplicitTLS: true, Users: users},
		"/run/dovecot/lmtp": {LMTP: true, Unix: true},
	} {
		c.Extensions, c.Reply = extensions, (&smtplibReplies{}).reply
		servers[name] = smtptest.NewServer(t, c)
	}
	return servers
}

// smtplibReplies are those of a server that the page talks to.
type smtplibReplies struct{ picky bool }

func (r *smtplibReplies) reply(line string) string {
	switch {
	case strings.Contains(line, "RCPT TO:<picky@"), strings.Contains(line, "rcpt TO:<picky@"):
		r.picky = true
	case line == "." && r.picky:
		r.picky = false
		return "554 5.6.0 not like this"
	}
	for pattern, reply := range map[string]string{
		`(?i)^mail from:<spam@`:   "554 5.7.1 not from you",
		`(?i)^rcpt to:<nobody@`:   "550 5.1.1 no such user",
		`(?i)^vrfy ann@`:          "252 2.5.0 cannot tell, will try",
		`(?i)^expn staff$`:        "250-2.1.5 <ann@example.org>\n250 2.1.5 <bob@example.org>",
		`(?i)^help$`:              "214 2.0.0 MAIL RCPT DATA",
		`(?i)^help mail$`:         "214 2.0.0 MAIL FROM:<address>",
		`^\. <full@example\.org>`: "552 5.2.2 mailbox full",
	} {
		if regexp.MustCompile(pattern).MatchString(line) {
			return reply
		}
	}
	return ""
}

var pagePort = regexp.MustCompile(`\b(25|465|587)\b`)

// localise puts the test's servers in the place of those that the page names.
func (servers smtplibServers) localise(code string) string {
	code = strings.ReplaceAll(code, "mail.example.org", "localhost")
	code = strings.ReplaceAll(code, "/run/dovecot/lmtp", servers["/run/dovecot/lmtp"].Addr())
	return pagePort.ReplaceAllStringFunc(code, func(port string) string {
		address := servers[port].Addr()
		return address[strings.LastIndexByte(address, ':')+1:]
	})
}

var (
	octetCounts = regexp.MustCompile(`\d+ octets|SIZE=\d+`)
	ownName     = regexp.MustCompile(`^C: (EHLO|HELO|LHLO) .*`)
	mailCommand = regexp.MustCompile(`(?i)^(C: (?:MAIL FROM|RCPT TO):)(<.*>)(.*)$`)
)

// sessions are the transcripts of all servers, without what is a matter of taste:
// the case of keywords, the order of parameters, and the name of this host.
func (servers smtplibServers) sessions(l lesson) []string {
	var all []string
	for _, name := range []string{"25", "587", "465", "/run/dovecot/lmtp"} {
		for _, line := range servers[name].Transcript() {
			line = plainLine(line)
			if strings.Contains(l.wire, "octets of the message apart") {
				line = octetCounts.ReplaceAllString(line, "N")
			}
			all = append(all, line)
		}
	}
	return all
}

func plainLine(line string) string {
	if m := mailCommand.FindStringSubmatch(line); m != nil {
		params := strings.Fields(strings.ToUpper(m[3]))
		slices.Sort(params)
		return strings.ToUpper(m[1]) + m[2] + " " + strings.Join(params, " ")
	}
	if rest, ok := strings.CutPrefix(line, "C: "); ok && !strings.HasPrefix(rest, "<") {
		verb, args, _ := strings.Cut(rest, " ")
		line = strings.TrimSuffix("C: "+strings.ToUpper(verb)+" "+args, " ")
	}
	if !strings.HasSuffix(line, ".example.org") {
		line = ownName.ReplaceAllString(line, "C: $1 this host")
	}
	return line
}
