package luabind

import (
	"context"
	"errors"
	"reflect"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// smtpModule is the global `smtp`: connections, relays and their errors.
func smtpModule(rt *Runtime) Module {
	return Module{
		Name: "smtp", Doc: "SMTP and LMTP: one connection with smtplib's methods, or a relay with a pool of them.", Global: true,
		Functions: append([]Function{
			{"connect", "(target: smtp.ConnectOptions|string, port?: integer): smtp.Conn",
				"Connects and says hello: dial, greeting, EHLO or HELO, TLS as `tls` says, login if credentials are given. Takes a table, a URL, or a host and a port.",
				"local conn = smtp.connect{ host = \"mail.example.org\", port = 587, user = \"ann\", password = env.SMTP_PASSWORD }\nconn:send_message(msg)\nconn:quit()", rt.smtpConnect},
			{"ssl", "(target: smtp.ConnectOptions|string, port?: integer): smtp.Conn",
				"Like smtp.connect with tls=\"implicit\": smtplib's SMTP_SSL.", "local conn = smtp.ssl{ host = \"mail.example.org\", user = \"ann\", password = env.SMTP_PASSWORD }\nconn:send_message(msg)", rt.smtpSSL},
			{"lmtp", "(target: smtp.ConnectOptions|string, port?: integer): smtp.Conn",
				"Like smtp.connect with protocol=\"lmtp\": smtplib's LMTP.", "local conn = smtp.lmtp(\"/run/dovecot/lmtp\")\nfor _, one in ipairs(conn:send_message(msg).results) do print(one.address, one.code) end --> bob@example.org 250", rt.smtpLMTP},
			{"new", "(target?: smtp.ConnectOptions|string, port?: integer): smtp.Conn",
				"Makes a connection object that is not connected; `conn:connect()` dials and reads the greeting only.", "local conn = smtp.new{ host = \"localhost\", port = 2525 }\nlocal code, text = conn:connect()\nprint(code) --> 220", rt.smtpNew},
			{"with", "(options: smtp.ConnectOptions|string, body: fun(conn: smtp.Conn): ...): ...",
				"Connects, calls the function with the connection, and always quits. An error of the function wins over one of QUIT. Gives what the function returns.",
				"local r = smtp.with(\"smtp://localhost:2525\", function(conn)\n  return conn:send_message(msg)\nend)\nprint(r.code) --> 250", rt.smtpWith},
			{"relay", "(options: smtp.RelayOptions): smtp.Relay",
				"Makes a relay: a bounded pool of connections to one place, or straight to the recipients' mail hosts, with limits. Nothing is dialled before the first message. Its identity is its name, else user@host:port: a second call with the same identity and limits gives the same relay, with other limits it is an error.",
				"local relay = smtp.relay{ url = env.SMTP_URL, connections = 10, rate = \"14/s\" }\nrelay:submit(msg)\nrelay:close()\nprint(relay:stats().sent) --> 1", rt.smtpRelay},
			{"is_error", "(value: any, kind?: string): boolean",
				"Tells whether a caught value is an error object, of that kind if one is named.", "local ok, e = pcall(conn.sendmail, conn, \"me@example.org\", \"550@example.org\", msg)\nif smtp.is_error(e, \"recipients_refused\") then print(e.code, e.temporary) end --> 550 false", rt.smtpIsError},
			{"error", "(value: any): moonpost.Error",
				"Makes an error object of any caught value; Lua's own errors get kind \"script\".", "local ok, caught = pcall(error, \"no such row\")\nlocal e = smtp.error(caught)\nprint(e.kind, e.message) --> script no such row", rt.smtpError},
		}, quoteFunctions()...),
		value:   smtplibName,
		Classes: []Class{connClass(rt), relayClass(rt), resultClass(rt), outcomeClass(rt)},
		Types: []string{
			optionsClass("smtp.ConnectOptions", reflect.TypeFor[connectOptions]()),
			optionsClass("smtp.Timeouts", reflect.TypeFor[timeoutOptions]()),
			optionsClass("smtp.XClient", reflect.TypeFor[xclientAttrs]()),
			optionsClass("smtp.StartTLSOptions", reflect.TypeFor[tlsOptions]()),
			optionsClass("smtp.RelayOptions", reflect.TypeFor[relayOptions]()),
			optionsClass("smtp.LoginOptions", reflect.TypeFor[loginOptions]()),
			optionsClass("smtp.AuthOptions", reflect.TypeFor[authOptions]()),
			optionsClass("smtp.DomainLimits", reflect.TypeFor[domainOptions]()),
			relayStatsClass,
			optionsClass("smtp.SendOptions", reflect.TypeFor[sendOptions]()),
			optionsClass("smtp.DSN", reflect.TypeFor[dsnOptions]()),
			optionsClass("smtp.RecipientDSN", reflect.TypeFor[recipientDSNOptions]()),
			optionsClass("smtp.DeliverBy", reflect.TypeFor[deliverByOptions]()),
			refusalClass, recipientClass, attemptClass, addressClass,
		},
	}
}

// refusalClass is one row of a map of refused recipients.
const refusalClass = `---@class smtp.Refusal
---@field code integer the server's reply code
---@field enhanced? string the enhanced status code
---@field message string the server's words, or why there were none
---@field delivered? "unknown" when the connection was lost before the server told whether it took the message`

// recipientClass is one row of a result's list of recipients.
const recipientClass = `---@class smtp.RecipientResult
---@field address string the recipient
---@field code integer the code of the server's last reply to it, 0 if there was none
---@field enhanced? string the enhanced status code
---@field message string the server's words, or why there were none
---@field delivered? "unknown" when the connection was lost before the server told whether it took the message`

// attemptClass is one mechanism of a login that failed.
const attemptClass = `---@class smtp.Attempt
---@field mechanism string the mechanism
---@field code integer the server's reply code
---@field enhanced? string the enhanced status code
---@field message string the server's words
---@field detail? string what the server said within the mechanism, such as OAuth's JSON`

func (rt *Runtime) smtpConnect(L *lua.LState) int { return rt.dial(L, "smtp.connect", nil) }

func (rt *Runtime) smtpSSL(L *lua.LState) int {
	return rt.dial(L, "smtp.ssl", func(o *smtp.Options) { o.TLS = smtp.TLSImplicit })
}

func (rt *Runtime) smtpLMTP(L *lua.LState) int {
	return rt.dial(L, "smtp.lmtp", func(o *smtp.Options) { o.Protocol = smtp.LMTP })
}

// dial reads the options at argument 1 and gives a connection that is ready
// to send.
func (rt *Runtime) dial(L *lua.LState, call string, change func(*smtp.Options)) int {
	c := rt.newConn(L, call, 1, change)
	client, err := smtp.Dial(rt.base, c.options)
	c.flushDebug(L)
	if err != nil {
		raiseFrom(L, err, c.address())
	}
	c.client = client
	rt.opened(c)
	L.Push(rt.newObject(L, connClassName, c))
	return 1
}

// smtpNew gives a connection object that has not dialled.
func (rt *Runtime) smtpNew(L *lua.LState) int {
	if L.GetTop() == 0 || L.Get(1) == lua.LNil {
		L.SetTop(0)
		L.Push(L.NewTable())
	}
	c := rt.newConn(L, "smtp.new", 1, nil)
	client, err := smtp.New(c.options)
	if err != nil {
		raise(L, err)
	}
	c.client = client
	rt.opened(c)
	L.Push(rt.newObject(L, connClassName, c))
	return 1
}

// newConn reads the options of argument n into a connection without client.
func (rt *Runtime) newConn(L *lua.LState, call string, n int, change func(*smtp.Options)) *conn {
	table, err := connectTable(L, call, n)
	if err != nil {
		raise(L, err)
	}
	var o connectOptions
	if err := bindOptions(call, table, &o); err != nil {
		raise(L, err)
	}
	c := &conn{rt: rt}
	if c.options, err = o.engine(rt.host, call); err != nil {
		raise(L, err)
	}
	if c.options.Host == "" && c.options.Socket == "" {
		c.options.Host = "localhost"
	}
	if change != nil {
		change(&c.options)
	}
	c.token, _ = o.Token.(*lua.LFunction)
	c.options.Credentials.TokenFunc = rt.tokenFunc(L, c.token)
	if o.Insecure {
		rt.host.Logger.Warn("certificate not verified: insecure=true", "host", o.Host)
	}
	if err := rt.finishOptions(call, &c.options, o.Debug, c.queueDebug); err != nil {
		raise(L, err)
	}
	c.debug, _ = o.Debug.(*lua.LFunction)
	if o.Debug != lua.LNil {
		c.level = o.Debug
	}
	return c
}

// finishOptions puts the host's share on a script's options: clocks, the
// transcript, and at last the one seam of rule 9.
func (rt *Runtime) finishOptions(call string, o *smtp.Options, debug lua.LValue, queue smtp.Tracer) error {
	o.Mono = rt.host.Mono
	tracer, err := rt.tracer(call, debug, queue)
	if err != nil {
		return err
	}
	o.Trace = tracer
	o.TraceSecrets = o.TraceSecrets || rt.host.Trace.Auth
	o.TraceData = rt.host.Trace.Data
	rt.host.Outbound.apply(o)
	o.Allow = rt.host.mailAllowed()
	return nil
}

// smtpWith connects, calls the body and quits, however the body ends.
func (rt *Runtime) smtpWith(L *lua.LState) int {
	body, ok := L.Get(2).(*lua.LFunction)
	if !ok {
		raise(L, &argumentError{text: "smtp.with: body must be a function, got " + describe(L.Get(2)), hint: `write smtp.with("host:port", function(conn) … end)`})
	}
	L.SetTop(1) // the body is no port
	rt.dial(L, "smtp.with", nil)
	ud := L.Get(-1).(*lua.LUserData)
	c := ud.Value.(*conn)
	defer c.finish(rt.base)
	L.SetTop(0)
	L.Push(body)
	L.Push(ud)
	L.Call(1, lua.MultRet)
	n := L.GetTop()
	c.finish(rt.base)
	c.flushDebug(L)
	return n
}

// opened remembers what the end of the script must close.
func (rt *Runtime) opened(c closer) { rt.open = append(rt.open, c) }

func (rt *Runtime) smtpIsError(L *lua.LState) int {
	e := caught(L.Get(1))
	kind := optString(L, "smtp.is_error", 2, "kind")
	L.Push(lua.LBool(e != nil && (kind == "" || e.Kind() == kind)))
	return 1
}

func (rt *Runtime) smtpError(L *lua.LState) int {
	if caught(L.Get(1)) != nil {
		L.Push(L.Get(1))
		return 1
	}
	L.Push(errorObject(L, rt.errorOf(L, L.Get(1))))
	return 1
}

// caught gives the error behind a value if it is an error object.
func caught(v lua.LValue) *ScriptError {
	ud, ok := v.(*lua.LUserData)
	if !ok {
		return nil
	}
	e, _ := ud.Value.(*ScriptError)
	return e
}

// interrupted tells whether err only says that the script was ended.
func interrupted(err error) bool {
	var cancelled *smtp.CancelledError
	return errors.As(err, &cancelled) || errors.Is(err, context.Canceled)
}
