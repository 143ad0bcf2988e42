package luabind

import (
	"context"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// bugSigns are what only a mistake of ours leaves in an error's text.
var bugSigns = regexp.MustCompile(`internal error|nil pointer|runtime error|interface conversion|unreachable|reflect[.:]|invalid memory|send on closed|close of`)

const (
	fuzzTime = 3 * time.Second  // of a script's context
	fuzzHang = 60 * time.Second // how long a call may take to heed it, on a machine that does much else
)

// fuzzing is one script under test: its state, everything that it can call,
// and the bytes that decide what it does.
type fuzzing struct {
	rt    *Runtime
	L     *lua.LState
	bytes []byte
	calls []fuzzCall
	keys  []string
	words []string
	pool  []lua.LValue // what earlier calls gave
	depth int
}

// fuzzCall is a function of the binding table, of Lua's libraries, or an operator.
type fuzzCall struct {
	name   string
	f      *lua.LFunction
	method string // class of the first argument, for a method
}

// operators are what a script can do with a value besides passing it on.
const operators = `return {
	index = function(a, b) return a[b] end,
	set = function(a, b, c) a[b] = c end,
	concat = function(a, b) return a .. b end,
	equal = function(a, b) return a == b end,
	less = function(a, b) return a < b end,
	add = function(a, b) return a + b end,
	length = function(a) return #a end,
	call = function(a, ...) return a(...) end,
	method = function(a, b, ...) return a[b](a, ...) end,
	each = function(f, a, b) local n = 0 for k, v in f, a, b do n = n + 1 if n > 20 then break end end return n end,
	all = function(a) local n = 0 for k, v in pairs(a) do n = n + 1 end return n end,
	within = function(f, ...) return coroutine.wrap(f)(...) end,
	tried = function(f, ...) return pcall(f, ...) end,
}, {
	function() error("raised") end, function() error({ code = 1 }) end, function() error() end, function(...) return ... end,
	function() return nil, "trouble" end, function() return {}, {}, {} end, function() coroutine.yield(1) end, function() return 1/0 end,
	function() return ("x"):rep(100000) end, function(...) return select("#", ...) end, function(t) if type(t) == "table" then for k in pairs(t) do t[k] = nil end end return t end,
	function(t) if type(t) == "table" then t[1], t.x = t, t end return true end, function() return false end, function() return "a\r\nb" end,
	coroutine.wrap(function() coroutine.yield("one") end), tostring, pcall, error, setmetatable, string.rep,
}, {
	mime.text("x"), mime.message{ from = "a@b.example", to = "c@d.example", subject = "s", text = "t", html = "<p>h</p>" },
	mime.multipart(mime.text("a"), mime.text("b")), mime.parse("From: a@b.example\r\nTo: c@d.example\r\n\r\nbody\r\n"),
	smtp.connect("localhost"), smtp.new{}, smtp.relay{ host = "localhost", name = "r" }, select(2, pcall(smtp.connect, {})), select(2, pcall(mime.text)),
	smtp.connect("localhost"):sendmail("a@b.example", "c@d.example", "x"), require("template").new("{{.x}}"), require("time").now(),
	require("csv").rows(script.path("rows.csv")), io.open(script.path("rows.csv")), coroutine.create(function(...) coroutine.yield(...) return 1 end), newproxy(true),
	("x"):gmatch("."), smtp, mime, string, _G,
}`

// newFuzzing makes a state whose files end at dir, whose mail is answered in
// memory, and that can reach nobody.
func newFuzzing(ctx context.Context, t testing.TB, dir string, input []byte) (f *fuzzing, end func()) {
	t.Helper()
	h := &Host{
		Stdin: strings.NewReader("a line\n1 2 3\n"), Stdout: io.Discard, Stderr: io.Discard, Wall: time.Now, Mono: time.Now, Rand: zeros{},
		LookupEnv: func(name string) (string, bool) { return "value", name == "NAME" },
		Logger:    slog.New(slog.DiscardHandler), Outbound: Outbound{Dry: true}, Sandbox: &Sandbox{},
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	}
	program, err := Compile(Script{Name: "fuzz.lua", Dir: dir, Source: []byte(operators)})
	if err != nil {
		t.Fatal(err)
	}
	release, err := h.confine(&program.Script)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	rt := newRuntime(ctx, h, program, cancel)
	rt.base = ctx
	f = &fuzzing{rt: rt, L: rt.state, bytes: input}
	f.gather(t, dir)
	return f, func() {
		cancel(nil)
		rt.close(ctx)
		rt.printNotices()
		rt.state.Close()
		release()
	}
}

// zeros is randomness that is the same in every run.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i)
	}
	return len(p), nil
}

var (
	fieldName   = regexp.MustCompile(`---@field (\w+)`)
	enumWord    = regexp.MustCompile(`"([^"]+)"`)
	unsafeCalls = []string{"debug.setmetatable", "debug.setupvalue", "debug.setfenv", "collectgarbage", "os.exit"} // which take the state apart or end it
)

// gather lists everything that can be called, by name, so that the same bytes
// mean the same calls.
func (f *fuzzing) gather(t testing.TB, dir string) {
	L := f.L
	f.words = []string{
		"", "x", "1", "-1", "a@b.example", "Ann <ann@x.example>", "ä@ü.example", "\x00", "a\r\nb", "\xff\xfe", "2026-01-01", "5m", "10MB", "14/s", "smtp://u:p@localhost:25",
		"lmtp+unix:///run/x", "localhost", "text/plain", "utf-8", "text", "*a", "*l", "%d %s", "(.-)%1", "[a-z", "{{.x}}", "{{range .}}{{end}}", "<p>x</p>", "plain",
		filepath.Join(dir, "rows.csv"), filepath.Join(dir, "new"), filepath.Join(dir, "box/"), dir, "/etc/passwd", "-", ".", "From: a@b.example\r\n\r\nx", "From a\n\nx\n",
		strings.Repeat("x", 5000), strings.Repeat("a@b.example,", 200), "=?utf-8?q?=00?=", "{\"a\":[1]}", "[[1]]", "https://x.example/?a=1#b", "EHLO x", "PLAIN",
	}
	add := func(name string, fn lua.LGFunction, class string) {
		f.calls = append(f.calls, fuzzCall{name: name, f: L.NewFunction(guard(name, fn)), method: class})
	}
	for _, m := range modules(f.rt) {
		for _, fn := range m.Functions {
			add(m.Name+"."+fn.Name, fn.Fn, "")
		}
		for _, c := range m.Classes {
			for _, fn := range c.Methods {
				add(c.Name+":"+fn.Name, fn.Fn, c.Name)
			}
			for _, field := range c.Fields {
				f.keys = append(f.keys, field.Name)
			}
		}
		for _, text := range m.Types {
			for _, match := range fieldName.FindAllStringSubmatch(text, -1) {
				f.keys = append(f.keys, match[1])
			}
			for _, match := range enumWord.FindAllStringSubmatch(text, -1) {
				f.words = append(f.words, match[1])
			}
		}
	}
	for _, name := range []string{"_G", "string", "table", "math", "io", "os", "coroutine", "utf8", "bit", "debug"} {
		table, ok := L.GetGlobal(name).(*lua.LTable)
		if !ok {
			t.Fatal(name)
		}
		table.ForEach(func(k, v lua.LValue) {
			if fn, ok := v.(*lua.LFunction); ok && !slices.Contains(unsafeCalls, strings.TrimPrefix(name+"."+k.String(), "_G.")) {
				f.calls = append(f.calls, fuzzCall{name: name + "." + k.String(), f: fn})
			}
		})
	}
	L.Push(L.NewFunctionFromProto(f.rt.program.proto))
	if err := L.PCall(0, 3, nil); err != nil {
		t.Fatal(err)
	}
	L.Get(1).(*lua.LTable).ForEach(func(k, v lua.LValue) {
		f.calls = append(f.calls, fuzzCall{name: "operator " + k.String(), f: v.(*lua.LFunction)})
	})
	for _, n := range []int{2, 3} {
		L.Get(n).(*lua.LTable).ForEach(func(_, v lua.LValue) { f.pool = append(f.pool, v) })
	}
	L.SetTop(0)
	slices.SortFunc(f.calls, func(a, b fuzzCall) int { return strings.Compare(a.name, b.name) })
	slices.Sort(f.keys)
	f.keys = slices.Compact(f.keys)
}

// next is a number below n out of the input; 0 at its end.
func (f *fuzzing) next(n int) int {
	if len(f.bytes) == 0 || n <= 1 {
		return 0
	}
	v := int(f.bytes[0])
	f.bytes = f.bytes[1:]
	if n > 256 && len(f.bytes) > 0 {
		v = v<<8 | int(f.bytes[0])
		f.bytes = f.bytes[1:]
	}
	return v % n
}

var fuzzNumbers = []lua.LNumber{
	0, 1, 2, 3, -1, 0.5, 25, 100, 255, 256, 65536, 1e9, -1e9, 1 << 31, 1 << 53, 1e15, 1e18, -1e18, 1e300, -1e300,
	lua.LNumber(math.Inf(1)), lua.LNumber(math.Inf(-1)), lua.LNumber(math.NaN()), 5e-324,
}

// value makes an arbitrary Lua value.
func (f *fuzzing) value() lua.LValue {
	switch f.next(12) {
	case 0:
		return lua.LNil
	case 1:
		return lua.LBool(f.next(2) == 1)
	case 2, 3:
		return fuzzNumbers[f.next(len(fuzzNumbers))]
	case 4, 5, 6:
		return lua.LString(f.words[f.next(len(f.words))])
	case 7:
		n := min(f.next(32), len(f.bytes))
		s := lua.LString(f.bytes[:n])
		f.bytes = f.bytes[n:]
		return s
	case 8, 9:
		return f.table()
	}
	return f.pool[f.next(len(f.pool))]
}

// table makes a table: a list, options, a mixture, one that holds itself, one
// with holes or metamethods.
func (f *fuzzing) table() lua.LValue {
	t := f.L.NewTable()
	if f.depth > 3 {
		return t
	}
	f.depth++
	defer func() { f.depth-- }()
	for range f.next(4) {
		t.Append(f.value())
	}
	for range f.next(4) {
		t.RawSetString(f.keys[f.next(len(f.keys))], f.value())
	}
	switch f.next(16) {
	case 0:
		t.RawSetString("self", t)
	case 1:
		t.RawSetInt(1+f.next(1000), f.value())
	case 2:
		if key := f.value(); key != lua.LNil && key != fuzzNumbers[22] && key.String() != "NaN" {
			t.RawSet(key, f.value())
		}
	case 3:
		meta := f.L.NewTable()
		for _, event := range []string{"__index", "__newindex", "__tostring", "__len", "__call", "__eq", "__concat", "__metatable", "__lt"} {
			if f.next(3) == 0 {
				meta.RawSetString(event, f.value())
			}
		}
		t.Metatable = meta
	case 4:
		deep := t
		for range f.next(200) {
			inner := f.L.NewTable()
			deep.RawSetInt(1, inner)
			deep = inner
		}
	}
	return t
}

// object is one of the class out of the pool, if there is one.
func (f *fuzzing) object(class string) lua.LValue {
	meta := f.rt.metas[class]
	for i := len(f.pool) - 1; i >= 0; i-- {
		if ud, ok := f.pool[i].(*lua.LUserData); ok && meta != nil && ud.Metatable == lua.LValue(meta) {
			return ud
		}
	}
	return f.value()
}

// step makes one call with arbitrary arguments and keeps what it gives. It
// returns the call's name and its error.
func (f *fuzzing) step() (string, error) {
	call := f.calls[f.next(len(f.calls))]
	L := f.L
	L.SetTop(0)
	L.Push(call.f)
	n := f.next(5)
	if call.method != "" {
		L.Push(f.object(call.method))
	}
	for range n {
		L.Push(f.value())
	}
	err := L.PCall(L.GetTop()-1, lua.MultRet, nil)
	for i := 1; i <= min(L.GetTop(), 4); i++ {
		if v := L.Get(i); v != lua.LNil && len(f.pool) < 200 {
			f.pool = append(f.pool, v)
		}
	}
	L.SetTop(0)
	return call.name, err
}

// FuzzBindings calls every function of every module and every method of every
// class with arbitrary values: each call gives results or an error that names
// what is wrong; no Go panic, and nothing that goes on after the script's time.
func FuzzBindings(f *testing.F) {
	top := f.TempDir()
	for i := range 64 {
		seed := make([]byte, 200)
		state := uint32(i)*2654435761 + 1
		for j := range seed {
			state = state*1664525 + 1013904223
			seed[j] = byte(state >> 24)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		dir, err := os.MkdirTemp(top, "run")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		if err := os.WriteFile(filepath.Join(dir, "rows.csv"), []byte("email,name\na@b.example,Ann\nbad\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), fuzzTime)
		defer cancel()
		done, last := make(chan struct{}), ""
		go func() {
			defer close(done)
			fuzz, end := newFuzzing(ctx, t, dir, input)
			defer end()
			for len(fuzz.bytes) > 0 && ctx.Err() == nil {
				name, err := fuzz.step()
				last = name
				if err != nil && bugSigns.MatchString(err.Error()) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}()
		select {
		case <-done:
		case <-time.After(fuzzTime + fuzzHang):
			stacks := make([]byte, 1<<20)
			t.Fatalf("a call after %s goes on after the script's time\n%s", last, stacks[:runtime.Stack(stacks, true)])
		}
	})
}
