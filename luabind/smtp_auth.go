package luabind

import (
	"context"
	"fmt"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// loginOptions are the options of conn:login.
type loginOptions struct {
	Token             lua.LValue `lua:"token" type:"string|fun(): string" secret:"true" doc:"OAuth2 access token, or a function that gives one"`
	Auth              []string   `lua:"auth" one:"true" doc:"the mechanisms to use, in this order, such as SCRAM-SHA-256 or XOAUTH2; else all that we know, the safest first"`
	InitialResponseOK *bool      `lua:"initial_response_ok" doc:"false: let the server ask for what could stand on the AUTH line" default:"true"`
}

// authOptions are the options of conn:auth.
type authOptions struct {
	InitialResponseOK *bool `lua:"initial_response_ok" doc:"false: don't ask the function for an initial response" default:"true"`
}

func authMethods(rt *Runtime) []Function {
	const reply = ": integer, string"
	return []Function{
		{"login", "(self: smtp.Conn, user?: string, password?: string, options?: smtp.LoginOptions)" + reply,
			"Logs in by the best mechanism that both sides have, and the next one when the server refuses. Without arguments: as the connection's options say. A refusal raises `auth`.",
			"local code, text = conn:login(\"ann\", env.SMTP_PASSWORD)\nprint(code) --> 235", rt.connLogin},
		{"auth", "(self: smtp.Conn, mechanism: string, respond: (fun(challenge?: string): string?), options?: smtp.AuthOptions)" + reply,
			"Logs in by a mechanism of one's own. The function is called with nil for the initial response, which may be nil, then with each challenge, decoded. A refusal raises `auth`.",
			"local code, text = conn:auth(\"PLAIN\", function(challenge) return \"\\0ann\\0\" .. env.SMTP_PASSWORD end)\nprint(code) --> 235", rt.connAuth},
	}
}

// tokenOf reads the token option: a string into cred, or a function.
func tokenOf(call string, token lua.LValue, cred *smtp.Credentials) (*lua.LFunction, error) {
	switch v := token.(type) {
	case nil, *lua.LNilType:
		return nil, nil
	case lua.LString:
		cred.Token = string(v)
		return nil, nil
	case *lua.LFunction:
		return v, nil
	}
	return nil, &argumentError{text: fmt.Sprintf("%s: option \"token\" must be a string or a function, got %s", call, describe(token))}
}

// tokenFunc calls the script's function on L, for calls that log in on the
// script's own thread.
func (rt *Runtime) tokenFunc(L *lua.LState, f *lua.LFunction) func(context.Context) (string, error) {
	if f == nil {
		return nil
	}
	return func(context.Context) (string, error) { return rt.askToken(L, f) }
}

func (rt *Runtime) askToken(L *lua.LState, f *lua.LFunction) (string, error) {
	v, err := rt.invoke(L, f)
	if err != nil {
		return "", err
	}
	token, ok := v.(lua.LString)
	if !ok {
		return "", &argumentError{text: "the token function must return a string, got " + describe(v)}
	}
	return string(token), nil
}

// invoke calls a function of the script from inside an engine's call and gives
// its first result, or what it raised.
func (rt *Runtime) invoke(L *lua.LState, f *lua.LFunction, args ...lua.LValue) (lua.LValue, error) {
	t, err := rt.protect(L, append([]lua.LValue{f}, args...), 1, rt.protected.wrapError)
	if err != nil {
		return nil, Unwrap(raisedValue(err))
	}
	v := t.Get(-1)
	rt.protected.give(t)
	return v, nil
}

func (rt *Runtime) connLogin(L *lua.LState) int {
	c := this(L)
	cred, err := rt.loginCredentials(L, c)
	c.check(L, err)
	r, err := c.client.Login(rt.base, cred)
	return c.pushReply(L, r, err)
}

func (rt *Runtime) loginCredentials(L *lua.LState, c *conn) (smtp.Credentials, error) {
	const call = "conn:login"
	cred := c.options.Credentials
	if L.GetTop() == 1 {
		cred.TokenFunc = rt.tokenFunc(L, c.token)
		return cred, nil
	}
	var o loginOptions
	checkOptions(L, call, 4, &o)
	cred = smtp.Credentials{User: optString(L, call, 2, "user"), Mechanisms: cred.Mechanisms, NoInitialResponse: isFalse(o.InitialResponseOK)}
	token, err := tokenOf(call, o.Token, &cred)
	cred.TokenFunc = rt.tokenFunc(L, token)
	if token == nil && cred.Token == "" {
		cred.Password = argString(L, call, 3, "password")
	} else {
		cred.Password = optString(L, call, 3, "password")
	}
	if o.Auth != nil {
		cred.Mechanisms = o.Auth
	}
	rt.host.Outbound.anyMechanism(&cred)
	return cred, err
}

func isFalse(b *bool) bool { return b != nil && !*b }

func (rt *Runtime) connAuth(L *lua.LState) int {
	const call = "conn:auth"
	c := this(L)
	name := argString(L, call, 2, "mechanism")
	respond, ok := L.Get(3).(*lua.LFunction)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: respond must be a function, got %s", call, describe(L.Get(3))))
	}
	var o authOptions
	checkOptions(L, call, 4, &o)
	r, err := c.client.Auth(rt.base, &scriptMechanism{rt: rt, state: L, name: name, respond: respond, serverFirst: isFalse(o.InitialResponseOK)})
	return c.pushReply(L, r, err)
}

// scriptMechanism is a SASL mechanism written in Lua.
type scriptMechanism struct {
	rt          *Runtime
	state       *lua.LState
	name        string
	respond     *lua.LFunction
	serverFirst bool
}

// Start implements sasl.Client.
func (m *scriptMechanism) Start() (string, []byte, error) {
	if m.serverFirst {
		return m.name, nil, nil
	}
	v, err := m.rt.invoke(m.state, m.respond, lua.LNil)
	if err != nil || v == lua.LNil {
		return m.name, nil, err
	}
	response, err := m.octets(v)
	return m.name, response, err
}

// Next implements sasl.Client.
func (m *scriptMechanism) Next(challenge []byte) ([]byte, error) {
	v, err := m.rt.invoke(m.state, m.respond, lua.LString(challenge))
	if err != nil {
		return nil, err
	}
	return m.octets(v)
}

func (m *scriptMechanism) octets(v lua.LValue) ([]byte, error) {
	s, ok := v.(lua.LString)
	if !ok {
		return nil, &argumentError{text: "conn:auth: the function must return a string, got " + describe(v)}
	}
	return []byte(s), nil
}

// attemptList lists what a login tried.
func attemptList(L *lua.LState, attempts []smtp.AuthAttempt) *lua.LTable {
	list := L.CreateTable(len(attempts), 0)
	for i, a := range attempts {
		row := replyTable(L, a.Reply)
		row.RawSetString("mechanism", lua.LString(a.Mechanism))
		row.RawSetString("detail", optionalString(a.Detail))
		list.RawSetInt(i+1, row)
	}
	return list
}
