package luabind

import (
	"fmt"
	"strconv"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// xclientAttrs are the attributes of XCLIENT. A port is a number, or a string
// for those that aren't known.
type xclientAttrs struct {
	Name     string     `lua:"name" doc:"the client's host name; \"[UNAVAILABLE]\" and \"[TEMPUNAVAIL]\" are allowed for every attribute"`
	Addr     string     `lua:"addr" doc:"its IP address"`
	Port     lua.LValue `lua:"port" type:"integer|string" doc:"its TCP port"`
	Proto    string     `lua:"proto" doc:"SMTP or ESMTP"`
	Helo     string     `lua:"helo" doc:"the name that it gave in EHLO"`
	Login    string     `lua:"login" doc:"the user that it logged in as"`
	DestAddr string     `lua:"destaddr" doc:"the address that it connected to"`
	DestPort lua.LValue `lua:"destport" type:"integer|string" doc:"the port that it connected to"`
}

// engine turns the attributes into the engine's; nil stays nil.
func (x *xclientAttrs) engine(call string) (*smtp.XClient, error) {
	if x == nil {
		return nil, nil
	}
	port, err := xclientPort(call, "port", x.Port)
	if err != nil {
		return nil, err
	}
	destPort, err := xclientPort(call, "destport", x.DestPort)
	if err != nil {
		return nil, err
	}
	return &smtp.XClient{
		Name: x.Name, Addr: x.Addr, Port: port, Proto: x.Proto, Helo: x.Helo, Login: x.Login, DestAddr: x.DestAddr, DestPort: destPort,
	}, nil
}

func xclientPort(call, key string, v lua.LValue) (string, error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return "", nil
	case lua.LNumber:
		return strconv.FormatFloat(float64(v), 'f', -1, 64), nil
	case lua.LString:
		return string(v), nil
	}
	return "", &argumentError{text: fmt.Sprintf("%s: option \"xclient.%s\" must be a port or \"[UNAVAILABLE]\", got %s", call, key, describe(v))}
}

// way says how the server is reached and for whom.
func (o *connectOptions) way(call string, out *smtp.Options) (err error) {
	if o.Proxy != "" {
		if out.Proxy, err = smtp.ParseProxy(o.Proxy); err != nil {
			return err
		}
	}
	out.XClient, err = o.XClient.engine(call)
	return err
}
