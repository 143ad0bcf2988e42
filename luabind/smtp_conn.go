package luabind

import (
	"context"
	"slices"
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
	debug   *lua.LFunction // gets the transcript
	level   lua.LValue     // what the script gave as debug level
	token   *lua.LFunction

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

// address is where the connection leads, also when it could not be made.
func (c *conn) address() string {
	if c.client != nil {
		return c.client.Address()
	}
	idle, err := smtp.New(c.options)
	if err != nil {
		return ""
	}
	return idle.Address()
}

// connClass has smtplib's method names.
func connClass(rt *Runtime) Class {
	return Class{
		Name: connClassName, Doc: "One connection. Verbs give the reply's code and text whatever they are; what cannot do its job raises an error object.",
		Methods: slices.Concat(verbMethods(rt), authMethods(rt), transactionMethods(rt)),
		Fields:  connFields(),
		get:     connField,
		meta:    map[string]lua.LGFunction{"__newindex": connReadOnly},
	}
}

func verbMethods(rt *Runtime) []Function {
	const reply = ": integer, string"
	return []Function{
		{"connect", "(self: smtp.Conn, host?: string, port?: integer, source_address?: string)" + reply, "Dials and reads the greeting, nothing else; also again after close or quit, and to another server.", "local conn = smtp.new()\nlocal code, text = conn:connect(\"localhost\", 2525)\nprint(code) --> 220", rt.connConnect},
		{"helo", "(self: smtp.Conn, name?: string)" + reply, "Sends HELO.", "local code, text = conn:helo(\"client.example.org\")\nprint(code, conn.does_esmtp) --> 250 false", rt.connHello("HELO")},
		{"ehlo", "(self: smtp.Conn, name?: string)" + reply, "Sends EHLO and learns the extensions.", "conn:ehlo(\"client.example.org\")\nfor name, parameters in pairs(conn.esmtp_features) do\n  if name == \"pipelining\" then print(name) end --> pipelining\nend", rt.connHello("EHLO")},
		{"lhlo", "(self: smtp.Conn, name?: string)" + reply, "Sends LHLO, LMTP's EHLO.", "local conn = smtp.new{ host = \"localhost\", port = 24, protocol = \"lmtp\" }\nconn:connect()\nlocal code, text = conn:lhlo()\nprint(code) --> 250", rt.connHello("LHLO")},
		{"ehlo_or_helo_if_needed", "(self: smtp.Conn)", "Says hello unless that was done.", "conn:connect(\"localhost\", 2525)\nconn:ehlo_or_helo_if_needed()\nprint(conn.does_esmtp) --> true", rt.connHelloIfNeeded},
		{"has_extn", "(self: smtp.Conn, name: string): boolean", "Tells whether the server offered the extension.", `print(conn:has_extn("8bitmime"), conn:has_extn("x-none")) --> true false`, rt.connHasExtn},
		{"docmd", "(self: smtp.Conn, command: string, args?: string)" + reply, "Sends a command line and reads the reply.", "local code, text = conn:docmd(\"RCPT\", \"TO:<ann@example.org>\")\nprint(code) --> 502", rt.connDocmd},
		{"putcmd", "(self: smtp.Conn, command: string, args?: string)", "Sends a command line; getreply reads the answer.", "conn:putcmd(\"NOOP\")\nlocal code, text = conn:getreply()\nprint(code) --> 250", rt.connPutcmd},
		{"getreply", "(self: smtp.Conn): integer, string, string[]", "Reads one reply: code, text, list of lines.", "conn:putcmd(\"EHLO\", \"client.example.org\")\nlocal code, text, lines = conn:getreply()\nprint(code, #lines > 1) --> 250 true", rt.connGetreply},
		{"send", "(self: smtp.Conn, octets: string)", "Sends raw octets; nothing is added.", "conn:mail(\"me@example.org\")\nconn:rcpt(\"ann@example.org\")\nconn:docmd(\"DATA\")\nconn:send(\"Subject: hi\\r\\n\\r\\nHello\\r\\n.\\r\\n\")\nprint((conn:getreply())) --> 250", rt.connSend},
		{"noop", "(self: smtp.Conn)" + reply, "Sends NOOP.", "local code, text = conn:noop()\nprint(code) --> 250", rt.connVerb((*smtp.Client).Noop)},
		{"rset", "(self: smtp.Conn)" + reply, "Sends RSET: forgets the transaction.", "conn:mail(\"me@example.org\")\nconn:rset()\nprint((conn:mail(\"other@example.org\"))) --> 250", rt.connVerb((*smtp.Client).Rset)},
		{"help", "(self: smtp.Conn, topic?: string): string", "Sends HELP and gives the text.", "local text = conn:help(\"MAIL\")\nprint(type(text)) --> string", rt.connHelp},
		{"verify", "(self: smtp.Conn, address: string)" + reply, "Sends VRFY.", "local code, text = conn:verify(\"ann@example.org\")\nif code == 252 then print(\"will not tell, but takes mail for her\") end --> will not tell, but takes mail for her", rt.connAddressVerb("verify", (*smtp.Client).Verify)},
		{"vrfy", "(self: smtp.Conn, address: string)" + reply, "Another name of verify.", "local code, text = conn:vrfy(\"ann@example.org\")\nprint(code) --> 252", rt.connAddressVerb("vrfy", (*smtp.Client).Verify)},
		{"expn", "(self: smtp.Conn, list: string)" + reply, "Sends EXPN.", "local code, text = conn:expn(\"staff\")\nif code ~= 250 then print(\"members are not told\") end --> members are not told", rt.connAddressVerb("expn", (*smtp.Client).Expn)},
		{"starttls", "(self: smtp.Conn, options?: smtp.StartTLSOptions)" + reply, "Encrypts the connection and forgets what EHLO said. On an encrypted one it sends nothing and gives 220. Options take the place of the connection's.", "local code, text = conn:starttls{ server_name = \"mail.example.org\" }\nprint(code, conn.tls.version) --> 220 TLS 1.3", rt.connStartTLS},
		{"quit", "(self: smtp.Conn)" + reply, "Sends QUIT and closes.", "local code, text = conn:quit()\nprint(code, conn.connected) --> 221 false", rt.connQuit},
		{"close", "(self: smtp.Conn)", "Closes at once.", "conn:close()\nprint(conn.connected) --> false", rt.connClose},
		{"set_debuglevel", "(self: smtp.Conn, level: integer|boolean|fun(direction: string, line: string))", "0: no transcript; 1: on stderr; 2: with times and the connection's name; or a function that gets every line.", "conn:set_debuglevel(function(direction, line) print(direction, line) end)\nconn:rset()\n--> C RSET\n--> S 250 2.0.0 Session reset", rt.connDebugLevel},
	}
}

// this gives the connection of a method call.
func this(L *lua.LState) *conn {
	c := checkObject[*conn](L, 1, connClassName)
	c.rt.host.check.at(L)
	return c
}

// pushReply pushes code and text, or raises.
func (c *conn) pushReply(L *lua.LState, r smtp.Reply, err error) int {
	c.check(L, err)
	L.Push(lua.LNumber(r.Code))
	L.Push(lua.LString(r.Text()))
	return 2
}

// pushReplies pushes code and text of the first refusal, else of the last reply,
// and the list of them all.
func (c *conn) pushReplies(L *lua.LState, replies []smtp.Reply, err error) int {
	c.check(L, err)
	var shown smtp.Reply
	list := L.CreateTable(len(replies), 0)
	for i, r := range replies {
		list.RawSetInt(i+1, replyTable(L, r))
		if shown.Code == 0 || shown.Positive() {
			shown = r
		}
	}
	c.pushReply(L, shown, nil)
	L.Push(list)
	return 3
}

// check raises err, if there is one, with the server that it is about.
func (c *conn) check(L *lua.LState, err error) {
	c.flushDebug(L)
	if err != nil {
		raiseFrom(L, err, c.address())
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
	const call = "conn:connect"
	address := optString(L, call, 2, "host")
	if strings.Contains(address, "://") {
		raise(L, &argumentError{text: call + ": host and port expected, got a URL", hint: "smtp.new and smtp.connect take URLs and options"})
	}
	options := c.options
	if address != "" {
		table, err := hostTable(L, address, L.Get(3))
		c.check(L, err)
		var o connectOptions
		c.check(L, bindOptions(call, table, &o))
		options.Host, options.Socket, options.Port = o.Host, o.Socket, 0
		if o.Port != nil {
			options.Port = *o.Port
		}
	}
	if source := optString(L, call, 4, "source_address"); source != "" {
		options.LocalAddr = source
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

func (rt *Runtime) connQuit(L *lua.LState) int {
	c := this(L)
	r, err := c.client.Quit(rt.base)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connClose(L *lua.LState) int {
	this(L).abort()
	return 0
}
