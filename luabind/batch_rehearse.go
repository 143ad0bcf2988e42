package luabind

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// checkedRows is how many rows of a batch a check renders.
const checkedRows = 100

// rehearse makes the job one of which nothing stays: a dry run shows its first mail, and does not wait for rates.
func (b *batch) rehearse() {
	host := b.rt.host
	b.job.Env.Confirm, b.job.Env.Watch, b.job.Tell = nil, nil, outbox.Callbacks{}
	if host.check != nil {
		b.job.Flags = outbox.Flags{}
	}
	if host.Preview != nil && host.Outbound.Dry {
		b.job.Render = &previewer{b: b, Renderer: b.job.Render}
	}
}

// previewer shows the first mail that it renders.
type previewer struct {
	outbox.Renderer
	b     *batch
	shown atomic.Bool
}

// Render implements outbox.Renderer.
func (p *previewer) Render(ctx context.Context, it *outbox.Item) (*outbox.Mail, error) {
	m, err := p.Renderer.Render(ctx, it)
	if m == nil || err != nil || p.shown.Swap(true) {
		return m, err
	}
	return m, p.show(it, m)
}

func (p *previewer) show(it *outbox.Item, m *outbox.Mail) error {
	_, _, needUTF8, err := m.Message.Envelope()
	if err != nil {
		return err
	}
	encoded, err := m.Message.Encode(false, needUTF8)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "batch %s: the first mail, %s, from <%s> to %s:\n\n", it.Batch, it.Key, m.Sender, listed(m.To))
	if _, err := encoded.WriteTo(&text); err != nil {
		return err
	}
	_, err = p.b.rt.host.Preview.Write(cutShort(bytes.ReplaceAll(text.Bytes(), []byte("\r\n"), []byte("\n"))))
	return err
}

// previewLines is how many lines of a mail are shown.
const previewLines = 60

// cutShort cuts a text that is too long to be looked at.
func cutShort(text []byte) []byte {
	text = bytes.TrimRight(text, "\n")
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines) > previewLines+5 {
		text = fmt.Appendf(bytes.Join(lines[:previewLines], nil), "… and %d lines more", len(lines)-previewLines)
	}
	return append(text, "\n\n"...)
}

// listed writes addresses for people.
func listed(addresses []string) string {
	var b bytes.Buffer
	for i, a := range addresses {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("<" + a + ">")
	}
	return b.String()
}

// batchChecked tells a check what the rehearsal of a batch found.
func (r *rehearsal) batchChecked(L *lua.LState, s *outbox.Summary) {
	if r == nil {
		return
	}
	where := whereabouts(L)
	r.mu.Lock()
	defer r.mu.Unlock()
	file, line := r.place(where)
	for _, c := range s.Errors {
		f := Finding{File: file, Line: line, Message: fmt.Sprintf("batch %q: of the first rows, %d cannot be mailed: %s", s.Batch, c.N, c.Text), Hint: c.Hint}
		if c.Key != "" {
			f.Message += fmt.Sprintf(" (key %s)", optQuote(c.Key))
		}
		r.add(f)
	}
	switch rows := s.Sent + s.Failed + s.Skipped + s.Deferred + s.BadRows + s.Duplicate; {
	case rows == 0:
		r.add(Finding{File: file, Line: line, Note: true, Message: fmt.Sprintf("batch %q: the source gave no rows", s.Batch)})
	case rows >= checkedRows:
		r.add(Finding{File: file, Line: line, Note: true, Message: fmt.Sprintf("batch %q: the first %d rows were tried; moonpost run --dry-run tries all", s.Batch, rows)})
	}
}
