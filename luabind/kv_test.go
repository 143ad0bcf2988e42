package luabind

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
)

// keeper is a host with a store of its own, whose scripts' output and log are kept.
type keeper struct {
	Host
	out, log strings.Builder
	now      time.Time
	file     string
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{now: time.Unix(1_800_000_000, 0).UTC(), file: filepath.Join(t.TempDir(), "store.db")}
	k.Host = Host{
		Stdin: strings.NewReader(""), Stdout: &k.out, Stderr: &k.log, Mono: time.Now,
		Wall:      func() time.Time { return k.now },
		LookupEnv: func(string) (string, bool) { return "", false },
		Logger:    slog.New(slog.NewTextHandler(&k.log, nil)),
		Store:     k.open,
	}
	return k
}

func (k *keeper) open(ctx context.Context) (outbox.Store, error) {
	return sqlstore.Open(ctx, k.file, sqlstore.Options{Wall: func() time.Time { return k.now }})
}

// run runs a script of that name, and gives what it printed, or how it failed.
func (k *keeper) run(t *testing.T, name, code string) string {
	t.Helper()
	k.out.Reset()
	program, err := Compile(Script{Name: name, Source: []byte("local kv, outbox = require \"kv\", require \"outbox\"; " + code)})
	if err == nil {
		host := k.Host
		_, err = host.Run(t.Context(), program)
	}
	if err != nil {
		return "error: " + err.Error()
	}
	return strings.TrimSpace(k.out.String())
}

func TestKV(t *testing.T) {
	k := newKeeper(t)
	for _, step := range []struct{ code, want string }{
		{`print(kv.get("a"), kv.get("a", 7))`, "nil\t7"},
		{`kv.set("a", "x\0\255"); kv.set("b", { n = 1.5, list = { true, "x", { } } }); kv.set("c", false)`, ""},
		{`print(#kv.get("a"), kv.get("a"):byte(3), kv.get("b").n, kv.get("b").list[2], kv.get("c"))`, "3\t255\t1.5\tx\tfalse"},
		{`local t = kv.get("b"); t.n = 9; print(kv.get("b").n)`, "1.5"},
		{`print(kv.delete("a"), kv.delete("a"), kv.get("a"))`, "true\tfalse\tnil"},
		{`print(kv.incr("n"), kv.incr("n", 5), kv.incr("n", -10), kv.get("n"))`, "1\t6\t-4\t-4"},
		{`kv.set("big", 2^53 - 2); print(kv.incr("big") == 2^53 - 1, pcall(kv.incr, "big"))`, `true	false	test.lua:1: kv.incr: "big" would leave the whole numbers that Lua counts exactly, up to 2⁵³`},
		{`kv.incr("b")`, `error: kv.incr: "b" holds no number but a table`},
		{`kv.incr("n", 1.5)`, "error: kv.incr: n must be a whole number, got 1.5"},
		{`print(kv.update("u", function(old) return { old == nil } end)[1], kv.update("u", function(old) old[2] = "y"; return old end)[2])`, "true\ty"},
		{`print(kv.update("u", function() return nil end), kv.get("u"), kv.delete("u"))`, "nil\tnil\tfalse"},
		{`kv.update("n", function() error("no", 0) end)`, "error: no"},
		{`kv.set("f", print)`, "error: kv.set: value must be plain data, got a function"},
		{`local t = {}; t.t = { t }; kv.set("f", t)`, "error: kv.set: value.t[1] holds itself"},
		{`kv.update("f", function() return { io.stdout } end)`, "error: kv.update: value[1] must be plain data, got an object"},
		{`kv.set("f")`, "error: kv.set: value is nothing"},
		{`kv.set("", 1)`, "error: kv.set: key is empty"},
		{`kv.set("a\0", 1)`, `error: kv.set: key must be UTF-8 without NUL, got "a\x00"`},
		{`kv.set(("k"):rep(1001), 1)`, `error: kv.set: key has more than 1000 octets: "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"…`},
		{`kv.set("a", 1, { tll = 5 })`, `error: kv.set: unknown option "tll"; did you mean "ttl"?`},
		{`print(kv.get("f"), kv.get(5)); kv.set(5, "five"); print(kv.get("5"))`, "nil\tnil\nfive"},
	} {
		if got := k.run(t, "test.lua", step.code); got != step.want {
			t.Errorf("%s\n got %s\nwant %s", step.code, got, step.want)
		}
	}
}

// TestKVSpaces: keys are the script's own, by its name without folder; open shares them.
func TestKVSpaces(t *testing.T) {
	k := newKeeper(t)
	k.run(t, "jobs/a.lua", `kv.set("x", 1); kv.open("team"):set("x", 2)`)
	for name, want := range map[string]string{"a.lua": "1\t2\tteam", "b.lua": "nil\t2\tteam"} {
		if got := k.run(t, name, `local team = kv.open("team"); print(kv.get("x"), team:get("x"), team.name)`); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := k.run(t, "b.lua", `kv.open("team").get("x")`); !strings.Contains(got, "kv.Space expected, got a string; call methods with a colon") {
		t.Error(got)
	}
}

// TestKVTTL: a counter ends as its first increment said; set and update begin anew.
func TestKVTTL(t *testing.T) {
	k := newKeeper(t)
	for _, step := range []struct {
		after      time.Duration
		code, want string
	}{
		{0, `kv.set("s", 1, { ttl = "1h" }); kv.set("t", 1); print(kv.incr("n", 1, { ttl = "1h" }))`, "1"},
		{50 * time.Minute, `print(kv.get("s"), kv.incr("n", 1, { ttl = "1h" }), kv.update("s", function(v) return v + 1 end))`, "1\t2\t2"},
		{20 * time.Minute, `print(kv.get("s"), kv.get("n"), kv.get("t"), kv.incr("n"))`, "nil\tnil\t1\t1"},
		{0, `kv.update("t", function(v) return v end, { ttl = 60 })`, ""},
		{time.Minute, `print(kv.get("t"), kv.get("n"))`, "nil\t1"},
	} {
		k.now = k.now.Add(step.after)
		if got := k.run(t, "test.lua", step.code); got != step.want {
			t.Errorf("%s\n got %s\nwant %s", step.code, got, step.want)
		}
	}
}

// TestKVAtOnce: counts are exact and updates lose nothing, however many do it at once, each with a store of its own.
func TestKVAtOnce(t *testing.T) {
	first := newKeeper(t)
	first.run(t, "test.lua", `kv.set("list", {})`)
	var all sync.WaitGroup
	for range 10 {
		k := newKeeper(t)
		k.file = first.file
		all.Go(func() {
			if got := k.run(t, "test.lua", `for i = 1, 10 do kv.incr("n"); kv.update("list", function(l) l[#l + 1] = i; return l end) end`); got != "" {
				t.Error(got)
			}
		})
	}
	all.Wait()
	if got := first.run(t, "test.lua", `print(kv.get("n"), #kv.get("list"))`); got != "100\t100" {
		t.Error(got)
	}
}

// TestKVRehearsed: what a dry run and test mails keep is theirs alone.
func TestKVRehearsed(t *testing.T) {
	k := newKeeper(t)
	k.run(t, "test.lua", `kv.set("a", 1); kv.set("b", 1)`)
	for name, out := range map[string]Outbound{"dry": {Dry: true}, "redirect": {Redirect: "me@x.test"}} {
		k.Outbound = out
		if got := k.run(t, "test.lua", `kv.set("a", 2); print(kv.incr("a"), kv.delete("b"), kv.get("b"), kv.incr("c", 1, { ttl = 1 }), kv.get("c"))`); got != "3\ttrue\tnil\t1\t1" {
			t.Errorf("%s: %s", name, got)
		}
		k.Outbound = Outbound{}
		if got := k.run(t, "test.lua", `print(kv.get("a"), kv.get("b"), kv.get("c"))`); got != "1\t1\tnil" {
			t.Errorf("%s: %s", name, got)
		}
	}
	k.Outbound, k.Store = Outbound{Dry: true}, nil
	if got := k.run(t, "test.lua", `print(kv.get("a"), kv.incr("a"), kv.get("a"))`); got != "nil\t1\t1" {
		t.Error(got)
	}
	k.Outbound = Outbound{}
	if got := k.run(t, "test.lua", `kv.get("a")`); got != "error: there is no store here: nothing can be kept" {
		t.Error(got)
	}
}
