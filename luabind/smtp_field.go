package luabind

import (
	"fmt"
	"net"
	"strconv"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// connFields are smtplib's attributes, and what else there is to know.
func connFields() []Field {
	return []Field{
		{"helo_resp", "string?", "the text of the reply to HELO"},
		{"ehlo_resp", "string?", "the text of the reply to EHLO or LHLO"},
		{"does_esmtp", "boolean", "true when EHLO was answered"},
		{"esmtp_features", "table<string, string>", "the extensions offered: lower-case name and parameters"},
		{"tls", "table?", "nil, or version, cipher, server_name, peer of the encryption in force"},
		{"local_hostname", "string", "the name given in EHLO"},
		{"host", "string", "the server's name, or the path of its socket"},
		{"port", "integer?", "the server's port; nil with a socket"},
		{"timeout", "number?", "the option timeout in seconds"},
		{"source_address", "string?", "the option source_address"},
		{"debuglevel", "integer|boolean|function", "what the transcript was set to"},
		{"connected", "boolean", "true as long as the connection is known to stand"},
	}
}

// connField reads a field of a connection.
func connField(L *lua.LState, self any, key lua.LValue) lua.LValue {
	c := self.(*conn)
	switch key.String() {
	case "helo_resp":
		return helloText(c.client.HeloReply())
	case "ehlo_resp":
		return helloText(c.client.EhloReply())
	case "does_esmtp":
		return lua.LBool(c.client.DoesESMTP())
	case "esmtp_features":
		return featureTable(L, c.client.Extensions())
	case "tls":
		return tlsTable(L, c)
	case "local_hostname":
		return lua.LString(c.client.LocalName())
	case "connected":
		return lua.LBool(c.client.Alive())
	}
	return c.optionField(key.String())
}

// optionField reads what the script chose.
func (c *conn) optionField(name string) lua.LValue {
	host, port := splitAddress(c.client.Address())
	switch name {
	case "host":
		return lua.LString(host)
	case "port":
		return port
	case "timeout":
		if c.options.Timeout == 0 {
			return lua.LNil
		}
		return lua.LNumber(c.options.Timeout.Seconds())
	case "source_address":
		return optionalString(c.options.LocalAddr)
	case "debuglevel":
		if c.level == nil {
			return lua.LNumber(0)
		}
		return c.level
	}
	return nil
}

// splitAddress takes "host:port" apart; a socket's path has no port.
func splitAddress(address string) (string, lua.LValue) {
	host, text, err := net.SplitHostPort(address)
	port, perr := strconv.Atoi(text)
	if err != nil || perr != nil {
		return address, lua.LNil
	}
	return host, lua.LNumber(port)
}

func featureTable(L *lua.LState, extensions map[string]string) *lua.LTable {
	t := L.NewTable()
	for name, params := range extensions {
		t.RawSetString(name, lua.LString(params))
	}
	return t
}

func helloText(r smtp.Reply, ok bool) lua.LValue {
	if !ok {
		return lua.LNil
	}
	return lua.LString(r.Text())
}

// connReadOnly answers an assignment to a field.
func connReadOnly(L *lua.LState) int {
	raise(L, &argumentError{
		text: fmt.Sprintf("smtp.Conn: field %q cannot be set", L.Get(2).String()),
		hint: "it is an option of smtp.new and smtp.connect",
	})
	return 0
}
