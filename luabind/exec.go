package luabind

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"reflect"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// execModule is `exec`: other programs.
func execModule(rt *Runtime) Module {
	const result = "{ code: integer, stdout: string, stderr: string, timed_out: boolean, truncated: boolean, signal: string? }"
	return Module{
		Name: "exec", Doc: "Other programs, run to their end. A status other than 0 is a value, a program that cannot be started an error of kind \"io\". " +
			"On an interrupt, --timeout or the program's own `timeout` it is ended together with what it has started: by SIGTERM, half a second later by SIGKILL.",
		Functions: []Function{
			{"run", "(command: exec.Command): " + result,
				"Runs a program with its arguments as they are: no shell looks at them, so that a name with blanks or quotes in it does no harm. `code` is 128 and more after a signal, whose name is in `signal`. Output beyond `max_output` is dropped, and `truncated` says so.",
				"local r = exec.run{ \"sort\", \"-r\", stdin = \"a\\nb\\n\", timeout = \"30s\" }\nprint(r.code, r.stdout:sub(1, 1)) --> 0\tb", rt.execRun},
			{"sh", "(line: string, options?: exec.Options): " + result,
				"Runs a line of the shell, for pipes and the like. Never put into it what others have written: that is what run is for, or `env`. A program left in the background (`&`) lives on; its output is awaited for two seconds.",
				"local r = exec.sh(\"echo $NAME | tr a-z A-Z\", { env = { NAME = \"ann\" } })\nprint(r.stdout) --> ANN", rt.execSh},
		},
		Types: []string{
			optionsClass("exec.Command", reflect.TypeFor[execCommand]()),
			optionsClass("exec.Options", reflect.TypeFor[execOptions]()),
		},
	}
}

// execOptions say how a program is run.
type execOptions struct {
	Timeout   time.Duration `lua:"timeout" min:"1ms" doc:"end the program after this time" default:"none"`
	Stdin     string        `lua:"stdin" doc:"what it reads from standard input" default:"nothing"`
	Env       *lua.LTable   `lua:"env" type:"table<string, string|number|boolean>" secret:"true" doc:"environment variables besides moonpost's own; false takes one away"`
	Cwd       string        `lua:"cwd" doc:"folder in which it runs"`
	MaxOutput int64         `lua:"max_output" unit:"size" min:"1" max:"1GiB" doc:"octets of stdout and of stderr that are kept" default:"16MB"`
}

// execCommand is a program with its arguments.
type execCommand struct {
	Words   []lua.LValue `lua:"[]" type:"string|number" required:"true" doc:"the program, then its arguments"`
	Options execOptions  `lua:",embed"`
}

// mostOutput is the default of max_output.
const mostOutput = 16e6

func (rt *Runtime) execRun(L *lua.LState) int {
	const call = "exec.run"
	c := execCommand{Options: execOptions{MaxOutput: mostOutput}}
	argTable(L, call, 1, "command")
	checkOptions(L, call, 1, &c)
	words := make([]string, len(c.Words))
	for i, v := range c.Words {
		text, ok := wordText(v)
		if !ok {
			raiseArgument(L, fmt.Sprintf("%s: word %d must be a string or a number, got %s", call, i+1, describe(v)))
		}
		words[i] = text
	}
	rt.effect(L, EffectCommand, call, words[0])
	return rt.pushRun(L, call, words, &c.Options)
}

func (rt *Runtime) execSh(L *lua.LState) int {
	const call = "exec.sh"
	o := execOptions{MaxOutput: mostOutput}
	line := argString(L, call, 1, "line")
	checkOptions(L, call, 2, &o)
	if strings.ContainsRune(line, 0) {
		raiseArgument(L, call+": line holds a NUL")
	}
	rt.effect(L, EffectCommand, call, programOf(line))
	return rt.pushRun(L, call, append(shell(), line), &o)
}

// pushRun runs the program and gives what came of it.
func (rt *Runtime) pushRun(L *lua.LState, call string, words []string, o *execOptions) int {
	r, err := (*programResult)(nil), rt.checkCwd(o.Cwd)
	if err == nil {
		r, err = runProgram(L.Context(), words, o)
	}
	if err != nil {
		raise(L, execFault(call, words[0], err))
	}
	t := L.NewTable()
	t.RawSetString("code", lua.LNumber(r.code))
	t.RawSetString("stdout", lua.LString(r.stdout.kept))
	t.RawSetString("stderr", lua.LString(r.stderr.kept))
	t.RawSetString("timed_out", lua.LBool(r.timedOut))
	t.RawSetString("truncated", lua.LBool(r.stdout.cut || r.stderr.cut))
	if r.signal != "" {
		t.RawSetString("signal", lua.LString(r.signal))
	}
	L.Push(t)
	return 1
}

// checkCwd tells a missing folder from a missing program: starting one gives
// the same error for both.
func (rt *Runtime) checkCwd(path string) error {
	if path == "" || strings.ContainsRune(path, 0) {
		return nil
	}
	info, err := rt.host.disk().Stat(path)
	switch {
	case err == nil && !info.IsDir():
		return &fs.PathError{Op: "chdir", Path: path, Err: errors.New("not a folder")}
	case err != nil:
		return &fs.PathError{Op: "chdir", Path: path, Err: underlying(err)}
	}
	return nil
}

// underlying is what is wrong, without the file's name.
func underlying(err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// execError is a program that could not be run. It shows neither arguments
// nor environment: these may hold secrets.
type execError struct {
	call, text, hint string
	err              error
}

func (e *execError) Error() string { return e.call + ": " + e.text }
func (e *execError) Unwrap() error { return e.err }
func (e *execError) Kind() string  { return "io" }
func (e *execError) Hint() string  { return e.hint }

// execFault says why a program was not run.
func execFault(call, program string, err error) error {
	var argument *argumentError
	var pathErr *fs.PathError
	switch {
	case errors.As(err, &argument):
		return &argumentError{text: call + ": " + argument.text}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist) && !isChdir(err):
		hint := "it is in none of the folders of PATH; install it, or give its full path"
		if strings.Contains(program, "/") {
			hint = ""
		}
		if strings.Contains(strings.TrimSpace(program), " ") {
			hint = `each word is an argument of its own: exec.run{ "df", "-h" }; exec.sh takes a line`
		}
		return &execError{call, fmt.Sprintf("there is no program %s", optQuote(program)), hint, err}
	case errors.As(err, &pathErr):
		if isChdir(err) {
			return &execError{call, fmt.Sprintf("cannot run in %s: %v", pathErr.Path, pathErr.Err), "", err}
		}
		return &execError{call, fmt.Sprintf("cannot start %s: %v", optQuote(program), pathErr.Err), "", err}
	}
	return &execError{call, fmt.Sprintf("cannot run %s: %v", optQuote(program), err), "", err}
}

// isChdir holds for an error about the folder to run in.
func isChdir(err error) bool {
	var pathErr *fs.PathError
	return errors.As(err, &pathErr) && pathErr.Op == "chdir"
}
