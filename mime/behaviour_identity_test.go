package mime

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestBehaviour089_Date(t *testing.T) {
	if got := headerOf(t, wire(t, basic(t, nil)), "Date"); got != "Date: Sun, 01 Mar 2026 09:30:00 +0100" {
		t.Error(got)
	}
	for given, want := range map[string]string{
		"3 Mar 2026 08:05 +0100": "Tue, 03 Mar 2026 08:05:00 +0100", "Mon, 3 Mar 2026 08:05:00 +0100": "Tue, 03 Mar 2026 08:05:00 +0100", "Tue, 3 Mar 2026 08:05:00 -0500 (EST)": "Tue, 03 Mar 2026 08:05:00 -0500",
		"2026-03-03T08:05:09Z": "Tue, 03 Mar 2026 08:05:09 +0000", "2026-03-03 08:05": "Tue, 03 Mar 2026 08:05:00 -0000", "2026-03-03": "Tue, 03 Mar 2026 00:00:00 -0000", "Tue, 3 Mar 2026 08:05:00 -0000": "Tue, 03 Mar 2026 08:05:00 -0000",
	} {
		wantField(t, "Date", given, "Date: "+want)
	}
	for _, bad := range []string{"", "yesterday", "2026-13-01", "Tue, 32 Mar 2026 08:05:00 +0100", "0001-01-01", "1899-12-31", "mardi 3 mars 2026", "1772524800"} {
		wantRefused(t, "Date", bad, "Date")
	}
	m := basic(t, func(s *Spec) { s.Date = time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("x", -5*3600-1800)) })
	if got := headerOf(t, wire(t, m), "Date"); got != "Date: Fri, 02 Jan 2026 03:04:05 -0530" {
		t.Error(got)
	}
}

func TestBehaviour090_MessageID(t *testing.T) {
	form := regexp.MustCompile(`^Message-ID: <[0-9a-f]{32}@(.+)>$`)
	for from, domain := range map[string]string{"r@bücher.example": "xn--bcher-kva.example", "r@example.org": "example.org", "r@[127.0.0.1]": fallbackDomain} {
		m := basic(t, func(s *Spec) { s.From = []Address{{"", from}} })
		if got := form.FindStringSubmatch(headerOf(t, wire(t, m), "Message-ID")); len(got) != 2 || got[1] != domain {
			t.Errorf("%s: %q", from, got)
		}
	}
	anonymous := AsMessage(must(NewText("x", "", "")), fixedEnv())
	if got := headerOf(t, wire(t, anonymous), "Message-ID"); !strings.HasSuffix(got, "@"+fallbackDomain+">") {
		t.Error(got)
	}
	for given, want := range map[string]string{"my.id@example.org": "<my.id@example.org>", "<my.id@example.org>": "<my.id@example.org>", "<a@[127.0.0.1]>": "<a@[127.0.0.1]>"} {
		m := basic(t, func(s *Spec) { s.MessageID = given })
		if got := headerOf(t, wire(t, m), "Message-ID"); got != "Message-ID: "+want {
			t.Error(got)
		}
	}
	for _, bad := range []string{"", "abc", "<a b@x>", "<a@x", "a@x>", "<<a@x>>", "a@x\r\nEvil: y", "<a@x> <b@x>", "ü@x", "=?utf-8?q?a?=@x"} {
		wantRefused(t, "Message-ID", bad, "Message-ID")
	}
	seen := map[string]bool{}
	env := NewEnv(time.Now, nil)
	for range 1000 {
		id := NewMessageID(env, "x.example")
		if seen[id] || len(id) < len("<@x.example>")+80/4 {
			t.Fatal(id)
		}
		seen[id] = true
	}
}

func TestBehaviour091_Reproducible(t *testing.T) {
	build := func(env *Env) *Message {
		return must(Compose(Spec{
			From: []Address{{"", "f@x.example"}}, To: []Address{{"", "t@x.example"}}, HTML: ptr(`<p><img src="cid:a">`), Inline: []*Part{image(t, WithCID("a"))},
			Attachments: []*Part{pdf(t), must(NewMessagePart(AsMessage(pdf(t), env)))},
		}, env))
	}
	if first, second := wire(t, build(fixedEnv())), wire(t, build(fixedEnv())); first != second {
		t.Error("two runs with one seed differ")
	}
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	ticking := NewEnv(func() time.Time { now = now.Add(time.Second); return now }, nil)
	m := build(ticking)
	first := wire(t, m)
	if again := wire(t, m); again != first {
		t.Error("written again it differs")
	}
	if other := wire(t, build(ticking)); other == first {
		t.Error("two messages are the same")
	}
	other := NewEnv(fixedEnv().Now, rand.NewChaCha8([32]byte{1}))
	if wire(t, build(other)) == wire(t, build(fixedEnv())) {
		t.Error("the seed does not matter")
	}
}
