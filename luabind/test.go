package luabind

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"moonpost/outbox"
	"moonpost/sink"

	lua "github.com/yuin/gopher-lua"
)

const (
	testClassName      = "test.T"
	rehearsedClassName = "test.Run"
)

// Testing is what `moonpost test` gives to test scripts.
type Testing struct {
	// Rehearse runs a script as a process of its own.
	Rehearse func(context.Context, Rehearsal) (*Rehearsed, error)
	TempDir  func(pattern string) (string, error)
	Update   bool          // golden files are written anew
	Timeout  time.Duration // of a case, and of a file's top level
}

// Rehearsal is one run of a script by t:run.
type Rehearsal struct {
	Script    string // path, or @name of one in the binary
	Name      string // the script as the test names it
	Args      []string
	Env       map[string]string
	Files     map[string]string // what lies in Dir, by path
	Dir       string            // the working directory; made by the caller
	Home      string            // for what scripts keep elsewhere
	Stdin     string
	Now       time.Time   // where the wall clock stands
	Seed      uint64      // of identifiers and boundaries
	Sink      *sink.Trial // nil: nothing is connected
	Dry       bool
	Work      bool          // as `moonpost work --once`
	KillAfter int           // messages that the sink takes until the process is killed; 0: it isn't
	Timeout   time.Duration // 0: the case's
}

// Rehearsed is how such a run ended.
type Rehearsed struct {
	Exit           int
	Stdout, Stderr string
	Error          string // of the uncaught error, with its place; "" when there was none
	Seconds        float64
	Killed         bool // by KillAfter
	TimedOut       bool
	Batches        []outbox.Summary // what its batches did, where it came to its end
}

// testModule is `test`: cases that `moonpost test` runs.
func testModule(rt *Runtime) Module {
	m := Module{
		Name: "test", Doc: "Tests of scripts, in files named *_test.lua that `moonpost test` runs.",
		Functions: []Function{
			{"case", "(name: string, body: fun(t: test.T))",
				"Declares a case. Cases run in the order in which they are declared. A check that fails ends its case.",
				"test.case(\"adds\", function(t)\n  t:equal(1 + 1, 2)\nend)", rt.testCase},
			{"before", "(body: fun(t: test.T))", "Runs before each case of the file.", `test.before(function(t) t:log("begins") end)`, rt.testBefore},
		},
		Classes: []Class{testClass(rt), rehearsedClass()},
		Types:   []string{optionsClass("test.RunOptions", reflect.TypeFor[runOptions]())},
	}
	if rt != nil && rt.host.Testing == nil {
		m.refused = errNoTesting
	}
	return m
}

var errNoTesting = &argumentError{
	text: `the module "test" is for tests`,
	hint: "run the file with moonpost test FILE; files with tests are named *_test.lua",
}

func testClass(rt *Runtime) Class {
	return Class{
		Name: testClassName, Doc: "A running case. What is checked comes first, what is expected second; a last text, where one is given, stands before the failure.",
		Methods: []Function{
			{"ok", "(self: test.T, value: any, text?: string): any", "Fails when the value is nil or false; gives the value.", `t:ok(#list > 0, "the list is empty")`, rt.testOK},
			{"equal", "(self: test.T, got: any, want: any, text?: string)", "Fails when the two differ. Tables are compared by what they hold; the failure shows where they differ, for long texts by lines.", `t:equal({ 1, { a = "x" } }, { 1, { a = "x" } })`, rt.testEqual},
			{"match", "(self: test.T, text: string, pattern: string): string", "Fails when no Lua pattern is found in the text; gives the captures as string.match does.", `local id = t:match("order 4711", "order (%d+)")`, rt.testMatch},
			{"raises", "(self: test.T, what: string|function, ...: any): any", "Calls a function, which must raise: anything, or an error of the kind or with a text that fits the Lua pattern given before it. What follows the function are its arguments. Gives what was raised.", `local e = t:raises("argument", smtp.connect, { prot = 25 })`, rt.testRaises},
			{"golden", "(self: test.T, name: string, content: string|mime.Part)", "Compares a message or a text with the file of that name in the folder testdata beside the test. What differs from run to run (Date, Message-ID, boundaries, made identifiers, DKIM signatures) is masked. `moonpost test --update` writes the file.", `t:golden("hello.txt", "Hello\n")`, rt.testGolden},
			{"fail", "(self: test.T, text: string)", "Fails.", `if #arg > 9 then t:fail("too many") end`, rt.testFail},
			{"skip", "(self: test.T, reason: string)", "Ends the case as one that cannot be checked here.", `if env.get("NETWORK") == "none" then t:skip("no network") end`, rt.testSkip},
			{"log", "(self: test.T, ...: any)", "Writes a line that is shown with a failure and with --verbose, as print does.", `t:log("so far") --> so far`, rt.testLog},
			{"defer", "(self: test.T, body: fun())", "Runs at the end of the case, however it ends; the last one first.", `t:defer(function() os.remove("x") end)`, rt.testDefer},
			{"tempdir", "(self: test.T): string", "Gives a new empty folder, which goes with the case.", `local folder = t:tempdir()`, rt.testTempDir},
			{"run", "(self: test.T, script: string, options?: test.RunOptions): test.Run",
				"Runs a script as `moonpost run` would, in a process of its own: all its mail goes to the sink, its wall clock stands still but for its waits, its identifiers are always the same, " +
					"and its environment holds little but `env`. The script is named relative to the test; it runs in the folder `t.dir`.",
				`local r = t:run("news.lua", { sink = sink.start(), args = { "--issue", "t1" }, files = { ["people.csv"] = "email\nann@x.test\n" } })`, rt.testRun},
		},
		Fields: []Field{
			{"name", "string", "the case's name"},
			{"dir", "string", "the folder in which the case's scripts run, empty at its beginning; it goes with the case"},
		},
		get: func(L *lua.LState, self any, key lua.LValue) lua.LValue {
			c := self.(*testCase)
			switch key.String() {
			case "name":
				return lua.LString(c.name)
			case "dir":
				return lua.LString(rt.caseDir(L, c))
			}
			return nil
		},
	}
}

// rehearsedClass is what t:run gives.
func rehearsedClass() Class {
	return Class{
		Name: rehearsedClassName, Doc: "How a script ended that t:run ran.",
		Fields: append([]Field{
			{"exit", "integer", "its exit status; 137 when it was killed"},
			{"stdout", "string", "what it printed"},
			{"stderr", "string", "what it wrote to standard error"},
			{"error", "string?", "the uncaught error, with file and line"},
			{"seconds", "number", "how long it ran"},
			{"killed", "boolean", "whether kill_after ended it"},
			{"timed_out", "boolean", "whether timeout ended it"},
		}, rehearsedNumbers()...),
		get: func(_ *lua.LState, self any, key lua.LValue) lua.LValue {
			r := self.(*Rehearsed)
			switch key.String() {
			case "exit":
				return lua.LNumber(r.Exit)
			case "stdout":
				return lua.LString(r.Stdout)
			case "stderr":
				return lua.LString(r.Stderr)
			case "error":
				return optionalString(r.Error)
			case "seconds":
				return lua.LNumber(r.Seconds)
			case "killed":
				return lua.LBool(r.Killed)
			case "timed_out":
				return lua.LBool(r.TimedOut)
			}
			return r.number(key.String())
		},
	}
}

// runOptions are the options of t:run.
type runOptions struct {
	Sink      lua.LValue    `lua:"sink" type:"sink.Server" doc:"where all its mail goes; without one, and unless dry, nothing can be connected"`
	Args      []string      `lua:"args" doc:"its arguments, flags of moonpost run among them"`
	Env       *lua.LTable   `lua:"env" type:"table<string, string>" doc:"its environment, besides PATH, HOME and TMPDIR"`
	Files     *lua.LTable   `lua:"files" type:"table<string, string>" doc:"files in its working directory: contents by path"`
	Now       lua.LValue    `lua:"now" type:"number|string" doc:"where its wall clock stands" default:"2026-01-01T12:00:00Z"`
	KillAfter int           `lua:"kill_after" min:"1" doc:"kill it when the sink has taken so many messages, before the last one's reply"`
	Stdin     string        `lua:"stdin" doc:"what it reads from standard input"`
	Timeout   time.Duration `lua:"timeout" min:"0.001" doc:"kill it after this time" default:"that of the case"`
	Dry       bool          `lua:"dry" doc:"run it with --dry-run" default:"false"`
	Work      bool          `lua:"work" doc:"run it as moonpost work --once does: it delivers what was put" default:"false"`
	Dir       string        `lua:"dir" doc:"its working directory" default:"t.dir"`
}

// testCase declares a case.
func (rt *Runtime) testCase(L *lua.LState) int {
	rt.declaring(L, "test.case")
	c := &testCase{name: argString(L, "test.case", 1, "name"), fn: argFunction(L, "test.case", 2, "body"), where: whereabouts(L)}
	for _, other := range rt.bench.cases {
		if other.name == c.name {
			raiseArgument(L, fmt.Sprintf("test.case: there is a case %q already, declared at %s", c.name, other.place()))
		}
	}
	rt.bench.cases = append(rt.bench.cases, c)
	return 0
}

func (rt *Runtime) testBefore(L *lua.LState) int {
	rt.declaring(L, "test.before")
	body := argFunction(L, "test.before", 1, "body")
	rt.bench.before = append(rt.bench.before, body)
	return 0
}

// declaring checks that no case runs yet.
func (rt *Runtime) declaring(L *lua.LState, call string) {
	if rt.bench == nil {
		raise(L, errNoTesting)
	}
	if rt.bench.sealed {
		raiseArgument(L, call+": cases are declared at the top of the file, not within a case")
	}
}

func argFunction(L *lua.LState, call string, n int, what string) *lua.LFunction {
	f, ok := L.Get(n).(*lua.LFunction)
	if !ok {
		raiseArgument(L, fmt.Sprintf("%s: %s must be a function, got %s", call, what, describe(L.Get(n))))
	}
	return f
}
