package luabind

import (
	"fmt"

	"moonpost/relay"

	lua "github.com/yuin/gopher-lua"
)

// mxOption reads mx: true, or a table from domains to hosts.
func mxOption(call string, o *relayOptions) (*relay.MX, error) {
	out := &relay.MX{NoPolicies: o.MTASTS != nil && !*o.MTASTS}
	switch v := o.MX.(type) {
	case nil, *lua.LNilType:
	case lua.LBool:
		if bool(v) {
			return out, nil
		}
	case *lua.LTable:
		hosts, err := mxHosts(call, v)
		out.Hosts = hosts
		return out, err
	default:
		return nil, mxError(call, "mx", "true or a table from domains to hosts", v)
	}
	switch {
	case o.MTASTS != nil:
		return nil, onlyWithMX(call, "mta_sts")
	case o.TotalConnections != 0:
		return nil, onlyWithMX(call, "total_connections")
	}
	return nil, nil
}

func onlyWithMX(call, key string) error {
	return &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q is for a relay with mx", key)}
}

func mxHosts(call string, t *lua.LTable) (map[string][]string, error) {
	hosts := map[string][]string{}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		domain, ok := key.(lua.LString)
		if !ok {
			return nil, &OptionError{Call: call, Key: "mx", What: `option "mx" must be true or a table from domains to hosts, got a list`}
		}
		list, err := mxServers(call, fmt.Sprintf("mx['%s']", string(domain)), value)
		if err != nil {
			return nil, err
		}
		hosts[string(domain)] = list
	}
	return hosts, nil
}

// mxServers reads the hosts of one domain; none stands for a look-up.
func mxServers(call, key string, v lua.LValue) ([]string, error) {
	const want = "true, a host or a list of hosts"
	switch v := v.(type) {
	case lua.LBool:
		if bool(v) {
			return nil, nil
		}
	case lua.LString:
		return []string{string(v)}, nil
	case *lua.LTable:
		list, err := stringList(call, key, v)
		if err == nil && len(list) == 0 {
			err = mxError(call, key, want, v)
		}
		return list, err
	}
	return nil, mxError(call, key, want, v)
}

func mxError(call, key, want string, v lua.LValue) error {
	return &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q must be %s, got %s", key, want, describe(v))}
}

// mx sends to one host whatever the DNS would say, where all connections end in
// the same place anyway: nothing is looked up.
func (out Outbound) mx(m *relay.MX) *relay.MX {
	if m == nil || !out.Dry && out.Sink == nil && !out.Closed {
		return m
	}
	here := []string{"localhost"}
	if out.caught != nil {
		here = []string{checkedMX}
	}
	own := &relay.MX{Hosts: map[string][]string{}, NoPolicies: true}
	if m.Hosts == nil {
		own.Hosts["*"] = here
	}
	for domain := range m.Hosts {
		own.Hosts[domain] = here
	}
	return own
}
