package luabind

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"

	"moonpost/mime"
	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// identityOf is what the mail of a key is called in every attempt.
func identityOf(it *outbox.Item) mime.Identity {
	sum := sha256.Sum256([]byte("moonpost\x00" + it.Batch + "\x00" + it.Key))
	return mime.Identity{Token: hex.EncodeToString(sum[:16]), ID: it.MessageID}
}

// known is a message that will not change, and what it is called.
type known interface {
	outgoing
	MessageID() string
}

// identified gives a message as it is now, to be known by id.
func (p *luaPart) identified(id mime.Identity) (known, error) {
	if p.part == nil {
		return p.rendered.SnapshotAs(id)
	}
	return p.asMessage().SnapshotAs(id)
}

// mail gives a message to the outbox. It is for the thread of the state to which via belongs.
func (b *batch) mail(L *lua.LState, it *outbox.Item, m known) (*outbox.Mail, error) {
	out := &outbox.Mail{Message: m, MessageID: m.MessageID(), Relays: b.rt.waysFor(it, b.ways)}
	var err error
	if out.Sender, out.To, err = envelopeOf(m); err != nil {
		return nil, err
	}
	if via, ok := b.options.Via.(*lua.LFunction); ok {
		out.Relays, err = b.chosen(L, via, it, out, m)
	}
	return out, err
}

// envelopeOf is who gets a message from whom.
func envelopeOf(m outgoing) (from string, to []string, err error) {
	if wire, ok := m.(interface {
		WireEnvelope() (from string, to []string, ok bool)
	}); ok {
		if from, to, ok := wire.WireEnvelope(); ok {
			return from, to, nil
		}
	}
	from, to, _, err = m.Envelope()
	return from, to, err
}

// chosen asks the script which way a mail goes.
func (b *batch) chosen(L *lua.LState, via *lua.LFunction, it *outbox.Item, out *outbox.Mail, m known) ([]string, error) {
	d := &delivery{from: out.Sender, to: out.To, item: it, batch: it.Batch, head: headerOf(m), size: func() (int64, error) {
		encoded, err := m.Encode(false, false)
		if err != nil {
			return 0, err
		}
		return encoded.Size(), nil
	}}
	v, err := b.rt.invoke(L, via, b.rt.newObject(L, deliveryClassName, d))
	if err != nil {
		return nil, err
	}
	names, err := b.rt.viaNames(L, v)
	if err == nil {
		err = b.rt.checkWays(names)
	}
	if err != nil {
		return nil, &batchError{"batch.run: " + b.rt.chooser(via), err}
	}
	return b.rt.waysFor(it, names), nil
}

// headerOf reads the fields of a message. One of a template is made whole for it.
func headerOf(m known) func(name string) (string, bool) {
	return func(name string) (string, bool) {
		switch m := m.(type) {
		case *mime.Message:
			return m.Header().Get(name)
		case *mime.Rendered:
			if whole, err := m.Message(); err == nil {
				return whole.Header().Get(name)
			}
		}
		return "", false
	}
}

// render makes the mail of an item by the script's function, or by a template that needs the script's state. It is for
// that state's thread.
func (b *batch) render(L *lua.LState, it *outbox.Item) (*outbox.Mail, error) {
	row, err := b.rt.rowValue(it.Row)
	if err != nil {
		return nil, err
	}
	var v lua.LValue
	if b.text != nil {
		v, err = b.rt.invoke(L, L.NewFunction(guard("mime.template:render", b.rt.templateMessage)), b.options.Message, row)
	} else {
		v, err = b.rt.invoke(L, b.options.Message.(*lua.LFunction), row)
	}
	if err != nil {
		return nil, plainError(err)
	}
	if v == lua.LNil {
		return nil, nil
	}
	p := partOf(v)
	if p == nil {
		return nil, &argumentError{text: "the message function must return a mime part or nil, got " + optShown(v), hint: "return mime.message{…}"}
	}
	m, err := p.identified(identityOf(it))
	if err != nil {
		return nil, err
	}
	mail, err := b.mail(L, it, m)
	return mail, plainError(err)
}

// scriptRenderer renders on the script's own thread.
type scriptRenderer struct {
	b      *batch
	thread *thread
}

// Render implements outbox.Renderer.
func (r *scriptRenderer) Render(_ context.Context, it *outbox.Item) (m *outbox.Mail, err error) {
	if gone := r.thread.do(func() { m, err = r.b.render(r.thread.L, it) }); gone != nil {
		return nil, gone
	}
	return m, err
}

// templateRenderer fills a template on whatever goroutine, without the script.
type templateRenderer struct {
	b      *batch
	thread *thread // for via, where that is a function
}

// Render implements outbox.Renderer.
func (r *templateRenderer) Render(_ context.Context, it *outbox.Item) (*outbox.Mail, error) {
	m, err := r.b.text.fromJSON(it.Row)
	if err != nil {
		return nil, err
	}
	named, err := m.SnapshotAs(identityOf(it))
	if err != nil {
		return nil, err
	}
	if _, asks := r.b.options.Via.(*lua.LFunction); !asks {
		return r.b.mail(nil, it, named)
	}
	var mail *outbox.Mail
	gone := r.thread.do(func() { mail, err = r.b.mail(r.thread.L, it, named) })
	return mail, plainError(errors.Join(gone, err))
}

// fromJSON fills the template from a row as it is kept.
func (t *luaTemplate) fromJSON(row []byte) (*mime.Rendered, error) {
	tree, err := rowTree(row)
	if err != nil {
		return nil, err
	}
	if _, isTable := tree.(map[string]any); !isTable {
		if _, isList := tree.([]any); !isList {
			return nil, &argumentError{text: "mime.template: a row must be a table to fill a template", hint: "write message = function(row) return … end for rows that are strings"}
		}
	}
	values := make([]string, len(t.slots))
	reader := &rowReader{tree: tree, read: !holdsOdd(tree), value: lua.LTrue}
	for i := range t.slots {
		text, plain := treeText(tree, t.slots[i].path)
		if plain {
			values[i] = text
			continue
		}
		if !reader.read {
			return nil, &argumentError{text: "mime.template: the row has a table with both elements and named values"}
		}
		if values[i], err = t.slotText(i, reader); err != nil {
			return nil, err
		}
	}
	return t.engine.Render(values)
}

// fromTree tells whether the template can be filled without the script's state, by several goroutines at once.
func (t *luaTemplate) fromTree() bool {
	if t.engine == nil {
		return false
	}
	for i := range t.slots {
		if t.slots[i].render != nil {
			return false
		}
	}
	return true
}

// renderers gives the job those who render. stop ends further states.
func (b *batch) renderers(t *thread) (stop func(), err error) {
	if b.text != nil && b.text.fromTree() {
		r := &templateRenderer{b, t}
		b.job.Render = r
		for range max(b.options.States, runtime.GOMAXPROCS(0)) - 1 {
			b.job.Renderers = append(b.job.Renderers, r)
		}
		return func() {}, nil
	}
	b.job.Render = &scriptRenderer{b, t}
	return b.furtherStates()
}
