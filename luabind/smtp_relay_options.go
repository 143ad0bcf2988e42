package luabind

import (
	"fmt"
	"time"

	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// relayOptions are those of smtp.connect and the pool's own.
type relayOptions struct {
	connectOptions        `lua:",embed"`
	Name                  string         `lua:"name" doc:"the relay's identity" default:"user@host:port, or mx"`
	Fallback              lua.LValue     `lua:"fallback" type:"string|(string|smtp.ConnectOptions)[]" doc:"further servers, each a URL or a table, tried in this order when one can't be had or says 4xx before anybody got the message"`
	MX                    lua.LValue     `lua:"mx" type:"boolean|table<string, boolean|string|string[]>" doc:"straight to the mail hosts of the recipients' domains; a table gives fixed hosts to some domains, [\"*\"] to the others, and true stands for a look-up"`
	MTASTS                *bool          `lua:"mta_sts" doc:"with mx: heed the domains' MTA-STS policies (RFC 8461)" default:"true"`
	Connections           int            `lua:"connections" min:"1" max:"1000" doc:"connections at most; with mx, to each domain" default:"4; with mx 2"`
	TotalConnections      int            `lua:"total_connections" min:"1" max:"10000" doc:"with mx: connections at most to all domains, beside as many to servers that have said nothing for two seconds" default:"64"`
	MessagesPerConnection int            `lua:"messages_per_connection" min:"1" doc:"messages after which a connection is replaced" default:"no limit"`
	Idle                  *time.Duration `lua:"idle" min:"1ms" doc:"how long an unused connection is kept" default:"30s"`
	Lifetime              *time.Duration `lua:"lifetime" min:"1ms" doc:"age at which a connection is replaced" default:"no limit"`
	Queue                 int            `lua:"queue" min:"1" doc:"messages that may wait for a connection before submit does" default:"64; with per_domain or mx 4096"`
	Rate                  []string       `lua:"rate" one:"true" doc:"messages at most, such as \"14/s\" or { \"14/s\", \"50000/d\" }; evenly spaced, counted within this process"`
	RecipientRate         []string       `lua:"recipient_rate" one:"true" doc:"recipients at most, written as rate"`
	Burst                 lua.LValue     `lua:"burst" type:"integer|integer[]" doc:"messages or recipients that may go at once before the rates hold; a list gives each rate its own" default:"1"`
	PerDomain             *lua.LTable    `lua:"per_domain" type:"table<string, smtp.DomainLimits>" doc:"limits by domain of the recipients; [\"*\"] is for each domain that isn't named. Mail that waits for them holds up no other"`
	SlowDownOn            string         `lua:"slow_down_on" doc:"a Lua pattern: replies that it matches (\"454 4.7.0 Throttling …\", from the code or from the enhanced status on) ask for less mail, as 421 and 454 always do. The relay halves its rate then, and climbs back slowly"`
	FailoverOn            string         `lua:"failover_on" doc:"a Lua pattern: a refusal for good that it matches is tried with the next server or relay too"`
	OnResult              *lua.LFunction `lua:"on_result" doc:"called with each result during later calls, in place of results()"`
}

// domainOptions are the limits of one domain in per_domain.
type domainOptions struct {
	Connections           int        `lua:"connections" min:"1" max:"1000" doc:"messages on their way to the domain at once; with mx, connections"`
	MessagesPerConnection int        `lua:"messages_per_connection" min:"1" doc:"messages to the domain after which a connection is replaced"`
	Rate                  []string   `lua:"rate" one:"true" doc:"messages at most"`
	RecipientRate         []string   `lua:"recipient_rate" one:"true" doc:"recipients at most"`
	Burst                 lua.LValue `lua:"burst" type:"integer|integer[]" doc:"messages or recipients that may go at once before the rates hold" default:"1"`
}

// relayEngine turns the options into the pool's.
func (rt *Runtime) relayEngine(L *lua.LState, call string, o *relayOptions) (relay.Options, error) {
	out := relay.Options{
		Name: o.Name, Connections: o.Connections, TotalConnections: o.TotalConnections, InFlight: o.InFlight,
		MessagesPerConnection: o.MessagesPerConnection, Queue: o.Queue, Mono: rt.host.Mono, Wall: rt.host.Wall,
	}
	if _, isFunction := o.Debug.(*lua.LFunction); isFunction {
		return out, &argumentError{text: call + `: option "debug" must be 0, 1 or 2: a relay's connections run in the background`}
	}
	if o.Idle != nil {
		out.Idle = *o.Idle
	}
	if o.Lifetime != nil {
		out.Lifetime = *o.Lifetime
	}
	if err := rt.relayLimits(call, o, &out); err != nil {
		return out, err
	}
	return out, rt.relayPlaces(L, call, o, &out)
}

// relayPlaces reads where the relay sends.
func (rt *Runtime) relayPlaces(L *lua.LState, call string, o *relayOptions, out *relay.Options) (err error) {
	if out.SMTP, err = o.connectOptions.engine(rt.host, call); err != nil {
		return err
	}
	token, _ := o.Token.(*lua.LFunction)
	out.SMTP.Credentials.TokenFunc = rt.relayTokenFunc(token)
	if out.MX, err = mxOption(call, o); err != nil {
		return err
	}
	if out.MX == nil && out.SMTP.Host == "" && out.SMTP.Socket == "" {
		out.SMTP.Host = "localhost" // as smtp.connect does
	}
	if out.Fallbacks, err = rt.fallbacks(L, call, o); err != nil {
		return err
	}
	return rt.finishOptions(call, &out.SMTP, o.Debug, nil)
}

// fallbacks reads the servers after the first: one URL, or a list of URLs and
// tables. An element without a name stands for itself.
func (rt *Runtime) fallbacks(L *lua.LState, call string, o *relayOptions) (list []smtp.Options, err error) {
	const shape = `%s: option "fallback" must be a URL or a list of URLs and option tables, got %s`
	var elements []lua.LValue
	switch v := o.Fallback.(type) {
	case nil, *lua.LNilType:
		return nil, nil
	case lua.LString:
		elements = []lua.LValue{v}
	case *lua.LTable:
		for i := 1; i <= v.Len(); i++ {
			elements = append(elements, v.RawGetInt(i))
		}
		if key, _ := optAfter(v, len(elements)); key != lua.LNil {
			return nil, &argumentError{text: fmt.Sprintf(shape, call, "a table with named keys"), hint: "write fallback = { { host = … } }"}
		}
	default:
		return nil, &argumentError{text: fmt.Sprintf(shape, call, describe(v))}
	}
	for i, v := range elements {
		one, err := rt.fallback(L, fmt.Sprintf("%s: fallback[%d]", call, i+1), v, o)
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (rt *Runtime) fallback(L *lua.LState, call string, v lua.LValue, main *relayOptions) (smtp.Options, error) {
	L.Push(v)
	defer L.Pop(1)
	table, err := connectTable(L, call, L.GetTop())
	if err != nil {
		return smtp.Options{}, err
	}
	var o connectOptions
	if err := bindOptions(call, table, &o); err != nil {
		return smtp.Options{}, err
	}
	one, err := o.engine(rt.host, call)
	if err != nil {
		return one, err
	}
	token, _ := o.Token.(*lua.LFunction)
	one.Credentials.TokenFunc = rt.relayTokenFunc(token)
	return one, rt.finishOptions(call, &one, main.Debug, nil)
}
