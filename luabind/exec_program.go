package luabind

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// programResult is what came of a program.
type programResult struct {
	code           int
	signal         string
	stdout, stderr keptOutput
	timedOut       bool
}

// Times that a program gets when it is ended.
const (
	termTime = 500 * time.Millisecond // between SIGTERM and SIGKILL
	pipeTime = 2 * time.Second        // for output of processes that outlive it
)

var errProgramTime = errors.New("the program's timeout")

// runProgram runs words as a program with its arguments, in a group of
// processes of its own. Errors are those of starting it, or the cause that
// ended ctx.
func runProgram(ctx context.Context, words []string, o *execOptions) (*programResult, error) {
	inner := ctx
	if o.Timeout > 0 {
		limited, cancel := context.WithTimeoutCause(ctx, o.Timeout, errProgramTime)
		defer cancel()
		inner = limited
	}
	command, err := newCommand(inner, words, o)
	if err != nil {
		return nil, err
	}
	r := &programResult{stdout: keptOutput{most: o.MaxOutput}, stderr: keptOutput{most: o.MaxOutput}}
	command.Stdout, command.Stderr = &r.stdout, &r.stderr
	var later *time.Timer
	command.Cancel = func() error {
		later = time.AfterFunc(termTime, func() { killGroup(command.Process.Pid) })
		return endGroup(command.Process.Pid)
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	err = command.Wait()
	ended := later != nil // and it may all the same have ended well: a program can catch SIGTERM
	if ended {
		later.Stop()
		killGroup(command.Process.Pid)
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	r.timedOut = ended && command.ProcessState != nil && errors.Is(context.Cause(inner), errProgramTime)
	var failed *exec.ExitError
	switch {
	case err == nil, errors.As(err, &failed), errors.Is(err, exec.ErrWaitDelay), r.timedOut:
		r.code, r.signal = exitStatus(command.ProcessState)
		return r, nil
	}
	return nil, err
}

// newCommand prepares a program.
func newCommand(ctx context.Context, words []string, o *execOptions) (*exec.Cmd, error) {
	if strings.ContainsRune(o.Cwd, 0) {
		return nil, &argumentError{text: `option "cwd" holds a NUL`}
	}
	for i, word := range words {
		if strings.ContainsRune(word, 0) {
			return nil, &argumentError{text: fmt.Sprintf("word %d holds a NUL", i+1)}
		}
	}
	if words[0] == "" {
		return nil, &argumentError{text: "the program's name is empty"}
	}
	command := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // a script may run any program
	command.Dir = o.Cwd
	if o.Stdin != "" {
		command.Stdin = strings.NewReader(o.Stdin)
	}
	if o.Env != nil {
		var err error
		if command.Env, err = execEnv(command.Environ(), o.Env); err != nil {
			return nil, err
		}
	}
	ownGroup(command)
	command.WaitDelay = pipeTime
	return command, nil
}

// execEnv adds a script's variables to those of the process; of equal names
// the last counts.
func execEnv(env []string, own *lua.LTable) ([]string, error) {
	for key, value := own.Next(lua.LNil); key != lua.LNil; key, value = own.Next(key) {
		name, ok := key.(lua.LString)
		if !ok || name == "" || strings.ContainsAny(string(name), "=\x00") {
			return nil, &argumentError{text: fmt.Sprintf("option \"env\" has the name %s; names are texts without = and NUL", shown(key))}
		}
		text, ok := wordText(value)
		switch {
		case value == lua.LFalse:
			env = withoutVariable(env, string(name))
			continue
		case !ok:
			return nil, &argumentError{text: fmt.Sprintf("option \"env.%s\" must be a string, a number or a boolean, got %s", string(name), describe(value))}
		case strings.ContainsRune(text, 0):
			return nil, &argumentError{text: fmt.Sprintf("option \"env.%s\" holds a NUL", string(name))}
		}
		env = append(env, string(name)+"="+text)
	}
	return env, nil
}

func withoutVariable(env []string, name string) []string {
	var kept []string
	for _, pair := range env {
		if !strings.HasPrefix(pair, name+"=") {
			kept = append(kept, pair)
		}
	}
	return kept
}

// keptOutput keeps the first octets of an output and drops the others, so
// that the program does not wait for a reader.
type keptOutput struct {
	kept []byte
	most int64
	cut  bool
}

// Write keeps what there is room for.
func (o *keptOutput) Write(p []byte) (int, error) {
	room := min(int64(len(p)), o.most-int64(len(o.kept)))
	o.kept = append(o.kept, p[:room]...)
	o.cut = o.cut || room < int64(len(p))
	return len(p), nil
}
