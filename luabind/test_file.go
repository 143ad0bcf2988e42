package luabind

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// TestFile is a file of tests whose top level has run, so that its cases are known.
type TestFile struct {
	rt  *Runtime
	end context.CancelCauseFunc // ends all that the file's state does
}

// TestResult is what became of a case.
type TestResult struct {
	Name, Where string
	Failures    []TestFailure // none: it passed, or was skipped
	Skipped     bool
	Reason      string // of the skip
	Seconds     float64
}

// errTooLong ends what takes longer than Testing.Timeout.
type errTooLong struct{ limit time.Duration }

func (e *errTooLong) Error() string { return fmt.Sprintf("timed out after %v", e.limit) }

// LoadTests runs the top level of a file of tests. Its errors are those of Host.Run. h.Testing must be set.
func (h *Host) LoadTests(ctx context.Context, p *Program) (*TestFile, error) {
	base, end := context.WithCancelCause(ctx)
	scriptCtx, cancel := context.WithCancelCause(base)
	if h.MaxMemory > 0 {
		go h.watchMemory(scriptCtx, cancel)
	}
	rt := newRuntime(scriptCtx, h, p, cancel)
	rt.base, rt.bench = base, &testBench{}
	f := &TestFile{rt: rt, end: end}
	stop := f.limit()
	err := rt.main()
	stop()
	if err != nil && base.Err() != nil {
		err = context.Cause(base)
	} else if rt.exit != nil {
		err = errExit
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	rt.bench.sealed = true
	return f, nil
}

// limit ends the file's state when the time of a case is over, unless stop is called before.
func (f *TestFile) limit() (stop func()) {
	d := f.rt.host.Testing.Timeout
	if d <= 0 {
		return func() {}
	}
	timer := time.AfterFunc(d, func() { f.end(&errTooLong{d}) })
	return func() { timer.Stop() }
}

// Cases lists the names of the cases in order.
func (f *TestFile) Cases() []string {
	var names []string
	for _, c := range f.rt.bench.cases {
		names = append(names, c.name)
	}
	return names
}

// Broken holds after a case that ended the file's state, by its timeout or by os.exit: the file must be loaded anew
// for the cases that follow.
func (f *TestFile) Broken() bool { return f.rt.state.Context().Err() != nil }

// Close ends the file's state.
func (f *TestFile) Close() {
	f.rt.closeFrom(0)
	f.end(nil)
	f.rt.state.Close()
}

// Run runs the case of that number, counted from 0. What it opened is closed at its end.
func (f *TestFile) Run(n int) TestResult {
	rt, c := f.rt, f.rt.bench.cases[n]
	begin, opened := rt.host.Mono(), len(rt.open)
	stop := f.limit()
	self := rt.newObject(rt.state, testClassName, c)
	for _, body := range append(slices.Clone(rt.bench.before), c.fn) {
		if !f.call(c, body, self) {
			break
		}
	}
	for i := len(c.deferred) - 1; i >= 0; i-- {
		f.call(c, c.deferred[i])
	}
	stop()
	rt.closeFrom(opened)
	rt.printNotices()
	rt.notices = nil
	c.sweep()
	return TestResult{
		Name: c.name, Where: c.place(), Failures: c.failures, Skipped: c.skipped && len(c.failures) == 0, Reason: c.reason,
		Seconds: rt.host.Mono().Sub(begin).Seconds(),
	}
}

// call calls a function of the case and notes how it failed.
func (f *TestFile) call(c *testCase, body *lua.LFunction, args ...lua.LValue) bool {
	L := f.rt.state
	L.Push(body)
	for _, v := range args {
		L.Push(v)
	}
	err := L.PCall(len(args), 0, L.NewFunction(uncaught))
	if err == nil {
		return len(c.failures) == 0
	}
	c.note(f.rt, err)
	return false
}

// note adds what ended a function of the case to its failures.
func (c *testCase) note(rt *Runtime, err error) {
	var raised *lua.ApiError
	if errors.As(err, &raised) {
		err = Unwrap(raised.Object)
	}
	var end *caseEnd
	var e *ScriptError
	ended := rt.base.Err() != nil
	switch {
	case rt.exit != nil && !ended:
		c.failures = append(c.failures, TestFailure{Text: errExit.Error(), Hint: "t:run runs a script whose end shall not be the test's"})
		rt.exit = nil
		return
	case errors.As(err, &end):
		return
	case !errors.As(err, &e):
		e = &ScriptError{Text: err.Error()}
	}
	failure := newFailure(e)
	if ended {
		failure.Text, failure.Hint = context.Cause(rt.base).Error(), ""
	}
	c.failures = append(c.failures, failure)
}

// newFailure takes an uncaught error apart. Lua's own errors begin with their place.
func newFailure(e *ScriptError) TestFailure {
	f := TestFailure{Where: strings.TrimSuffix(e.Where, ":"), Text: e.Error(), Hint: e.Hint(), Traceback: e.Traceback}
	if strings.Count(f.Traceback, "\n") < 2 { // the place alone
		f.Traceback = ""
	}
	if e.Where != "" {
		return f
	}
	file, rest, _ := strings.Cut(e.Text, ":")
	line, text, found := strings.Cut(rest, ": ")
	if found && line != "" && strings.Trim(line, "0123456789") == "" {
		f.Where, f.Text = file+":"+line, text
	}
	return f
}

// closingTime bounds how long the end of a case waits for what it left open.
const closingTime = 10 * time.Second

// closeFrom closes what was opened since there were n, and forgets it.
func (rt *Runtime) closeFrom(n int) {
	ctx, cancel := context.WithTimeout(rt.base, closingTime)
	defer cancel()
	for i := len(rt.open) - 1; i >= n; i-- {
		rt.open[i].finish(ctx)
	}
	for _, c := range rt.open[min(n, len(rt.open)):] {
		c.abort()
	}
	rt.open = rt.open[:min(n, len(rt.open))]
}

// FailureOf takes an error of LoadTests or Compile apart.
func FailureOf(err error) TestFailure {
	var e *ScriptError
	if errors.As(err, &e) {
		return newFailure(e)
	}
	return TestFailure{Text: err.Error()}
}
