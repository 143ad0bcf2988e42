package luabind

import (
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// sendOptions are the options of sendmail, send_message, relay:send and
// relay:submit.
type sendOptions struct {
	From           *string           `lua:"from" doc:"envelope sender instead of the message's; \"\" is the null sender"`
	To             []string          `lua:"to" one:"true" doc:"envelope recipients instead of the message's"`
	MailOptions    []string          `lua:"mail_options" one:"true" doc:"parameters of MAIL"`
	RcptOptions    []string          `lua:"rcpt_options" one:"true" doc:"parameters of every RCPT"`
	DSN            *dsnOptions       `lua:"dsn" doc:"delivery status notifications to ask for (RFC 3461); left out where the server has none"`
	RequireTLS     bool              `lua:"require_tls" doc:"only over verified TLS, from here to the recipient (RFC 8689)"`
	Priority       *int              `lua:"priority" min:"-9" max:"9" doc:"of the message, 9 is the highest; left out where the server knows none (RFC 6710)"`
	DeliverBy      *deliverByOptions `lua:"deliver_by" doc:"deliver within a time (RFC 2852)"`
	AllOrNothing   bool              `lua:"all_or_nothing" doc:"send to nobody when one recipient is refused"`
	MaxRecipients  int               `lua:"max_recipients" min:"1" doc:"recipients in one transaction; more take several" default:"what the server says"`
	AllowLongLines bool              `lua:"allow_long_lines" doc:"let lines over 998 octets pass"`
	Tag            lua.LValue        `lua:"tag" doc:"comes back with the result of relay:submit"`
}

// dsnOptions ask for delivery status notifications.
type dsnOptions struct {
	Notify   []string `lua:"notify" one:"true" doc:"never, or some of success, failure, delay"`
	Ret      string   `lua:"ret" enum:"full,headers,hdrs" doc:"what of the message comes back"`
	EnvID    string   `lua:"envid" doc:"a name for the envelope, given back in the report"`
	Required bool     `lua:"required" doc:"raise not_supported where the server has no DSN"`

	ORcpt      string      `lua:"orcpt" doc:"the original recipient to name in the report, instead of each recipient's own address"`
	Recipients *lua.LTable `lua:"recipients" type:"table<string, smtp.RecipientDSN>" doc:"notify and orcpt for single recipients, by address"`
}

// engine turns the options into the engine's.
func (o *sendOptions) engine(call string) (*smtp.SendOptions, error) {
	out := &smtp.SendOptions{
		From: o.From, To: o.To, MailOptions: o.MailOptions, RcptOptions: o.RcptOptions,
		AllOrNothing: o.AllOrNothing, MaxRecipients: o.MaxRecipients, AllowLongLines: o.AllowLongLines,
		RequireTLS: o.RequireTLS, Priority: o.Priority, DeliverBy: o.DeliverBy.engine(),
	}
	var err error
	out.DSN, err = o.DSN.engine(call)
	return out, err
}

// checkSendOptions reads the options table of argument n; nil means none.
func checkSendOptions(L *lua.LState, call string, n int) (*smtp.SendOptions, lua.LValue) {
	if L.Get(n) == lua.LNil && L.GetTop() <= n {
		return &smtp.SendOptions{}, lua.LNil
	}
	o := sendOptions{Tag: lua.LNil}
	t, err := sendOptionsTable(L, call, n)
	if err == nil {
		err = readOptions(call, t, &o)
	}
	if err != nil {
		raise(L, err)
	}
	options, err := o.engine(call)
	if err != nil {
		raise(L, err)
	}
	return options, o.Tag
}

func transactionMethods(rt *Runtime) []Function {
	const reply = ": integer, string"
	return []Function{
		{"mail", "(self: smtp.Conn, from: " + oneAddress + ", options?: string|string[])" + reply, "Sends MAIL FROM. The empty string is the null sender.", "local code, text = conn:mail(\"me@example.org\", { \"BODY=8BITMIME\" })\nprint(code) --> 250", rt.connMail},
		{"rcpt", "(self: smtp.Conn, to: " + oneAddress + ", options?: string|string[])" + reply, "Sends RCPT TO.", "conn:mail(\"me@example.org\")\nlocal code, text = conn:rcpt(\"550@example.org\")\nprint(code) --> 550", rt.connRcpt},
		{"data", "(self: smtp.Conn, message: " + contentType + "): integer, string, table[]?", "Sends DATA, the content and the final dot. Raises `data` on anything but 354. With LMTP code and text are the first refusal's, else the last reply's, and a list has all replies.", "conn:mail(\"me@example.org\")\nconn:rcpt(\"ann@example.org\")\nlocal code, text = conn:data(msg)\nprint(code) --> 250", rt.connData},
		{"sendmail", "(self: smtp.Conn, from: " + oneAddress + ", to: " + someAddresses + ", message: " + contentType + ", options?: smtp.SendOptions): smtp.Result",
			"Sends one message to the recipients. A partial refusal is no failure: see the result. A string, a list of pieces or a function that gives pieces is sent as it is, with line ends made CRLF.",
			"local r = conn:sendmail(\"me@example.org\", { \"ann@example.org\", \"550@example.org\" }, \"Subject: hi\\n\\nHello\\n\")\nprint(r.accepted[1]) --> ann@example.org\nfor address, refusal in pairs(r.refused) do print(address, refusal.code) end --> 550@example.org 550", rt.connSendmail},
		{"send_message", "(self: smtp.Conn, message: mime.Part, options?: smtp.SendOptions): smtp.Result",
			"Sends a message; the envelope is taken from Sender or From and To, Cc and Bcc. Bcc is never on the wire.",
			"local r = conn:send_message(msg)\nprint(r.code, r.accepted[1]) --> 250 bob@example.org", rt.connSendMessage},
	}
}

func (rt *Runtime) connMail(L *lua.LState) int {
	c := this(L)
	options, err := stringList("conn:mail", "options", L.Get(3))
	c.check(L, err)
	from, err := pathAddress("conn:mail", "from", L.Get(2))
	c.check(L, err)
	r, err := c.client.Mail(rt.base, from, options...)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connRcpt(L *lua.LState) int {
	c := this(L)
	options, err := stringList("conn:rcpt", "options", L.Get(3))
	c.check(L, err)
	to, err := pathAddress("conn:rcpt", "to", L.Get(2))
	c.check(L, err)
	r, err := c.client.Rcpt(rt.base, to, options...)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connData(L *lua.LState) int {
	c := this(L)
	content, err := rt.checkContent(L, 2, "conn:data")
	c.check(L, err)
	if c.options.Protocol == smtp.LMTP {
		replies, err := c.client.DataLMTP(rt.base, content)
		return c.pushReplies(L, replies, err)
	}
	r, err := c.client.Data(rt.base, content)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) connSendmail(L *lua.LState) int {
	c := this(L)
	from, err := pathAddress("conn:sendmail", "from", L.Get(2))
	c.check(L, err)
	to, err := pathAddresses("conn:sendmail", "to", L.Get(3))
	c.check(L, err)
	options, _ := checkSendOptions(L, "conn:sendmail", 5)
	options.From, options.To = &from, to
	if p := partOf(L.Get(4)); p != nil {
		r, err := c.client.SendMessage(rt.base, addressed(p.outgoing(), options), options)
		return rt.pushResult(L, c, r, err)
	}
	content, err := rt.checkContent(L, 4, "conn:sendmail")
	c.check(L, err)
	r, err := c.client.SendMail(rt.base, from, to, content, options)
	return rt.pushResult(L, c, r, err)
}

func (rt *Runtime) connSendMessage(L *lua.LState) int {
	c := this(L)
	message := rt.checkPart(L, 2, "conn:send_message").outgoing()
	options, _ := checkSendOptions(L, "conn:send_message", 3)
	r, err := c.client.SendMessage(rt.base, addressed(message, options), options)
	return rt.pushResult(L, c, r, err)
}

// pushResult gives the script its result, and remembers a partial refusal
// until the script looks at it.
func (rt *Runtime) pushResult(L *lua.LState, c *conn, r *smtp.Result, err error) int {
	c.check(L, err)
	L.Push(rt.newResult(L, r))
	return 1
}
