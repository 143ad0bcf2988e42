//go:build unix

package luabind

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func TestExec(t *testing.T) {
	t.Chdir(t.TempDir())
	dir := absolute(t, ".")
	const show = `local function show(r) print(r.code, r.stdout, r.stderr, r.timed_out, r.truncated, r.signal) end; `
	checkModule(t, map[string]string{
		show + `show(exec.run{ "echo", "a b", "$HOME", 5, 2.5 })`:                                               "0\ta b $HOME 5 2.5\n\t\tfalse\tfalse\tnil",
		show + `show(exec.run{ "sh", "-c", "echo out; echo err >&2; exit 3" })`:                                 "3\tout\n\terr\n\tfalse\tfalse\tnil",
		show + `show(exec.run{ "cat", stdin = "a\0b" })`:                                                        "0\ta\x00b\t\tfalse\tfalse\tnil",
		show + `show(exec.run{ "cat" })`:                                                                        "0\t\t\tfalse\tfalse\tnil",
		show + `show(exec.run{ "true", stdin = ("x"):rep(1e6) })`:                                               "0\t\t\tfalse\tfalse\tnil",
		show + `show(exec.sh("kill -KILL $$"))`:                                                                 "137\t\t\tfalse\tfalse\tKILL",
		show + `show(exec.sh("trap 'echo bye; exit 0' TERM; sleep 60 & wait", { timeout = "200ms" }))`:          "0\tbye\n\t\ttrue\tfalse\tnil",
		show + `show(exec.run{ "sleep", "60", timeout = "50ms" })`:                                              "143\t\t\ttrue\tfalse\tTERM",
		show + `show(exec.sh("head -c 100000 /dev/zero | tr '\\0' x; echo e >&2; exit 1", { max_output = 3 }))`: "1\txxx\te\n\tfalse\ttrue\tnil",
		`io.write(exec.run{ "pwd", cwd = "/" }.stdout, exec.run{ "pwd" }.stdout)`:                               "/\n" + dir,
		`io.write(exec.sh("echo $A-$B-$N", { env = { A = "x y", N = 5, B = "" } }).stdout)`:                     "x y--5",
		`print(("\n" .. exec.run{ "env", env = { PATH = false } }.stdout):match("\nPATH=") == nil)`:             "true",
	})
}

func TestExecErrors(t *testing.T) {
	checkModule(t, map[string]string{
		`exec.run{}`:                                   "error: exec.run: a value is missing: the program, then its arguments",
		`exec.run()`:                                   "error: exec.run: command must be a table, got nothing",
		`exec.run("ls")`:                               "error: exec.run: command must be a table, got a string",
		`exec.run{ "" }`:                               "error: exec.run: the program's name is empty",
		`exec.run{ "a\0b" }`:                           "error: exec.run: word 1 holds a NUL",
		`exec.run{ "echo", "s3cret\0" }`:               "error: exec.run: word 2 holds a NUL",
		`exec.sh("echo s3cret\0")`:                     "error: exec.sh: line holds a NUL",
		`exec.run{ "true", cwd = "a\0" }`:              `error: exec.run: option "cwd" holds a NUL`,
		`exec.run{ "echo", nil, "x" }`:                 "error: exec.run: value 2 of 3 is nil",
		`exec.run{ "echo", {} }`:                       "error: exec.run: word 2 must be a string or a number, got a table",
		`exec.run{ "no-such-program", "s3cret" }`:      `error: exec.run: there is no program "no-such-program"`,
		`exec.run{ "./none" }`:                         `error: exec.run: there is no program "./none"`,
		`exec.run{ "true", cwd = "/none" }`:            "error: exec.run: cannot run in /none: no such file or directory",
		`exec.run{ "/etc/passwd" }`:                    `error: exec.run: cannot start "/etc/passwd": permission denied`,
		`exec.run{ "true", env = { ["A=B"] = 1 } }`:    `error: exec.run: option "env" has the name "A=B"; names are texts without = and NUL`,
		`exec.run{ "true", env = { A = {} } }`:         `error: exec.run: option "env.A" must be a string, a number or a boolean, got a table`,
		`exec.run{ "true", env = { A = "s3cret\0" } }`: `error: exec.run: option "env.A" holds a NUL`,
		`exec.run{ "true", env = "s3cret" }`:           `error: exec.run: option "env" must be a table, got a string`,
		`exec.run{ "true", time_out = 5 }`:             `error: exec.run: unknown option "time_out"; did you mean "timeout"?`,
		`exec.run{ "true", timeout = 0 }`:              `error: exec.run: option "timeout" must be greater than 0`,
		`exec.sh()`:                                    "error: exec.sh: line must be a string, got nothing",
		`local ok, e = pcall(exec.run, { "ls -l" }); print(e.kind, e.hint)`:           "io\t" + `each word is an argument of its own: exec.run{ "df", "-h" }; exec.sh takes a line`,
		`local ok, e = pcall(exec.run, { "no-such-program" }); print(e.kind, e.hint)`: "io\tit is in none of the folders of PATH; install it, or give its full path",
	})
}

// TestExecEndsTheWholeGroup: what the program has started ends with it, also
// when it does not heed SIGTERM.
func TestExecEndsTheWholeGroup(t *testing.T) {
	t.Chdir(t.TempDir())
	const line = `trap "" TERM; (trap "" TERM; while :; do sleep 0.1; done) & echo $! > child; echo $$ > parent; wait; while :; do sleep 0.1; done`
	began := time.Now()
	checkModule(t, map[string]string{`local r = exec.sh([[` + line + `]], { timeout = "200ms" }); print(r.timed_out, r.signal)`: "true\tKILL"})
	checkGone(t, "child", "parent")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}

	program, err := Compile(Script{Name: "test.lua", Source: []byte(`require("exec").sh([[` + line + `]])`)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := testHost().Run(ctx, program); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	checkGone(t, "child", "parent")
}

// checkGone checks that the processes whose numbers are in the files live no
// more; one that nobody has waited for counts as gone.
func checkGone(t *testing.T, files ...string) {
	t.Helper()
	for _, file := range files {
		pid, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		status := ""
		for range 40 {
			stat, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/stat")
			if status = string(stat); err != nil || strings.Contains(status, ") Z ") {
				status = ""
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if status != "" {
			t.Errorf("%s lives: %s", file, status)
		}
	}
}

// TestExecLeftBehind: output that a process in the background holds open is
// not waited for long.
func TestExecLeftBehind(t *testing.T) {
	began := time.Now()
	checkModule(t, map[string]string{`print(exec.sh("sleep 5 & echo $! started; exit 4").code)`: "4"})
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestExecEffects(t *testing.T) {
	refused := errors.New("refused")
	for code, want := range map[string]string{`exec.run{ "touch", "s3cret" }`: "exec.run touch", `exec.sh("touch s3cret")`: "exec.sh touch"} {
		host := testHost()
		asked := ""
		host.Effect = func(e Effect) error {
			asked = e.Call + " " + e.Target
			return refused
		}
		if err := runOn(t, host, `local exec = require "exec"; `+code); !errors.Is(err, refused) || asked != want {
			t.Errorf("%s: %v, asked %s", code, err, asked)
		}
	}
}
