package luabind

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"moonpost/luabind/lua51"
	"moonpost/relay"

	lua "github.com/yuin/gopher-lua"
)

// routeModule is `route`: which way mail goes, and how fast.
func routeModule(rt *Runtime) Module {
	return Module{
		Name: "route", Doc: "Where mail goes: named relays, pools that share it, limits by domain, and functions that choose. It is asked by `batch.run` and `outbox` where `via` is not given, or names a pool. `moonpost route explain` shows what it says.",
		Functions: []Function{
			{"relay", "(name: string, options: string|smtp.RelayOptions)", "Defines a relay, as smtp.relay would make it. It is made when mail goes through it for the first time.",
				"local route = require \"route\"\nroute.relay(\"ses\", { url = env.SMTP_URL, rate = \"14/s\", connections = 10, slow_down_on = \"^454\" })", rt.routeRelay},
			{"pool", "(name: string, members: (string|smtp.Relay|route.Member)[])", "Names a pool of relays and other pools, which share its mail by weight; those that are down give their share to the rest. Mail that one can't take goes on to the others, the heaviest first.",
				"local route = require \"route\"\nroute.relay(\"ses\", env.SMTP_URL)\nroute.relay(\"own\", { mx = true })\nroute.pool(\"bulk\", { { \"ses\", weight = 3 }, { \"own\", weight = 1 } })", rt.routePool},
			{"limit", "(domain: string, limits: smtp.DomainLimits)", "Limits the mail of every relay to a domain; \"*\" is for each domain that isn't named. What a relay's own per_domain says stands before it. It comes before the relays are used.",
				"local route = require \"route\"\nroute.limit(\"gmail.com\", { connections = 5, messages_per_connection = 50, rate = \"20/s\" })", rt.routeLimit},
			{"preset", "(...: string): string[]", "Limits the mail that relays with mx send to large providers, by what these document or careful senders do: gmail, outlook, yahoo, icloud, gmx (with web.de), proton, t-online; without a name all of them. What route.limit and per_domain say stands before it. Gives the domains.",
				"local route = require \"route\"\nlocal domains = route.preset(\"gmail\", \"outlook\")\nprint(domains[1]) --> gmail.com", rt.routePreset},
			{"choose", "(fn: fun(delivery: batch.Delivery): string|smtp.Relay|(string|smtp.Relay)[])", "Sets the function that says which way a mail goes: a relay, a pool, or a list of these in order of failover.",
				"local route = require \"route\"\nroute.relay(\"ses\", env.SMTP_URL)\nroute.relay(\"own\", { mx = true })\nroute.choose(function(d)\n  return d.domain == \"partner.example\" and { \"own\", \"ses\" } or \"ses\"\nend)", rt.routeChoose},
			{"on_deferred", "(fn: fun(delivery: batch.Delivery, reply: batch.Reply): string|smtp.Relay|(string|smtp.Relay)[]|{ relay: any }?)", "Sets the function that may send the next try of a mail another way; nil leaves it as it is.",
				"local route = require \"route\"\nroute.relay(\"ses\", env.SMTP_URL)\nroute.on_deferred(function(d, reply)\n  if d.attempts >= 3 then return { relay = \"ses\" } end\nend)", rt.routeOnDeferred},
		},
		Types: []string{routeMemberClass},
	}
}

const routeMemberClass = `---@class route.Member
---@field [1] string|smtp.Relay a relay or pool
---@field weight? integer its share of the pool's mail, beside those of the others (default: 1)`

func (rt *Runtime) routeRelay(L *lua.LState) int {
	const call = "route.relay"
	name := argString(L, call, 1, "name")
	table, err := connectTable(L, call, 2)
	if err != nil {
		raise(L, err)
	}
	var o relayOptions
	if err := bindOptions(call, table, &o); err != nil {
		raise(L, err)
	}
	switch {
	case name == "":
		raiseArgument(L, call+": name must not be empty")
	case o.Name != "" && o.Name != name:
		raiseArgument(L, fmt.Sprintf("%s: the relay is called %s, and its options call it %s", call, optQuote(name), optQuote(o.Name)))
	}
	engine, err := rt.relayEngine(L, call, &o)
	if err == nil {
		engine.Name = name
		err = rt.planRelay(call, engine, o.OnResult, whereabouts(L))
	}
	if err != nil {
		raise(L, err)
	}
	return 0
}

func (rt *Runtime) routePool(L *lua.LState) int {
	const call = "route.pool"
	name := argString(L, call, 1, "name")
	members, err := poolMembers(call, argTable(L, call, 2, "members"))
	if err != nil {
		raise(L, err)
	}
	rt.knowRelays()
	if err := rt.routes.dir.AddPool(name, members); err != nil {
		raise(L, directoryFault(call, err))
	}
	rt.routes.place("pool "+name, whereabouts(L))
	return 0
}

// poolMembers reads { { "ses", weight = 3 }, "own" }.
func poolMembers(call string, list *lua.LTable) (members []relay.Member, err error) {
	n := list.Len()
	if key, _ := optAfter(list, n); key != lua.LNil {
		return nil, &argumentError{text: call + `: members must be a list, such as { { "ses", weight = 3 }, { "own", weight = 1 } }`}
	}
	for i := 1; i <= n; i++ {
		m, err := poolMember(list.RawGetInt(i))
		if err != nil {
			return nil, fmt.Errorf("%s: members[%d]: %w", call, i, err)
		}
		members = append(members, m)
	}
	return members, nil
}

func poolMember(v lua.LValue) (m relay.Member, err error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		m.Name, err = viaName(v)
		m.Weight = 1
		return m, err
	}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		switch key {
		case lua.LNumber(1):
			if m.Name, err = viaName(value); err != nil {
				return m, err
			}
		case lua.LString("weight"):
			if m.Weight, err = poolWeight(value); err != nil {
				return m, err
			}
		default:
			return m, &argumentError{text: fmt.Sprintf("%s is no part of a member", optPlain(key)), hint: `write { "ses", weight = 3 }`}
		}
	}
	if t.RawGetString("weight") == lua.LNil {
		m.Weight = 1
	}
	if m.Name == "" {
		return m, viaFault("a member must begin with "+viaShape, t.RawGetInt(1))
	}
	return m, nil
}

func poolWeight(v lua.LValue) (int, error) {
	n, ok := v.(lua.LNumber)
	if !ok || !optIsWhole(float64(n)) || math.Abs(float64(n)) > 1e9 {
		return 0, &argumentError{text: "weight must be a whole number, got " + optShown(v)}
	}
	return int(n), nil
}

// directoryFault names the call in an error of the directory, and the name that may
// have been meant.
func directoryFault(call string, err error) error {
	e := &argumentError{text: call + ": " + err.Error()}
	var wrong *relay.DirectoryError
	if errors.As(err, &wrong) && wrong.Known != nil {
		if near := Nearest(wrong.Name, wrong.Known); near != "" {
			e.text += fmt.Sprintf("; did you mean %q?", near)
		}
		e.hint = fmt.Sprintf("route.relay(%q, …) or route.pool(%q, …) comes first", wrong.Name, wrong.Name)
	}
	return e
}

func (rt *Runtime) routeLimit(L *lua.LState) int {
	const call = "route.limit"
	domain := argString(L, call, 1, "domain")
	limits, err := domainLimits(call, "", argTable(L, call, 2, "limits"))
	if err == nil {
		err = rt.routes.limit(call, domain, limits, whereabouts(L))
	}
	if err != nil {
		raise(L, err)
	}
	return 0
}

func (rt *Runtime) routePreset(L *lua.LState) int {
	const call = "route.preset"
	var names []string
	for i := 1; i <= L.GetTop(); i++ {
		names = append(names, argString(L, call, i, "name"))
	}
	domains, err := rt.routes.preset(call, names, whereabouts(L))
	if err != nil {
		raise(L, err)
	}
	L.Push(luaList(L, domains))
	return 1
}

func (rt *Runtime) routeChoose(L *lua.LState) int {
	rt.routes.choose = argFunction(L, "route.choose", 1, "fn")
	rt.routes.place("choose", whereabouts(L))
	return 0
}

func (rt *Runtime) routeOnDeferred(L *lua.LState) int {
	rt.routes.deferred = argFunction(L, "route.on_deferred", 1, "fn")
	rt.routes.place("on_deferred", whereabouts(L))
	return 0
}

// limitTexts lists limits as a script writes them, for people.
func limitTexts(d relay.DomainLimits) (list []string) {
	if d.Connections > 0 {
		list = append(list, fmt.Sprintf("connections %d", d.Connections))
	}
	if d.MessagesPerConnection > 0 {
		list = append(list, fmt.Sprintf("messages_per_connection %d", d.MessagesPerConnection))
	}
	return append(list, rateTexts(d.Rates, d.RecipientRates, d.Burst, d.Bursts)...)
}

func rateTexts(rates, recipientRates []relay.Rate, burst int, bursts []int) (list []string) {
	if text := joinRates(rates); text != "" {
		list = append(list, "rate "+text)
	}
	if text := joinRates(recipientRates); text != "" {
		list = append(list, "recipient_rate "+text)
	}
	if len(bursts) > 0 {
		list = append(list, "burst "+strings.Trim(fmt.Sprint(bursts), "[]"))
	} else if burst > 1 {
		list = append(list, "burst "+lua51.Plain(lua.LNumber(burst)))
	}
	return list
}

func joinRates(rates []relay.Rate) string {
	texts := make([]string, len(rates))
	for i, r := range rates {
		texts[i] = r.String()
	}
	return strings.Join(texts, " and ")
}
