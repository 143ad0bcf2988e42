package luabind

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"moonpost/luabind/lint"
)

// FuzzLint reads whatever compiles: no panic, and the same findings each time.
func FuzzLint(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("..", "examples", "*.lua"))
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source))
	}
	f.Add("local function f(...) return f, ... end for a, b in f() do local a = a.b.c:d(){ [f] = f, f = f, f } end")
	f.Add("require('flags').parse{ x = { x = -1 } }.y.z() smtp.with({ timeouts = { connect = function() end } }, function(c) c.x = c end)")
	f.Add("local x = x; x = x; repeat local y = y until y goto z ::z:: setfenv(1, {}) _G.x = 1 string.y = 2 x:y()")
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	rt := newRuntime(ctx, testHost(), &Program{}, cancel)
	world := lintWorld(rt)
	world.Load = func(string) (*lint.File, *lint.Finding) { return nil, nil }
	world.Missing = func(string) (string, string) { return "missing", "" }
	f.Fuzz(func(t *testing.T, source string) {
		first, broken := lintFile([]byte(source), "f.lua")
		if broken != nil {
			return
		}
		findings, _ := lint.Check(first, world)
		again, _ := lint.Check(first, world)
		if len(findings) != len(again) {
			t.Errorf("%v, then %v", findings, again)
		}
	})
}
