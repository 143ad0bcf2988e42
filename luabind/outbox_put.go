package luabind

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"moonpost/outbox"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// letterOptions are what outbox.put and outbox.send ask for.
type letterOptions struct {
	Key    string         `lua:"key" doc:"what the message is known by: it is sent once, however often it is put" default:"a new one"`
	Via    lua.LValue     `lua:"via" type:"string|smtp.Relay|table|function" doc:"the relay that takes it, by name or as it is, a list in order of failover, or a function that gets a batch.Delivery and gives one of these" default:"what route.choose says, else the script's only relay"`
	From   *string        `lua:"from" doc:"envelope sender instead of the message's; \"\" is the null sender"`
	To     []string       `lua:"to" one:"true" doc:"envelope recipients instead of the message's"`
	Before lua.LValue     `lua:"not_before" type:"number|string|time.Time" doc:"when it may be sent: a date, or a time from now such as \"2h\"" default:"at once"`
	End    lua.LValue     `lua:"expires" type:"number|string|time.Time" doc:"when it is too late: what has not been sent by then fails" default:"never"`
	KeyTTL *time.Duration `lua:"key_ttl" min:"1ms" doc:"after which the key may be used again" default:"never"`
	Strict bool           `lua:"strict" doc:"raise where the key was put before with another message"`
}

// putOptions are the options of outbox.put.
type putOptions struct {
	letterOptions `lua:",embed"`
}

func (rt *Runtime) outboxPut(L *lua.LState) int {
	const call = "outbox.put"
	part := rt.checkPart(L, 1, call)
	var o putOptions
	rt.letterTable(L, call, 2, &o)
	l, err := rt.letter(L, call, part, &o.letterOptions)
	if err != nil {
		raise(L, err)
	}
	id, state, err := rt.put(L, call, l, o.Strict)
	if err != nil {
		raise(L, err)
	}
	L.Push(lua.LNumber(id))
	L.Push(lua.LString(state))
	return 2
}

// letterTable reads the options at argument n; addresses may be tables.
func (rt *Runtime) letterTable(L *lua.LState, call string, n int, out any) {
	if L.Get(n) == lua.LNil {
		return
	}
	t, err := sendOptionsTable(L, call, n)
	if err == nil {
		err = readOptions(call, t, out)
	}
	if err != nil {
		raise(L, err)
	}
}

// letter makes what is put of a message and the options.
func (rt *Runtime) letter(L *lua.LState, call string, part *luaPart, o *letterOptions) (*outbox.Letter, error) {
	message, err := part.snapshot()
	if err != nil {
		return nil, err
	}
	l := &outbox.Letter{
		Message: addressed(message, &smtp.SendOptions{From: o.From, To: o.To}), Key: o.Key, Alike: sameMail,
	}
	if o.KeyTTL != nil {
		l.KeyTTL = *o.KeyTTL
	}
	if l.NotBefore, err = momentOf(call, "not_before", o.Before, rt.host.Wall()); err != nil {
		return nil, err
	}
	if l.Expires, err = momentOf(call, "expires", o.End, rt.host.Wall()); err != nil {
		return nil, err
	}
	l.Relays, err = rt.letterWay(L, call, part, l.Message, o.Via)
	return l, err
}

// letterWay reads via.
func (rt *Runtime) letterWay(L *lua.LState, call string, part *luaPart, m smtp.Message, via lua.LValue) (names []string, err error) {
	via = rt.viaOr(via)
	if choose, ok := via.(*lua.LFunction); ok {
		d := &delivery{head: part.headText}
		if d.from, d.to, _, err = m.Envelope(); err != nil {
			return nil, err
		}
		d.size = func() (int64, error) { return sizeOf(m) }
		L.Push(choose)
		L.Push(rt.newObject(L, deliveryClassName, d))
		L.Call(1, 1)
		via = L.Get(-1)
		L.Pop(1)
	}
	if via == nil || via == lua.LNil {
		names, err = rt.viaDefault()
	} else {
		names, err = rt.viaNames(L, via)
	}
	if err != nil {
		return nil, callFault(call, err)
	}
	return rt.resolveWays(names), nil
}

// headText gives a decoded field of the message.
func (p *luaPart) headText(name string) (string, bool) {
	if p.whole() != nil {
		return "", false
	}
	return p.part.Header().Get(name)
}

// sizeOf is how many octets the message has in its 7-bit form.
func sizeOf(m smtp.Message) (int64, error) {
	encoded, err := m.Encode(false, false)
	if err != nil {
		return 0, err
	}
	return encoded.Size(), nil
}

// put puts the letter, or does what a rehearsal does in its place.
func (rt *Runtime) put(L *lua.LState, call string, l *outbox.Letter, strict bool) (id int64, state string, err error) {
	if rt.rehearsing() {
		state, err = rt.rehearsePut(L, l)
		return 0, state, letterFault(call, err)
	}
	store, err := rt.store(rt.base)
	if err != nil {
		return 0, "", err
	}
	r, err := outbox.Put(rt.base, store, *l, rt.host.Wall())
	switch {
	case err != nil:
		return 0, "", letterFault(call, err)
	case r.Duplicate == nil:
		return r.ID, "queued", nil
	case r.Same:
	case strict:
		return 0, "", &argumentError{text: fmt.Sprintf("%s: key %s was put before with another message", call, optQuote(l.Key)), hint: "another key sends it too; without strict = true it is left out with a warning"}
	default:
		rt.host.Logger.Warn(fmt.Sprintf("%s: key %s was put before with another message; this one is left out", call, optQuote(l.Key)))
	}
	return r.ID, "duplicate", nil
}

// letterFault names the call in errors about the letter itself; the builder's get its name when they are raised.
func letterFault(call string, err error) error {
	var wrong *outbox.LetterError
	if errors.As(err, &wrong) {
		return callFault(call, err)
	}
	return err
}

// sameMail tells whether two messages say the same: what the builder draws for each may differ.
func sameMail(a, b []byte) bool {
	plain := func(b []byte) string { return maskMail(strings.ReplaceAll(string(b), "\r\n", "\n")) }
	return plain(a) == plain(b)
}
