package luabind

import (
	"crypto/tls"

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
