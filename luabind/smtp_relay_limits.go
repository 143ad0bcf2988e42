package luabind

import (
	"fmt"
	"reflect"

	"moonpost/luabind/lua51"
	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// relayLimits reads rates, bursts and the limits by domain.
func (rt *Runtime) relayLimits(call string, o *relayOptions, out *relay.Options) (err error) {
	if out.Rates, err = parseRates(o.Rate); err != nil {
		return err
	}
	if out.RecipientRates, err = parseRates(o.RecipientRate); err != nil {
		return err
	}
	if out.Burst, out.Bursts, err = bursts(call, "burst", o.Burst); err != nil {
		return err
	}
	if out.PerDomain, err = perDomain(call, o.PerDomain); err != nil {
		return err
	}
	return relayPatterns(call, o, out)
}

// relayPatterns reads the patterns that replies are compared with.
func relayPatterns(call string, o *relayOptions, out *relay.Options) (err error) {
	out.SlowDownOnName, out.FailoverOnName = o.SlowDownOn, o.FailoverOn
	if out.SlowDownOn, err = relayPattern(call, "slow_down_on", o.SlowDownOn); err != nil {
		return err
	}
	out.FailoverOn, err = relayPattern(call, "failover_on", o.FailoverOn)
	return err
}

func relayPattern(call, key, pattern string) (func(smtp.Reply) bool, error) {
	matches, err := replyPattern(call, key, pattern)
	if matches == nil {
		return nil, err
	}
	return func(r smtp.Reply) bool { return matches(r.Code, "", r.Text()) }, nil
}

func parseRates(texts []string) (list []relay.Rate, err error) {
	for _, text := range texts {
		rate, err := relay.ParseRate(text)
		if err != nil {
			return nil, err
		}
		list = append(list, rate)
	}
	return list, nil
}

// bursts reads one number for all rates, or a list with one for each.
func bursts(call, key string, v lua.LValue) (one int, list []int, err error) {
	switch v := v.(type) {
	case nil, *lua.LNilType:
		return 0, nil, nil
	case lua.LNumber:
		if isBurst(v) {
			return int(v), nil, nil
		}
	case *lua.LTable:
		for i := 1; i <= v.Len(); i++ {
			n, ok := v.RawGetInt(i).(lua.LNumber)
			if !ok || !isBurst(n) {
				return 0, nil, burstError(call, fmt.Sprintf("%s[%d]", key, i), v.RawGetInt(i))
			}
			list = append(list, int(n))
		}
		if after, _ := optAfter(v, len(list)); after == lua.LNil {
			return 0, list, nil
		}
	}
	return 0, nil, burstError(call, key, v)
}

func isBurst(n lua.LNumber) bool { return n >= 1 && n <= 1e9 && optIsWhole(float64(n)) }

func burstError(call, key string, v lua.LValue) error {
	got := describe(v)
	if n, ok := v.(lua.LNumber); ok {
		got = lua51.Plain(n)
	}
	return &OptionError{Call: call, Key: key, What: fmt.Sprintf("option %q must be a whole number from 1 or a list of such numbers, got %s", key, got)}
}

// perDomain reads the limits of each domain.
func perDomain(call string, t *lua.LTable) (map[string]relay.DomainLimits, error) {
	if t == nil {
		return nil, nil
	}
	all := map[string]relay.DomainLimits{}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		domain, ok := key.(lua.LString)
		limits, isTable := value.(*lua.LTable)
		if !ok || !isTable {
			return nil, &OptionError{Call: call, Key: "per_domain", What: fmt.Sprintf("option %q must map domains to tables of limits, got %s for %s", "per_domain", describe(value), optPlain(key))}
		}
		one, err := domainLimits(call, fmt.Sprintf("per_domain['%s'].", string(domain)), limits)
		if err != nil {
			return nil, err
		}
		all[string(domain)] = one
	}
	return all, nil
}

func domainLimits(call, prefix string, t *lua.LTable) (out relay.DomainLimits, err error) {
	var o domainOptions
	b := optBinder{call: call, prefix: prefix, mapped: true}
	if err := b.bind(t, reflect.ValueOf(&o).Elem()); err != nil {
		return out, err
	}
	out.Connections, out.MessagesPerConnection = o.Connections, o.MessagesPerConnection
	if out.Rates, err = parseRates(o.Rate); err != nil {
		return out, err
	}
	if out.RecipientRates, err = parseRates(o.RecipientRate); err != nil {
		return out, err
	}
	out.Burst, out.Bursts, err = bursts(call, prefix+"burst", o.Burst)
	return out, err
}
