package luabind

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"

	lua "github.com/yuin/gopher-lua"
)

// showError defines show(e), which prints the fields that an error has.
const showError = `
local function text(v)
  -- a peer that closes with our octets unread is told as a reset, or as an end
  if type(v) ~= "table" then return (tostring(v):gsub("read tcp .-: connection reset by peer", "EOF")) end
  local parts = {}
  for k, x in pairs(v) do parts[#parts + 1] = tostring(k) .. ":" .. text(x) end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end
local names = { "kind", "code", "enhanced", "message", "stage", "temporary", "delivered", "sender", "recipients", "mechanism", "attempts", "host", "path" }
local function show(e)
  for _, name in ipairs(names) do
    if e[name] ~= nil then print(name .. "=" .. text(e[name])) end
  end
  print("hint=" .. tostring(e.hint ~= nil), e.traceback:match("test%.lua:%d+") and "traced")
end
`

// survives checks that an error comes through everything that may carry it.
const survives = `
local function survives(e)
  local function same(how, x)
    if not (x == e and smtp.is_error(x, e.kind) and x.message == e.message and tostring(x) == tostring(e) and x.traceback == e.traceback) then
      print("changed by", how, tostring(x))
    end
  end
  same("error", select(2, pcall(error, e)))
  same("error with a level", select(2, pcall(error, e, 2)))
  same("assert", select(2, pcall(assert, nil, e)))
  same("xpcall", select(2, xpcall(function() error(e) end, function(x) return x end)))
  same("nested pcall", select(2, pcall(function() local _, x = pcall(error, e) error(x) end)))
  same("coroutine.resume", select(2, coroutine.resume(coroutine.create(function() error(e) end))))
  same("coroutine.wrap", select(2, pcall(coroutine.wrap(function() error(e) end))))
  package.preload.inner = function() error(e) end
  package.preload.outer = function() require "inner" end
  same("nested require", select(2, pcall(require, "outer")))
  same("smtp.error", smtp.error(e))
  same("a table", ({ e })[1])
  local line = tostring(e)
  assert(not line:find("\n"), line)
  assert(("<" .. e) == "<" .. line and (e .. ">") == line .. ">" and (e .. e) == line .. line)
  assert(e ~= smtp.error("other") and e ~= line)
end
`

// TestErrorKinds provokes every kind of error that a connection raises, and
// looks at every field.
func TestErrorKinds(t *testing.T) {
	const (
		greet   = "S: 220 hi\nC: EHLO *\n"
		plain   = greet + "S: 250 fake\n"
		mail    = plain + "C: MAIL *\nS: 250 ok\n"
		message = mail + "C: RCPT *\nS: 250 ok\nC: DATA\n"
		reset   = "C: RSET\nS: 250 ok\n"
		connect = `local conn = smtp.connect{ host = "ADDR", tls = "none", timeout = "10s" } `
		send    = connect + `conn:sendmail("me@x.example", { "a@x.example" }, "x")`
	)
	tests := []struct{ name, script, code, want string }{
		{"connect, refused", "S: 554 5.3.2 closed\n", connect,
			`kind=connect code=554 enhanced=5.3.2 message=5.3.2 closed stage=greeting temporary=false delivered=false host=ADDR hint=false`},
		{"connect, dropped", "CLOSE", connect,
			`kind=connect message=smtp: ADDR: the server closed the connection: EOF stage=greeting temporary=true delivered=false host=ADDR hint=false`},
		{"helo", greet + "S: 550 5.7.1 not you\n", connect,
			`kind=helo code=550 enhanced=5.7.1 message=5.7.1 not you stage=hello temporary=false delivered=false host=ADDR hint=true`},
		{"auth", greet + "S: 250-fake\nS: 250 AUTH LOGIN PLAIN\nC: AUTH PLAIN *\nS: 535 5.7.8 no\nC: AUTH LOGIN\nS: 534 5.7.9 no\n", connect + `conn:login("u", "p")`,
			`kind=auth code=534 enhanced=5.7.9 message=5.7.9 no stage=auth temporary=false delivered=false mechanism=LOGIN
			attempts={1:{code:535,enhanced:5.7.8,mechanism:PLAIN,message:5.7.8 no},2:{code:534,enhanced:5.7.9,mechanism:LOGIN,message:5.7.9 no}} host=ADDR hint=true`},
		{"auth, nothing in common", greet + "S: 250-fake\nS: 250 AUTH KERBEROS_V4\n", connect + `conn:login("u", "p")`,
			`kind=auth message=smtp: auth: no mechanism in common; the server offers KERBEROS_V4 stage=auth temporary=false delivered=false attempts={} host=ADDR hint=false`},
		{"not_supported", plain, connect + `conn:starttls()`,
			`kind=not_supported message=smtp: the server does not offer STARTTLS stage=starttls temporary=false delivered=false host=ADDR hint=true`},
		{"sender_refused", plain + "C: MAIL *\nS: 451 4.7.1 later\n" + reset, send,
			`kind=sender_refused code=451 enhanced=4.7.1 message=4.7.1 later stage=mail temporary=true delivered=false sender=me@x.example host=ADDR hint=false`},
		{"recipients_refused", mail + "C: RCPT *\nS: 550-5.1.1 no\nS: 550 5.1.1 such user\nC: RCPT *\nS: 450 4.2.1 busy\n" + reset,
			connect + `conn:sendmail("me@x.example", { "a@x.example", "b@x.example" }, "x")`,
			`kind=recipients_refused code=550 enhanced=5.1.1 message=5.1.1 no 5.1.1 such user stage=rcpt temporary=true delivered=false sender=me@x.example
			recipients={a@x.example:{code:550,enhanced:5.1.1,message:5.1.1 no 5.1.1 such user},b@x.example:{code:450,enhanced:4.2.1,message:4.2.1 busy}} host=ADDR hint=false`},
		{"data", mail + "C: RCPT *\nS: 250 ok\nC: RCPT *\nS: 550 no\nC: DATA\nS: 354 go\nCONTENT\nS: 554 5.6.0 spam\n",
			connect + `conn:sendmail("me@x.example", { "a@x.example", "b@x.example" }, "x")`,
			`kind=data code=554 enhanced=5.6.0 message=5.6.0 spam stage=final temporary=false delivered=false recipients={b@x.example:{code:550,message:no}} host=ADDR hint=false`},
		{"data, no 354", plain + "C: DATA\nS: 503 5.5.1 RCPT first\n", connect + `conn:data("x")`,
			`kind=data code=503 enhanced=5.5.1 message=5.5.1 RCPT first stage=data temporary=false delivered=false host=ADDR hint=false`},
		{"response", greet + "S: 250-fake\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 4.7.0 no TLS now\n", connect + `conn:starttls()`,
			`kind=response code=454 enhanced=4.7.0 message=4.7.0 no TLS now stage=starttls temporary=true delivered=false host=ADDR hint=false`},
		{"disconnected", plain + "C: NOOP\nCLOSE", connect + `conn:noop()`,
			`kind=disconnected message=smtp: command: the server closed the connection: EOF stage=command temporary=true delivered=false host=ADDR hint=false`},
		{"disconnected, in doubt", message + "S: 354 go\nCONTENT\nCLOSE", send,
			`kind=disconnected message=smtp: final: the server closed the connection: EOF stage=final temporary=true delivered=unknown host=ADDR hint=false`},
		{"tls", greet + "S: 250-fake\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nCLOSE", connect + `conn:starttls()`,
			`kind=tls message=smtp: tls with ADDR: EOF stage=starttls temporary=true delivered=false host=ADDR hint=false`},
		{"timeout", plain + "C: NOOP\nSTALL", `smtp.connect{ host = "ADDR", tls = "none", timeout = "80ms", timeouts = { connect = "10s", greeting = "10s", hello = "10s" } }:noop()`,
			`kind=timeout message=smtp: command: timed out stage=command temporary=true delivered=false host=ADDR hint=false`},
		{"protocol", plain + "C: NOOP\nS: 2500 what\nSTALL", connect + `conn:noop()`,
			`kind=protocol message=smtp: protocol error: not a reply line: "2500 what" stage=command temporary=false delivered=false host=ADDR hint=false`},
		{"argument", plain, connect + `conn:rcpt("a@x.example\r\nQUIT")`,
			`kind=argument message=smtp: CR, LF or NUL in address: "a@x.example\r\nQUIT" temporary=false delivered=false hint=false`},
		{"argument of the binding", plain, connect + `conn:sendmail("me@x.example", "a@x.example", "x", { from_ = "x" })`,
			`kind=argument message=conn:sendmail: unknown option "from_"; did you mean "from"? hint=false`},
		{"size", greet + "S: 250-fake\nS: 250 SIZE 2\n", connect + `conn:sendmail("me@x.example", "a@x.example", "abc")`,
			`kind=size message=smtp: the message has 3 octets, the server takes 2 stage=mail temporary=false delivered=false host=ADDR hint=false`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewScript(t, tt.script)
			code := showError + survives + "local ok, e = pcall(function() " + tt.code + " end)\nassert(not ok) show(e) survives(e)"
			wantOutput(t, s.Addr(), code, tt.want+" traced")
		})
	}
}

// TestCancelledError looks at the error of a call that an interrupt ended. A
// script does not live to see it, unless it handles errors in its own way.
func TestCancelledError(t *testing.T) {
	L := lua.NewState()
	defer L.Close()
	openErrors(L)
	L.SetGlobal("e", errorObject(L, &ScriptError{Err: &smtp.CancelledError{Err: context.Canceled}, Host: "h:25"}))
	if err := L.DoString(`
		assert(e.kind == "cancelled" and e.temporary == true and e.delivered == false and e.host == "h:25" and e.code == nil)
		assert(tostring(e):find("context canceled") and e.message == "smtp: context canceled", e.message)`); err != nil {
		t.Error(err)
	}
}

// TestInterruptEndsACommand ends a run while a command waits for its reply.
func TestInterruptEndsACommand(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("interrupted")
	s := smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
		if line == "NOOP" {
			cancel(reason)
		}
		return ""
	}})
	got := runSessionContext(ctx, t, s.Addr(), `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		pcall(conn.noop, conn)
		pcall(conn.noop, conn)
		print("still here")`)
	if got.err != reason || got.stdout != "" {
		t.Errorf("%v %q", got.err, got.stdout)
	}
}

// TestUnwrapFindsTheEnginesError takes an error through Lua and back.
func TestUnwrapFindsTheEnginesError(t *testing.T) {
	s := smtptest.NewScript(t, "S: 220 hi\nC: EHLO *\nS: 250 fake\nC: MAIL *\nS: 550 no\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye")
	got := runSession(t, s.Addr(), `
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		local ok, e = pcall(conn.sendmail, conn, "me@x.example", "a@x.example", "x")
		coroutine.wrap(function() error(e) end)()`)
	var refused *smtp.SenderRefusedError
	var script *ScriptError
	if !errors.As(got.err, &refused) || refused.Sender != "me@x.example" || !errors.As(got.err, &script) || script.Where != "test.lua:3:" {
		t.Errorf("%v", got.err)
	}
}

// TestErrorsOfOtherRooms looks at the fields that don't come from a server.
func TestErrorsOfOtherRooms(t *testing.T) {
	for code, want := range map[string]string{
		`mime.part{ path = "no/such/file" }`: "path=no/such/file",
		`smtp.connect{ prot = 1 }`:           "kind=argument",
		`env.NOPE()`:                         "kind=argument",
		`error(smtp.error("text"))`:          "kind=script message=text",
		`smtp.connect("ADDR")`:               "kind=connect",
	} {
		got := runSession(t, "127.0.0.1:1", showError+fmt.Sprintf("local ok, e = pcall(function() %s end) show(e)", code))
		if text := strings.Join(strings.Fields(got.stdout), " "); got.err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v %s", code, got.err, text)
		}
	}
}
