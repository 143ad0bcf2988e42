package luabind

import (
	"regexp"
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

const tracedServer = `S: 220 hi \x1b[31mred
	C: EHLO *
	S: 250-fake
	S: 250 AUTH LOGIN
	C: AUTH LOGIN
	S: 334 VXNlcm5hbWU6
	C: dXNlcg==
	S: 334 UGFzc3dvcmQ6
	C: cGFzc3dvcmQ=
	S: 235 welcome
	C: DATA
	S: 354 go
	CONTENT
	S: 250 taken
	C: QUIT
	S: 221 bye`

const tracedSession = `
	conn:connect() conn:ehlo("client.example")
	conn:docmd("AUTH", "LOGIN") conn:docmd("dXNlcg==") conn:docmd("cGFzc3dvcmQ=")
	conn:data("Subject: x\n\n.secret plans\n")
	conn:quit()`

// tracedLines are what a transcript of it shows; ADDR stands for the connection.
const tracedLines = `*: connected to ADDR
S: 220 hi \x1b[31mred
C: EHLO client.example
S: 250-fake
S: 250 AUTH LOGIN
C: AUTH LOGIN
S: 334 ****
C: ****
S: 334 ****
C: ****
S: 235 welcome
C: DATA
S: 354 go
C: <33 octets>
S: 250 taken
C: QUIT
S: 221 bye
`

func traced(t *testing.T) *smtptest.Script {
	t.Helper()
	return smtptest.NewScript(t, strings.Replace(tracedServer, `S: 220 hi \x1b[31mred`, `S! 220 hi \x1b[31mred\r\n`, 1))
}

func TestPoint31_TranscriptLevelOne(t *testing.T) {
	for _, code := range []string{
		`local conn = smtp.new{ host = "ADDR", debug = 1 }`, `local conn = smtp.new{ host = "ADDR", debug = true }`,
		`local conn = smtp.new{ host = "ADDR" } conn:set_debuglevel(1)`, `local conn = smtp.new{ host = "ADDR", debug = 2 } conn:set_debuglevel(true)`,
	} {
		s := traced(t)
		if got := runSession(t, s.Addr(), code+tracedSession); got.err != nil || got.stderr != tracedLines {
			t.Errorf("%s: %v\n%s", code, got.err, got.stderr)
		}
	}
}

func TestPoint31_TranscriptLevelTwo(t *testing.T) {
	s := traced(t)
	got := runSession(t, s.Addr(), `local conn = smtp.new{ host = "ADDR", debug = 2 }`+tracedSession)
	if got.err != nil {
		t.Fatal(got.err)
	}
	prefix := regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{6} (ADDR#\d+) `)
	var plain strings.Builder
	names := map[string]bool{}
	for line := range strings.Lines(got.stderr) {
		m := prefix.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("no time and connection in %q", line)
		}
		names[m[1]] = true
		plain.WriteString(line[len(m[0]):])
	}
	if plain.String() != tracedLines || len(names) != 1 {
		t.Errorf("connections %v\n%s", names, plain.String())
	}
}

func TestPoint31_TranscriptFunction(t *testing.T) {
	for _, code := range []string{
		`local conn = smtp.new{ host = "ADDR", debug = say }`, `local conn = smtp.new{ host = "ADDR" } conn:set_debuglevel(say) assert(conn.debuglevel == say)`,
	} {
		s := traced(t)
		got := runSession(t, s.Addr(), `local function say(direction, line) print(direction .. ": " .. line) end `+code+tracedSession)
		if got.err != nil || got.stdout != tracedLines || got.stderr != "" {
			t.Errorf("%s: %v\n%s", code, got.err, got.stdout)
		}
	}
}

func TestTranscriptOfWithIncludesQuit(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{}})
	wantOutput(t, s.Addr(), `
		local seen = {}
		smtp.with({ host = "ADDR", debug = function(_, line) seen[#seen + 1] = line end }, function() end)
		print(seen[#seen - 1], seen[#seen])`, "QUIT 221 2.0.0 bye")
}

func TestTranscriptSwitches(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	got := runSession(t, s.Addr(), `
		local conn = smtp.connect{ host = "ADDR", debug = 1 }
		conn:set_debuglevel(0) conn:rset()
		conn:set_debuglevel(1) conn:noop()
		conn:close() conn:set_debuglevel(0)
		for _, bad in ipairs{ "1", {}, print } do print(pcall(conn.set_debuglevel, conn, bad)) end
		local ok, e = pcall(conn.set_debuglevel, conn)
		print(ok, e.kind)`)
	if got.err != nil || strings.Contains(got.stderr, "RSET") || !strings.HasSuffix(got.stderr, "C: NOOP\nS: 250 2.0.0 ok\n") {
		t.Errorf("%v\n%s", got.err, got.stderr)
	}
	if want := "the debug level must be 0, 1, 2 or a function"; strings.Count(got.stdout, want) != 2 || !strings.HasSuffix(got.stdout, "true\nfalse\targument\n") {
		t.Error(got.stdout)
	}
}
