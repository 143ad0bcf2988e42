package luabind

import (
	"fmt"
	"strings"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// testBench is what a file of tests declares.
type testBench struct {
	cases  []*testCase
	before []*lua.LFunction
	sealed bool // the file has been read
}

// testCase is a case, and what became of it.
type testCase struct {
	name, where string
	fn          *lua.LFunction
	failures    []TestFailure
	skipped     bool
	reason      string // of the skip
	deferred    []*lua.LFunction
	folders     []string
	dir, home   string
	runs        int // of t:run so far
}

// place is where the case was declared, as "news_test.lua:12".
func (c *testCase) place() string { return strings.TrimSuffix(c.where, ":") }

// TestFailure is one reason why a case failed.
type TestFailure struct {
	Where     string // "news_test.lua:12", or "" where that is not known
	Text      string // of one or more lines
	Hint      string
	Traceback string
}

// caseEnd is raised to end a case whose failure, or skip, is noted already.
type caseEnd struct{ text string }

func (e *caseEnd) Error() string { return e.text }

// Kind is "script", as of any error that a script raises.
func (e *caseEnd) Kind() string { return "script" }

func (rt *Runtime) thisCase(L *lua.LState) *testCase {
	return checkObject[*testCase](L, 1, testClassName)
}

// failed notes a failure and ends the case: a pcall around it changes nothing.
func (rt *Runtime) failed(L *lua.LState, c *testCase, n int, text string) {
	if own := optString(L, "t", n, "text"); own != "" {
		text = own + ": " + text
	}
	where := whereabouts(L)
	if where == "" { // called by pcall itself, whose thread has no line of Lua
		where = whereabouts(rt.state)
	}
	c.failures = append(c.failures, TestFailure{Where: strings.TrimSuffix(where, ":"), Text: text})
	raise(L, &caseEnd{text: text})
}

func (rt *Runtime) testOK(L *lua.LState) int {
	c := rt.thisCase(L)
	if v := L.Get(2); lua.LVIsFalse(v) {
		rt.failed(L, c, 3, "must be true, got "+v.String())
	}
	L.Push(L.Get(2))
	return 1
}

func (rt *Runtime) testEqual(L *lua.LState) int {
	c := rt.thisCase(L)
	if L.GetTop() < 3 {
		raiseArgument(L, "t:equal: got and want must be given")
	}
	if differences := compareValues(L, L.Get(2), L.Get(3)); differences != "" {
		rt.failed(L, c, 4, differences)
	}
	return 0
}

func (rt *Runtime) testMatch(L *lua.LState) int {
	c := rt.thisCase(L)
	text, pattern := L.Get(2), argString(L, "t:match", 3, "pattern")
	if e := caught(text); e != nil {
		text = lua.LString(errorLine(e))
	}
	if text.Type() != lua.LTString {
		rt.failed(L, c, 4, fmt.Sprintf("must be a string that matches %s, got %s", optQuote(pattern), inspect(text)))
	}
	found := rt.matches(L, text, pattern)
	if found[0] == lua.LNil {
		rt.failed(L, c, 4, fmt.Sprintf("pattern %s matches nothing in:\n%s", optQuote(pattern), shifted(withoutMiddle(text.String()))))
	}
	for _, v := range found {
		L.Push(v)
	}
	return len(found)
}

// matches calls string.match.
func (rt *Runtime) matches(L *lua.LState, text lua.LValue, pattern string) []lua.LValue {
	top := L.GetTop()
	L.Push(L.GetField(L.GetGlobal("string"), "match"))
	L.Push(text)
	L.Push(lua.LString(pattern))
	L.Call(2, lua.MultRet)
	found := stackValues(L)[top:]
	L.SetTop(top)
	if len(found) == 0 {
		return []lua.LValue{lua.LNil}
	}
	return found
}

func (rt *Runtime) testRaises(L *lua.LState) int {
	c := rt.thisCase(L)
	values, want := stackValues(L)[1:], ""
	if len(values) > 0 && values[0].Type() == lua.LTString {
		want, values = values[0].String(), values[1:]
	}
	if len(values) == 0 {
		raiseArgument(L, "t:raises: a function to call must be given")
	}
	if values[0].Type() != lua.LTFunction && L.GetMetaField(values[0], "__call") == lua.LNil {
		raiseArgument(L, "t:raises: what is called must be a function, got "+describe(values[0]))
	}
	rt.call(L, values, nil)
	ok, raised := L.Get(1), L.Get(2)
	L.SetTop(0)
	if e := caught(raised); e != nil {
		if end, isEnd := e.Err.(*caseEnd); isEnd { //nolint:errorlint // our own, never wrapped
			raise(L, end)
		}
	}
	if ok == lua.LTrue {
		rt.failed(L, c, noText, "nothing was raised")
	}
	rt.checkRaised(L, c, raised, want)
	L.Push(raised)
	return 1
}

// noText is an argument that is never given.
const noText = 1 << 20

// checkRaised fails unless want is empty, the error's kind, or a pattern of its text.
func (rt *Runtime) checkRaised(L *lua.LState, c *testCase, raised lua.LValue, want string) {
	kind, text := "script", lua51.ToString(L, raised).String()
	if e := caught(raised); e != nil {
		kind = e.Kind()
	}
	if want == "" || want == kind || rt.matches(L, lua.LString(text), want)[0] != lua.LNil {
		return
	}
	rt.failed(L, c, noText, fmt.Sprintf("must raise %s, raised (kind %q):\n%s", optQuote(want), kind, shifted(withoutMiddle(text))))
}

func (rt *Runtime) testFail(L *lua.LState) int {
	rt.failed(L, rt.thisCase(L), noText, argString(L, "t:fail", 2, "text"))
	return 0
}

func (rt *Runtime) testSkip(L *lua.LState) int {
	c := rt.thisCase(L)
	c.skipped, c.reason = true, argString(L, "t:skip", 2, "reason")
	raise(L, &caseEnd{text: "skipped: " + c.reason})
	return 0
}

func (rt *Runtime) testLog(L *lua.LState) int {
	rt.thisCase(L)
	L.Remove(1)
	return rt.print(L)
}

func (rt *Runtime) testDefer(L *lua.LState) int {
	c := rt.thisCase(L)
	c.deferred = append(c.deferred, argFunction(L, "t:defer", 2, "body"))
	return 0
}

func (rt *Runtime) testTempDir(L *lua.LState) int {
	L.Push(lua.LString(rt.caseFolder(L, rt.thisCase(L))))
	return 1
}

// caseFolder makes a folder that goes with the case.
func (rt *Runtime) caseFolder(L *lua.LState, c *testCase) string {
	folder, err := rt.host.Testing.TempDir("moonpost-test-")
	if err != nil {
		raise(L, err)
	}
	c.folders = append(c.folders, folder)
	return folder
}

// caseDir is where the case's scripts run.
func (rt *Runtime) caseDir(L *lua.LState, c *testCase) string {
	if c.dir == "" {
		c.dir = rt.caseFolder(L, c)
	}
	return c.dir
}

// sweep removes the case's folders.
func (c *testCase) sweep() {
	for _, folder := range c.folders {
		_ = openDisk{}.RemoveAll(folder) // what is left lies among temporary files
	}
}

// shownOutput bounds what a failure shows of a text, in octets.
const shownOutput = 4000

// withoutMiddle leaves the middle of a long text out.
func withoutMiddle(text string) string {
	if len(text) <= shownOutput {
		return text
	}
	half := shownOutput / 2
	head, tail := strings.ToValidUTF8(text[:half], ""), strings.ToValidUTF8(text[len(text)-half:], "")
	return fmt.Sprintf("%s\n… (%d octets left out)\n%s", head, len(text)-len(head)-len(tail), tail)
}

// shifted moves lines to the right, as a failure shows them.
func shifted(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}
