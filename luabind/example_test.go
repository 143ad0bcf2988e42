package luabind

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
	"moonpost/sink"
)

// exampleFiles are the files that examples name, and which of examples/data
// is in them.
var exampleFiles = map[string]string{
	"logo.png": "logo.png", "call.mp3": "call.wav", "report.pdf": "brochure.pdf", "in.eml": "invoice.eml", "inbox.mbox": "inbox.mbox",
	"dkim.pem": "dkim-example.pem", "me.crt": "ann-example.pem", "me.key": "ann-example.pem",
	"ann.crt": "ann-example.pem", "bob.crt": "bob-example.crt", "ann.asc": "bob-example.asc",
}

// exampleTexts are short files that examples name.
var exampleTexts = map[string]string{
	"news.lua": "print('1 sent')\n", "people.csv": "name,email\nAnn,ann@example.org\n", "people.jsonl": `{"email":"ann@example.org"}` + "\n", "news.html": "<p>Hello {{.name}}</p>",
}

// exampleEnv is the environment of examples.
var exampleEnv = map[string]string{"SMTP_PASSWORD": "secret", "SMTP_URL": "smtp://mail.example.org"}

// exampleArgs are the command lines of examples that read one, by row.
var exampleArgs = map[string][]string{"flags.parse": {"--people", "people.csv"}}

// exampleLogs are the modules whose examples may write to the log.
var exampleLogs = map[string]bool{"log": true}

// examplePreludes make the names that examples take for granted. Those of all,
// of the module, of the class and of the row are put before an example, in
// this order; a module that is no global is required first.
//
// All mail goes to a sink on loopback that takes every login and refuses by
// local part (550@example.org).
var examplePreludes = map[string]string{
	"": `msg = mime.message{ from = "ann@example.org", to = "bob@example.org", subject = "Hi", text = "Hello\n", html = "<p>Hello", attachments = { "report.pdf" } }
		row, rows = { id = 7, email = "bob@example.org" }, { { id = 7, email = "bob@example.org" } } `,
	"mime": `logo = mime.image{ path = "logo.png", cid = "logo" }
		root, img = mime.text([[<img src="cid:logo">]], "html"), logo
		m, p, original = mime.multipart(), msg:attachments()[1], mime.parse{ path = "in.eml" }
		letter = mime.template{ from = "me@example.org", to = "{{.name}} <{{.email}}>", text = "Hello" }
		signer = mime.dkim{ domain = "example.org", selector = "2026", key_file = "dkim.pem" }
		me, user = mime.smime{ cert_file = "me.crt" }, "ann"
		conn = smtp.connect("mail.example.org")
		function answer(message) assert(message == msg) end `,
	"mailbox":                          `user = "ann" `,
	"smtp.is_error":                    `conn = smtp.connect("mail.example.org") `,
	"smtp.Conn":                        `conn = smtp.connect("mail.example.org") `,
	"smtp.Conn:helo":                   `conn = smtp.new("mail.example.org") conn:connect() `,
	"smtp.Conn:ehlo_or_helo_if_needed": `conn = smtp.new("mail.example.org") `,
	"smtp.Result":                      `conn = smtp.connect("mail.example.org") `,
	"sink.Server": `s = sink.start()
		smtp.connect(s.url):send_message(mime.message{ from = "me@x.test", to = "ann@x.test", subject = "Hello Ann", text = "Hello" }) `,
	"test":        `sink, list = require "sink", { 1 } `,
	"outbox.send": `relay = smtp.relay{ url = env.SMTP_URL } `,
	"sql": `db = require("sql").open(":memory:")
		db:exec("create table sales (region text, revenue decimal(10,2)); insert into sales values ('north', 120.5), ('south', 80)") `,
	"sql.open":   `require("sql").open("sqlite:sales.db", { create = true }):close() `,
	"kv.Space":   `shared = kv.open("newsletter") `,
	"smtp.Relay": `relay = smtp.relay{ url = env.SMTP_URL } `,
	"batch": `relay = smtp.relay{ url = env.SMTP_URL }
		function hello(address) return mime.message{ from = "me@example.org", to = address, subject = "Hi", text = "Hello" } end `,
}

// rowsOf lists the functions and methods of a module by their full names.
func rowsOf(m Module) map[string]Function {
	rows := map[string]Function{}
	for _, f := range m.Functions {
		rows[m.Name+"."+f.Name] = f
	}
	for _, c := range m.Classes {
		for _, f := range c.Methods {
			rows[c.Name+":"+f.Name] = f
		}
	}
	return rows
}

// TestExamplesCompile compiles the example of every row of the binding table.
func TestExamplesCompile(t *testing.T) {
	for _, m := range modules(nil) {
		for name, f := range rowsOf(m) {
			if _, _, err := compile([]byte(f.Example), name); err != nil {
				t.Errorf("%v\n%s", err, f.Example)
			}
		}
	}
}

// TestExamplesRun runs the example of every row of the binding table. What it
// prints stands behind "-->" in its lines, where … is anything.
func TestExamplesRun(t *testing.T) {
	catcher, err := sink.Start(sink.Options{Address: "127.0.0.1:0", LMTPAddress: "127.0.0.1:0", Dir: t.TempDir(), NoSync: true, TLS: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { catcher.Close() })
	data, err := filepath.Abs(filepath.Join("..", "examples", "data"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range modules(nil) {
		for name, f := range rowsOf(m) {
			t.Run(name, func(t *testing.T) {
				t.Chdir(exampleFolder(t, data))
				runExample(t, &Sink{SMTP: catcher.Addr(), LMTP: catcher.LMTPAddr()}, m, name, f.Example)
			})
		}
	}
}

// exampleFolder makes a folder with the files of examples.
func exampleFolder(t *testing.T, data string) string {
	t.Helper()
	dir := t.TempDir()
	for name, source := range exampleFiles {
		octets, err := os.ReadFile(filepath.Join(data, source))
		if err != nil {
			t.Fatal(err)
		}
		exampleTexts := map[string]string{name: string(octets)}
		writeFiles(t, dir, exampleTexts)
	}
	writeFiles(t, dir, exampleTexts)
	return dir
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// runExample runs one example behind its preludes.
func runExample(t *testing.T, catcher *Sink, m Module, name, example string) {
	t.Helper()
	if example == "" {
		t.Fatal("there is no example")
	}
	prelude := examplePreludes[""]
	if !m.Global {
		prelude += m.Name + " = require \"" + m.Name + "\" "
	}
	class, _, _ := strings.Cut(name, ":")
	for _, of := range []string{m.Name, class, name} {
		prelude += examplePreludes[of]
	}
	if class == testClassName {
		example = "test.case(\"example\", function(t)\n" + example + "\nend)"
	}
	var out, log strings.Builder
	clock := func() time.Time { return time.Unix(1_800_000_000, 0).UTC() }
	host := &Host{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &log, Wall: clock, Mono: time.Now,
		LookupEnv: func(name string) (string, bool) { v, ok := exampleEnv[name]; return v, ok },
		Logger:    slog.New(slog.NewTextHandler(&log, nil)),
		Outbound:  Outbound{Sink: catcher},
		Store:     storeIn(t.TempDir()),
	}
	if m.Name == "http" {
		host.Web = exampleWeb(t)
	}
	if m.Name == "sink" { // which is one itself
		host.Outbound = Outbound{}
	}
	program, err := Compile(Script{Name: "example.lua", Dir: ".", Source: []byte(prelude + "\n" + example), Args: exampleArgs[name]})
	if err == nil && m.Name == "test" {
		err = runTestExample(t, host, program)
	} else if err == nil {
		_, err = host.Run(context.Background(), program)
	}
	if err != nil || log.Len() > 0 && !exampleLogs[m.Name] {
		t.Errorf("%v\n%s\n%s", err, example, &log)
	}
	if got := strings.Join(strings.Fields(out.String()), " "); !promised(example).MatchString(got) {
		t.Errorf("%s\nprints %s", example, got)
	}
}

// storeIn opens a store of its own for a script.
func storeIn(dir string) func(context.Context) (outbox.Store, error) {
	return func(ctx context.Context) (outbox.Store, error) {
		return sqlstore.Open(ctx, filepath.Join(dir, "outbox.db"), sqlstore.Options{Wall: time.Now, Log: slog.New(slog.DiscardHandler)})
	}
}

// runTestExample runs the cases of an example. Its t:run finds a script that
// prints one line; t:fail may fail.
func runTestExample(t *testing.T, host *Host, program *Program) error {
	t.Helper()
	host.Testing = &Testing{
		TempDir: func(pattern string) (string, error) { return os.MkdirTemp("", pattern) }, Update: true,
		Rehearse: func(context.Context, Rehearsal) (*Rehearsed, error) { return &Rehearsed{Stdout: "1 sent\n"}, nil },
	}
	file, err := host.LoadTests(context.Background(), program)
	if err != nil {
		return err
	}
	defer file.Close()
	for i := range file.Cases() {
		if r := file.Run(i); len(r.Failures) > 0 {
			t.Errorf("%+v", r.Failures)
		}
	}
	return nil
}

// promised is what the example says that it prints.
func promised(example string) *regexp.Regexp {
	var words []string
	for _, line := range strings.Split(example, "\n") {
		if _, want, ok := strings.Cut(line, "-->"); ok {
			words = append(words, strings.Fields(want)...)
		}
	}
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(strings.Join(words, " ")), "…", ".*") + "$")
}
