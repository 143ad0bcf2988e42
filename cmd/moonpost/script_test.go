package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"moonpost": func() { os.Exit(systemProcess().main()) },
	})
}

// TestScripts runs testdata/script/*.txtar: the product's behaviour as its
// users see it. Extra commands:
//
//	smtpd [lmtp] [tls|smtps] [auth] [chunking]
//	                         starts a recording server, which refuses no@…; SMTP_ADDR
//	                         and SMTP_URL say where, CA_FILE is its authority's
//	transcript FILE          writes the lines of its sessions to FILE
//	received N               checks how many messages it has
//	received N FILE          writes its N-th message to FILE
//	maildir DIR N            checks how many messages lie in a maildir
//	maildir DIR N FILE       writes the N-th of them to FILE, in order of content
//	fill FILE.db             makes a store with a batch and a queue
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               prepare,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"smtpd": smtpd, "transcript": transcript, "received": received, "maildir": maildir,
			"proxyd": proxyd, "proxied": proxied, "xclientd": xclientd, "httpd": httpd, "fill": fill,
		},
	})
}

type (
	testKey   struct{} // the testing.TB of a script
	serverKey struct{} // the server that smtpd started
)

// prepare lets scripts read the repository's examples as $EXAMPLES and keeps
// what they make in their own folder.
func prepare(env *testscript.Env) error {
	dir, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	env.Setenv("EXAMPLES", filepath.ToSlash(dir))
	env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
	env.Values[testKey{}] = env.T().(testing.TB)
	env.Values[serverKey{}], env.Values[proxyKey{}] = &runningServer{}, &runningProxy{}
	return errors.Join(err, os.Mkdir(filepath.Join(env.WorkDir, "tmp"), 0o755))
}

// runningServer holds the server that smtpd started.
type runningServer struct{ *smtptest.Server }

func smtpd(ts *testscript.TestScript, neg bool, args []string) {
	tb := ts.Value(testKey{}).(testing.TB)
	config := smtptest.Config{LMTP: slices.Contains(args, "lmtp"), ImplicitTLS: slices.Contains(args, "smtps")}
	scheme := "smtp"
	if config.LMTP {
		scheme = "lmtp"
	}
	if slices.Contains(args, "auth") {
		config.Users = map[string]string{"user@example.org": "secret"}
	}
	if config.ImplicitTLS || slices.Contains(args, "tls") {
		ca := smtptest.NewCA(tb)
		config.TLS = ca.Server(tb, "localhost", "127.0.0.1")
		ts.Check(os.WriteFile(ts.MkAbs("ca.pem"), ca.PEM, 0o600))
		ts.Setenv("CA_FILE", ts.MkAbs("ca.pem"))
	}
	if config.ImplicitTLS {
		scheme = "smtps"
	}
	if slices.Contains(args, "chunking") {
		config.Extensions = []string{"PIPELINING", "SIZE 10485760", "8BITMIME", "CHUNKING", "BINARYMIME"}
	}
	config.Reply = refuseNo
	server := smtptest.NewServer(tb, config)
	ts.Value(serverKey{}).(*runningServer).Server = server
	ts.Setenv("SMTP_ADDR", server.Addr())
	ts.Setenv("SMTP_URL", scheme+"://"+server.Addr())
}

// refuseNo knows nobody called no.
func refuseNo(line string) string {
	if strings.HasPrefix(line, "RCPT TO:<no@") {
		return "550 5.1.1 no such user"
	}
	return ""
}

// running gives the server that smtpd started.
func running(ts *testscript.TestScript) *smtptest.Server {
	server := ts.Value(serverKey{}).(*runningServer).Server
	if server == nil {
		ts.Fatalf("no server runs: call smtpd first")
	}
	return server
}

func transcript(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: transcript FILE")
	}
	text := strings.Join(running(ts).Transcript(), "\n") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

func received(ts *testscript.TestScript, neg bool, args []string) {
	var all [][]byte
	for _, m := range running(ts).Messages() {
		envelope := fmt.Sprintf("MAIL FROM:<%s>\nRCPT TO:<%s>\n", strings.Join(m.From, ","), strings.Join(m.To, ">,<"))
		all = append(all, append([]byte(envelope), m.Data...))
	}
	choose(ts, neg, all, args)
}

func maildir(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: maildir DIR N [FILE]")
	}
	paths, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "new", "*"))
	ts.Check(err)
	var all [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		ts.Check(err)
		all = append(all, data)
	}
	slices.SortFunc(all, bytes.Compare)
	choose(ts, neg, all, args[1:])
}

// choose checks the number of messages, or writes one of them to a file with
// line ends as the script has them.
func choose(ts *testscript.TestScript, neg bool, all [][]byte, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: N [FILE]")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	if len(args) == 1 {
		if len(all) != n {
			ts.Fatalf("%d messages, want %d", len(all), n)
		}
		return
	}
	if n < 1 || n > len(all) {
		ts.Fatalf("there is no message %d: there are %d", n, len(all))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), bytes.ReplaceAll(all[n-1], []byte("\r\n"), []byte("\n")), 0o600))
}
