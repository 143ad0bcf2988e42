package luabind

import (
	"crypto/tls"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// tlsTable describes the encryption of a connection, or is nil in clear text.
func tlsTable(L *lua.LState, c *conn) lua.LValue {
	state, ok := c.client.TLSState()
	if !ok {
		return lua.LNil
	}
	t := L.NewTable()
	t.RawSetString("version", lua.LString(tls.VersionName(state.Version)))
	t.RawSetString("cipher", lua.LString(tls.CipherSuiteName(state.CipherSuite)))
	t.RawSetString("server_name", lua.LString(state.ServerName))
	if len(state.PeerCertificates) > 0 {
		t.RawSetString("peer", lua.LString(state.PeerCertificates[0].Subject.String()))
	}
	return t
}

// tlsOptions say whom to trust and who we are, for conn:starttls. smtp.connect
// has the same ones.
type tlsOptions struct {
	ServerName string   `lua:"server_name" doc:"the name that the certificate must bear, where it isn't host"`
	CAFile     string   `lua:"ca_file" doc:"PEM file with the certificate authorities to trust instead of the system's"`
	ClientCert string   `lua:"client_cert" doc:"PEM file with the client certificate"`
	ClientKey  string   `lua:"client_key" doc:"PEM file with the client certificate's key" default:"client_cert"`
	Pin        []string `lua:"pin" one:"true" doc:"public keys to accept, as sha256//BASE64, besides the verification"`
	Insecure   bool     `lua:"insecure" also:"verify,rejectunauthorized" doc:"skip the verification of the certificate; logged"`
}

// engine loads the files.
func (t *tlsOptions) engine(h *Host, out *smtp.TLSOptions) error {
	out.ServerName, out.Insecure, out.ReadFile = t.ServerName, t.Insecure, h.readFile
	if t.CAFile != "" {
		if err := out.LoadRoots(t.CAFile); err != nil {
			return err
		}
	}
	if t.ClientCert != "" || t.ClientKey != "" {
		if err := out.LoadCertificate(t.ClientCert, t.ClientKey); err != nil {
			return err
		}
	}
	for _, pin := range t.Pin {
		if err := out.AddPin(pin); err != nil {
			return err
		}
	}
	return nil
}

func (rt *Runtime) connStartTLS(L *lua.LState) int {
	c := this(L)
	var o tlsOptions
	checkOptions(L, "conn:starttls", 2, &o)
	if rt.host.Outbound.Dry {
		return c.pushReply(L, smtp.Reply{Code: 220, Lines: []string{"dry run"}}, nil)
	}
	if L.Get(2) == lua.LNil || rt.host.Outbound.Sink != nil { // the sink's certificate is nobody's
		r, err := c.client.StartTLS(rt.base)
		return c.pushReply(L, r, err)
	}
	var with smtp.TLSOptions
	c.check(L, o.engine(rt.host, &with))
	if o.Insecure {
		rt.host.Logger.Warn("certificate not verified: insecure=true", "host", c.options.Host)
	}
	r, err := c.client.StartTLSWith(rt.base, with)
	return c.pushReply(L, r, err)
}
