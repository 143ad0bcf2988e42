package mime

import (
	"strings"
	"testing"
)

const tokenA, tokenB = "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"

// TestSnapshotAs: a message is known by the same identifier in every process, and the script's own object stays as it
// was.
func TestSnapshotAs(t *testing.T) {
	m := basic(t, func(*Spec) {})
	a, b := must(m.SnapshotAs(Identity{Token: tokenA})), must(m.SnapshotAs(Identity{Token: tokenB}))
	if m.MessageID() != "" || a.MessageID() != tokenA+"@example.org" || b.MessageID() != tokenB+"@example.org" {
		t.Error(m.MessageID(), a.MessageID(), b.MessageID())
	}
	if id := headerOf(t, octetsOf(t, a, false, false), "Message-ID"); id != "Message-ID: <"+tokenA+"@example.org>" {
		t.Error(id)
	}
	if c := must(m.SnapshotAs(Identity{Token: tokenA, ID: "old@x.example"})); c.MessageID() != "old@x.example" {
		t.Error(c.MessageID())
	}
	own := basic(t, func(s *Spec) { s.MessageID = "mine@x.example" })
	if c := must(own.SnapshotAs(Identity{Token: tokenA})); c.MessageID() != "mine@x.example" {
		t.Error(c.MessageID())
	}
	if c := must(own.SnapshotAs(Identity{Token: tokenA, ID: "old@x.example"})); c.MessageID() != "old@x.example" || own.MessageID() != "mine@x.example" {
		t.Error(c.MessageID(), own.MessageID())
	}
	read := Parse([]byte("From: a@x.example\r\n\r\nhi\r\n"), ParseOptions{}, fixedEnv())
	if c := must(read.SnapshotAs(Identity{Token: tokenA})); c.MessageID() != tokenA+"@x.example" || read.MessageID() != "" {
		t.Error(c.MessageID(), read.MessageID())
	}
	nobody := basic(t, func(s *Spec) { s.From = nil })
	if c := must(nobody.SnapshotAs(Identity{Token: tokenA})); c.MessageID() != tokenA+"@"+fallbackDomain {
		t.Error(c.MessageID())
	}
}

func TestRenderedSnapshotAs(t *testing.T) {
	spec := func(id string) TemplateSpec {
		return TemplateSpec{From: people(t, "a@x.example"), To: people(t, "b@x.example"), Subject: gapped("{{0}}"), Text: gappedPtr("{{1}}"), MessageID: gapped(id)}
	}
	tmpl := must(NewTemplate(spec(""), fixedEnv()))
	for _, text := range []string{"plain", "ü", strings.Repeat("long ", 300)} {
		r := rendered(t, tmpl, "x", text)
		a := must(r.SnapshotAs(Identity{Token: tokenA}))
		b := must(r.SnapshotAs(Identity{Token: tokenB})) // the script gave one message for two rows
		for of, want := range map[*Rendered]string{a: tokenA + "@x.example", b: tokenB + "@x.example", must(r.SnapshotAs(Identity{Token: tokenA, ID: "old@x.example"})): "old@x.example"} {
			if id := headerOf(t, octetsOf(t, of, false, false), "Message-ID"); id != "Message-ID: <"+want+">" || of.MessageID() != want {
				t.Error(id, of.MessageID(), want)
			}
			if !strings.Contains(octetsOf(t, of, true, true), "<"+want+">") {
				t.Error(want)
			}
		}
		again := must(rendered(t, tmpl, "x", text).SnapshotAs(Identity{Token: tokenA, ID: tokenA + "@x.example"}))
		if again.MessageID() != tokenA+"@x.example" {
			t.Error(again.MessageID())
		}
	}
	seen := rendered(t, tmpl, "x", "y")
	id := strings.TrimPrefix(headerOf(t, octetsOf(t, seen, false, false), "Message-ID"), "Message-ID: ")
	if got := must(seen.SnapshotAs(Identity{Token: tokenA})).MessageID(); "<"+got+">" != id {
		t.Errorf("it showed %s and is %s", id, got)
	}
	given := must(NewTemplate(spec("{{0}}@own.example"), fixedEnv()))
	if got := must(rendered(t, given, "x", "y").SnapshotAs(Identity{Token: tokenA})).MessageID(); got != "x@own.example" {
		t.Error(got)
	}
	if got := must(rendered(t, given, "x", "y").SnapshotAs(Identity{Token: tokenA, ID: "old@x.example"})).MessageID(); got != "old@x.example" {
		t.Error(got)
	}
}
