package luabind

import (
	"fmt"
	"strings"
	"time"

	"moonpost/outbox"
	"moonpost/sink"

	lua "github.com/yuin/gopher-lua"
)

// rehearsedPuts are what a rehearsal would have put, by key, so that a script that looks for its mail
// finds it.
type rehearsedPuts map[string][]outbox.Item

func (r *rehearsedPuts) keep(key string, m *outbox.NewMail, now time.Time) {
	if key == "" {
		return
	}
	if *r == nil {
		*r = rehearsedPuts{}
	}
	var items []outbox.Item
	for i, p := range m.Parts {
		items = append(items, outbox.Item{
			Key: key, Part: i, State: outbox.Ready, Recipients: p.Recipients, MessageID: m.MessageID,
			Due: m.Due, Expires: m.Expires, Created: now,
		})
	}
	(*r)[key] = items
}

// cancel withdraws what would have been put.
func (r rehearsedPuts) cancel(key string) bool {
	items := r[key]
	open := len(items) > 0 && items[0].State == outbox.Ready
	if open {
		for i := range items {
			items[i].State = outbox.Cancelled
		}
	}
	return open
}

// rehearsePut checks all that can be checked, shows the mail to a check, and sends a test mail where all goes to one address.
func (rt *Runtime) rehearsePut(L *lua.LState, l *outbox.Letter) (state string, err error) {
	m, err := l.Mail(rt.host.Wall())
	if err != nil {
		return "", err
	}
	if check := rt.host.check; check != nil {
		check.at(L)
		var to []string
		for _, p := range m.Parts {
			to = append(to, p.Recipients...)
		}
		check.caught("the queue, for "+strings.Join(l.Relays, " or "), sink.DryMail{From: m.Sender, To: to, Size: int64(len(m.Body)), Content: m.Body})
	}
	rt.rehearsedPuts.keep(l.Key, &m, rt.host.Wall())
	if rt.host.Outbound.Dry {
		return "dry", nil
	}
	way, err := rt.relayNamed(l.Relays[0])
	if err != nil {
		rt.host.Logger.Warn(fmt.Sprintf("not sent as a test mail: this script has no relay %s", optQuote(l.Relays[0])))
		return "redirected", nil
	}
	rt.inRelay(L, func() { _, err = way.Send(rt.base, l.Message, nil) })
	return "redirected", err
}
