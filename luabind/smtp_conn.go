package luabind

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

const connClassName = "smtp.Conn"

// conn is one connection as a script holds it.
type conn struct {
	rt      *Runtime
	client  *smtp.Client
	options smtp.Options
	debug   *lua.LFunction

	eventsMu sync.Mutex
	events   []smtp.TraceEvent
}

// finish quits politely; what QUIT answers does not matter any more.
func (c *conn) finish(ctx context.Context) int {
	if c.client.Alive() && ctx.Err() == nil {
		ctx, cancel := context.WithTimeout(ctx, quitTime)
		defer cancel()
		_, _ = c.client.Quit(ctx)
	}
	c.abort()
	return 0
}

func (c *conn) abort() { _ = c.client.Close() }

// connClass has smtplib's method names.
func connClass(rt *Runtime) Class {
	return Class{
		Name: connClassName, Doc: "One connection. Verbs give the reply's code and text whatever they are; what cannot do its job raises an error object.",
		Methods: append(verbMethods(rt), transactionMethods(rt)...),
		Fields: []Field{
			{"helo_resp", "string?", "the text of the reply to HELO"},
			{"ehlo_resp", "string?", "the text of the reply to EHLO or LHLO"},
			{"does_esmtp", "boolean", "true when EHLO was answered"},
			{"esmtp_features", "table<string, string>", "the extensions offered: lower-case name and parameters"},
			{"tls", "table?", "nil, or version, cipher, server_name, peer of the encryption in force"},
			{"local_hostname", "string", "the name given in EHLO"},
		},
		get: connField,
	}
}

func verbMethods(rt *Runtime) []Function {
	const reply = ": integer, string"
	return []Function{
		{"connect", "(self: smtp.Conn, host?: string, port?: integer)" + reply, "Dials and reads the greeting; also again after close or quit.", `conn:connect("localhost", 2525)`, rt.connConnect},
		{"helo", "(self: smtp.Conn, name?: string)" + reply, "Sends HELO.", `local code = conn:helo()`, rt.connHello("HELO")},
		{"ehlo", "(self: smtp.Conn, name?: string)" + reply, "Sends EHLO and learns the extensions.", `local code, text = conn:ehlo()`, rt.connHello("EHLO")},
		{"lhlo", "(self: smtp.Conn, name?: string)" + reply, "Sends LHLO, LMTP's EHLO.", `conn:lhlo()`, rt.connHello("LHLO")},
		{"ehlo_or_helo_if_needed", "(self: smtp.Conn)", "Says hello unless that was done.", `conn:ehlo_or_helo_if_needed()`, rt.connHelloIfNeeded},
		{"has_extn", "(self: smtp.Conn, name: string): boolean", "Tells whether the server offered the extension.", `if conn:has_extn("size") then … end`, rt.connHasExtn},
		{"docmd", "(self: smtp.Conn, command: string, args?: string)" + reply, "Sends a command line and reads the reply.", `local code, text = conn:docmd("NOOP")`, rt.connDocmd},
		{"putcmd", "(self: smtp.Conn, command: string, args?: string)", "Sends a command line; getreply reads the answer.", `conn:putcmd("NOOP")`, rt.connPutcmd},
		{"getreply", "(self: smtp.Conn): integer, string, string[]", "Reads one reply: code, text, list of lines.", `local code, text, lines = conn:getreply()`, rt.connGetreply},
		{"send", "(self: smtp.Conn, octets: string)", "Sends raw octets; nothing is added.", `conn:send("Subject: hi\r\n\r\nHello\r\n")`, rt.connSend},
		{"noop", "(self: smtp.Conn)" + reply, "Sends NOOP.", `conn:noop()`, rt.connVerb((*smtp.Client).Noop)},
		{"rset", "(self: smtp.Conn)" + reply, "Sends RSET: forgets the transaction.", `conn:rset()`, rt.connVerb((*smtp.Client).Rset)},
		{"help", "(self: smtp.Conn, topic?: string): string", "Sends HELP and gives the text.", `print(conn:help())`, rt.connHelp},
		{"verify", "(self: smtp.Conn, address: string)" + reply, "Sends VRFY.", `conn:verify("ann@example.org")`, rt.connAddressVerb("verify", (*smtp.Client).Verify)},
		{"vrfy", "(self: smtp.Conn, address: string)" + reply, "Another name of verify.", `conn:vrfy("ann@example.org")`, rt.connAddressVerb("vrfy", (*smtp.Client).Verify)},
		{"expn", "(self: smtp.Conn, list: string)" + reply, "Sends EXPN.", `conn:expn("staff")`, rt.connAddressVerb("expn", (*smtp.Client).Expn)},
		{"starttls", "(self: smtp.Conn, options?: smtp.StartTLSOptions)" + reply, "Encrypts the connection and forgets what EHLO said. On an encrypted one it sends nothing and gives 220. Options take the place of the connection's.", `conn:starttls{ ca_file = "ca.pem" }`, rt.connStartTLS},
		{"login", "(self: smtp.Conn, user: string, password: string)" + reply, "Logs in by the best mechanism that both sides have.", `conn:login("u", env.SMTP_PASSWORD)`, rt.connLogin},
		{"quit", "(self: smtp.Conn)" + reply, "Sends QUIT and closes.", `conn:quit()`, rt.connQuit},
		{"close", "(self: smtp.Conn)", "Closes at once.", `conn:close()`, rt.connClose},
		{"set_debuglevel", "(self: smtp.Conn, level: integer)", "0: no transcript; 1: on stderr; 2: with times.", `conn:set_debuglevel(1)`, rt.connDebugLevel},
	}
}

// this gives the connection of a method call.
func this(L *lua.LState) *conn { return checkObject[*conn](L, 1, connClassName) }

// pushReply pushes code and text, or raises.
func (c *conn) pushReply(L *lua.LState, r smtp.Reply, err error) int {
	c.flushDebug(L)
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(r.Code))
	L.Push(lua.LString(r.Text()))
	return 2
}

func (c *conn) check(L *lua.LState, err error) {
	c.flushDebug(L)
	if err != nil {
		raise(L, err)
	}
}

func (rt *Runtime) connConnect(L *lua.LState) int {
	c := this(L)
	if L.GetTop() > 1 {
		rt.retarget(L, c)
	}
	r, err := c.client.Connect(rt.base)
	return c.pushReply(L, r, err)
}

// retarget points the object at another server before it connects again.
func (rt *Runtime) retarget(L *lua.LState, c *conn) {
	table, err := connectTable(L, "conn:connect", 2)
	c.check(L, err)
	var o connectOptions
	c.check(L, bindOptions("conn:connect", table, &o))
	options := c.options
	options.Host, options.Socket, options.Port = o.Host, o.Socket, 0
	if o.Port != nil {
		options.Port = *o.Port
	}
	rt.host.Outbound.apply(&options)
	client, err := smtp.New(options)
	c.check(L, err)
	c.abort()
	c.client, c.options = client, options
}

func (rt *Runtime) connHello(verb string) lua.LGFunction {
	return func(L *lua.LState) int {
		c := this(L)
		name := optString(L, "conn:"+strings.ToLower(verb), 2, "name")
		hello := c.client.Ehlo
		switch verb {
		case "HELO":
			hello = c.client.Helo
		case "LHLO":
			hello = c.client.Lhlo
		}
		r, err := hello(rt.base, name)
		return c.pushReply(L, r, err)
	}
}

func (rt *Runtime) connHelloIfNeeded(L *lua.LState) int {
	c := this(L)
	c.check(L, c.client.EhloOrHeloIfNeeded(rt.base))
	return 0
}

func (rt *Runtime) connHasExtn(L *lua.LState) int {
	L.Push(lua.LBool(this(L).client.HasExtn(argString(L, "conn:has_extn", 2, "name"))))
	return 1
}

// commandArgs reads the command and its optional arguments.
func commandArgs(L *lua.LState, call string) (verb string, args []string) {
	verb = argString(L, call, 2, "command")
	if L.Get(3) != lua.LNil {
		args = append(args, argString(L, call, 3, "args"))
	}
	return verb, args
}

func (rt *Runtime) connDocmd(L *lua.LState) int {
	c := this(L)
	verb, args := commandArgs(L, "conn:docmd")
	r, err := c.client.DoCmd(rt.base, verb, args...)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connPutcmd(L *lua.LState) int {
	c := this(L)
	verb, args := commandArgs(L, "conn:putcmd")
	c.check(L, c.client.PutCmd(rt.base, verb, args...))
	return 0
}

func (rt *Runtime) connGetreply(L *lua.LState) int {
	c := this(L)
	r, err := c.client.GetReply(rt.base)
	n := c.pushReply(L, r, err)
	L.Push(luaList(L, r.Lines))
	return n + 1
}

func (rt *Runtime) connSend(L *lua.LState) int {
	c := this(L)
	c.check(L, c.client.Send(rt.base, []byte(argString(L, "conn:send", 2, "octets"))))
	return 0
}

func (rt *Runtime) connVerb(verb func(*smtp.Client, context.Context) (smtp.Reply, error)) lua.LGFunction {
	return func(L *lua.LState) int {
		c := this(L)
		r, err := verb(c.client, rt.base)
		return c.pushReply(L, r, err)
	}
}

func (rt *Runtime) connAddressVerb(name string, verb func(*smtp.Client, context.Context, string) (smtp.Reply, error)) lua.LGFunction {
	return func(L *lua.LState) int {
		c := this(L)
		r, err := verb(c.client, rt.base, argString(L, "conn:"+name, 2, "address"))
		return c.pushReply(L, r, err)
	}
}

func (rt *Runtime) connHelp(L *lua.LState) int {
	c := this(L)
	r, err := c.client.Help(rt.base, optString(L, "conn:help", 2, "topic"))
	c.check(L, err)
	L.Push(lua.LString(r.Text()))
	return 1
}

func (rt *Runtime) connLogin(L *lua.LState) int {
	c := this(L)
	r, err := c.client.Login(rt.base, smtp.Credentials{
		User: argString(L, "conn:login", 2, "user"), Password: argString(L, "conn:login", 3, "password"),
		Mechanisms: c.options.Credentials.Mechanisms,
	})
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connQuit(L *lua.LState) int {
	c := this(L)
	r, err := c.client.Quit(rt.base)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connClose(L *lua.LState) int {
	this(L).abort()
	return 0
}

func (rt *Runtime) connDebugLevel(L *lua.LState) int {
	c := this(L)
	switch v := L.Get(2).(type) {
	case lua.LNumber:
		c.client.SetTrace(levelTracer(rt.host.Stderr, int(v)))
	case lua.LBool:
		c.client.SetTrace(levelTracer(rt.host.Stderr, map[bool]int{true: 1}[bool(v)]))
	default:
		raiseArgument(L, fmt.Sprintf("conn:set_debuglevel: level must be 0, 1 or 2, got %s", describe(v)))
	}
	return 0
}
