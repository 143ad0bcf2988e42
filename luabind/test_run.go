package luabind

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// testNow is where the wall clock of a rehearsed script stands by itself.
const testNow = "2026-01-01T12:00:00Z"

func (rt *Runtime) testRun(L *lua.LState) int {
	const call = "t:run"
	c := rt.thisCase(L)
	script := argString(L, call, 2, "script")
	var o runOptions
	checkOptions(L, call, 3, &o)
	r, err := rt.rehearsal(L, c, script, &o)
	if err != nil {
		raise(L, err)
	}
	ctx := rt.base
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.Timeout)
		defer cancel()
	}
	result, err := rt.host.Testing.Rehearse(ctx, r)
	if err == nil && rt.base.Err() != nil {
		err = context.Cause(rt.base)
	}
	if err != nil {
		raise(L, err)
	}
	rt.showRun(script, result)
	L.Push(rt.newObject(L, rehearsedClassName, result))
	return 1
}

// shownStderr bounds what a failure shows of a script's standard error, in octets.
const shownStderr = 4000

// showRun puts among the case's output what explains most failures: how the script ended, and what it said about it.
func (rt *Runtime) showRun(script string, r *Rehearsed) {
	if r.Exit == 0 && r.Stderr == "" {
		return
	}
	said := r.Stderr
	if len(said) > shownStderr {
		said = "…" + strings.ToValidUTF8(said[len(said)-shownStderr:], "")
	}
	text := fmt.Sprintf("%s: exit status %d\n", script, r.Exit)
	if said = strings.TrimRight(said, "\n"); said != "" {
		text += shifted(said) + "\n"
	}
	_, _ = io.WriteString(rt.host.Stdout, text) // kept in memory
}

// rehearsal reads the options of t:run.
func (rt *Runtime) rehearsal(L *lua.LState, c *testCase, script string, o *runOptions) (r Rehearsal, err error) {
	const call = "t:run"
	c.runs++
	r = Rehearsal{
		Name: script, Args: o.Args, Stdin: o.Stdin, Dry: o.Dry, Work: o.Work, KillAfter: o.KillAfter, Timeout: o.Timeout,
		Dir: o.Dir, Seed: uint64(c.runs), //nolint:gosec // never negative
	}
	if r.Script, err = rt.beside(script); err != nil {
		return r, err
	}
	if r.Env, err = textMapOrNone(call, "env", o.Env); err != nil {
		return r, err
	}
	if r.Files, err = textMapOrNone(call, "files", o.Files); err != nil {
		return r, err
	}
	if err := plainProcess(call, o.Args, r.Env); err != nil {
		return r, err
	}
	for name := range r.Files {
		if !filepath.IsLocal(name) {
			return r, &OptionError{Call: call, Key: "files", What: fmt.Sprintf("option \"files[%s]\" must be a path within the working directory", optQuote(name))}
		}
	}
	if err = r.aim(o); err != nil {
		return r, err
	}
	if r.Now, err = nowOf(call, o.Now); err != nil {
		return r, err
	}
	if r.Dir == "" {
		r.Dir = rt.caseDir(L, c)
	}
	if c.home == "" {
		c.home = rt.caseFolder(L, c)
	}
	r.Home = c.home
	return r, nil
}

// aim reads where the mail goes.
func (r *Rehearsal) aim(o *runOptions) error {
	const call = "t:run"
	switch v := o.Sink.(type) {
	case nil, *lua.LNilType:
	case *lua.LUserData:
		s, ok := v.Value.(*luaSink)
		if !ok {
			return &OptionError{Call: call, Key: "sink", What: `option "sink" must be what sink.start gave, got ` + describe(v)}
		}
		r.Sink = s.trial
	default:
		return &OptionError{Call: call, Key: "sink", What: `option "sink" must be what sink.start gave, got ` + describe(v)}
	}
	if r.Work && r.Dry {
		return &OptionError{Call: call, Key: "work", What: `options "work" and "dry" don't go together: a worker sends`}
	}
	if r.KillAfter > 0 && (r.Sink == nil || r.Dry) {
		return &OptionError{Call: call, Key: "kill_after", What: `option "kill_after" needs a sink that counts the messages`, hint: "give sink = sink.start() too"}
	}
	return nil
}

// nowOf reads where the clock stands. What names no zone is in UTC: a test gives the same on every machine.
func nowOf(call string, v lua.LValue) (time.Time, error) {
	text, isText := v.(lua.LString)
	switch {
	case v == nil || v == lua.LNil:
		text, isText = testNow, true
	case isText && len(text) == len(time.DateOnly):
		text += "T00:00"
	}
	if isText {
		utc := strings.Replace(string(text), " ", "T", 1) + "Z"
		if t, err := dateOf(call, lua.LString(utc)); err == nil {
			return t.UTC(), nil
		}
		v = text
	}
	t, err := dateOf(call+": now", v)
	if err == nil && (t.Year() < 1 || t.Year() > 9999) {
		err = &OptionError{Call: call, Key: "now", What: `option "now" must be between the years 1 and 9999`}
	}
	if err != nil || v.Type() == lua.LTNumber {
		return t.UTC(), err
	}
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset)), nil
}

// plainProcess checks what no process can be given.
func plainProcess(call string, args []string, env map[string]string) error {
	for i, arg := range args {
		if strings.ContainsRune(arg, 0) {
			return &OptionError{Call: call, Key: "args", What: fmt.Sprintf("option \"args[%d]\" holds a NUL", i+1)}
		}
	}
	for _, name := range sortedKeys(env) {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.ContainsRune(env[name], 0) {
			return &OptionError{Call: call, Key: "env", What: fmt.Sprintf("option \"env[%s]\": names are texts without = and NUL, values such without NUL", optQuote(name))}
		}
	}
	return nil
}

func textMapOrNone(call, what string, t *lua.LTable) (map[string]string, error) {
	if t == nil {
		return nil, nil
	}
	return textMap(call, what, t)
}

// beside gives the full path of a file that lies beside the test, or @name as it is.
func (rt *Runtime) beside(name string) (string, error) {
	if strings.HasPrefix(name, "@") {
		return name, nil
	}
	path := name
	if !filepath.IsAbs(name) {
		path = filepath.Join(rt.scriptDir(), name)
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	info, err := rt.host.disk().Stat(full)
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "read", Path: full, Err: errFolder}
	}
	if err != nil {
		return "", &fileError{err: err, full: full, hint: "t:run names scripts relative to the test's own folder"}
	}
	return full, nil
}
