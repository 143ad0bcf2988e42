package luabind

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// lastOutput bounds the wait for what a program's own children still hold
// open after it ended.
const lastOutput = time.Second

// shellCommand is a line for the system's shell. It ends with the context,
// together with the programs that it started. It has no standard input: the
// script's may be read ahead already.
func (rt *Runtime) shellCommand(ctx context.Context, line string) *exec.Cmd {
	words := append(shell(), line)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) //nolint:gosec // a script may run any program
	cmd.Stdout, cmd.Stderr = rt.host.Stdout, rt.host.Stderr
	cmd.WaitDelay = lastOutput
	ownGroup(cmd)
	cmd.Cancel = func() error { killGroup(cmd.Process.Pid); return nil }
	return cmd
}

// popen starts a program whose output is read, or whose input is written.
func (lib *ioLibrary) popen(L *lua.LState) int {
	line, mode := wantString(L, 1, "popen"), stringOr(L, 2, "popen", "r")
	if mode != "r" && mode != "w" {
		badArgument(L, 2, "popen", "invalid mode")
	}
	lib.rt.effect(L, EffectCommand, "io.popen", programOf(line))
	h, err := lib.rt.startPiped(line, mode)
	if err != nil {
		return pushFailure(L, line, err)
	}
	lib.files.keep(h, line)
	L.Push(lib.rt.newFileValue(L, h))
	return 1
}

// startPiped starts a program with a pipe to its output or input. The program
// lives on when os.exit is called, so that it gets all that was written to it.
func (rt *Runtime) startPiped(line, mode string) (*luaFile, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	ctx, kill := context.WithCancel(rt.base)
	cmd := rt.shellCommand(ctx, line)
	ours, theirs := r, w
	if mode == "w" {
		ours, theirs = w, r
		cmd.Stdin = theirs
	} else {
		cmd.Stdout = theirs
	}
	err = cmd.Start()
	theirs.Close() //nolint:errcheck // the program has its own
	if err != nil {
		ours.Close() //nolint:errcheck // nothing was written
		kill()
		return nil, err
	}
	flags := os.O_RDONLY
	if mode == "w" {
		flags = os.O_WRONLY
	}
	h := newLuaFile(ours, flags)
	pipe := &contextPipe{rt: rt, file: ours}
	if h.in != nil {
		h.in.Reset(pipe)
	} else {
		h.out.Reset(pipe)
	}
	h.finish = func() error { return rt.await(cmd, kill) }
	return h, nil
}

// await waits for a program's end. Its exit status is dropped: PUC Lua 5.1 doesn't tell it.
func (rt *Runtime) await(cmd *exec.Cmd, kill func()) error {
	defer kill()
	if ctx := rt.state.Context(); !rt.ended {
		defer context.AfterFunc(ctx, kill)()
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) || errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// contextPipe is a pipe to a program; reads and writes end with the script.
type contextPipe struct {
	rt   *Runtime
	file *os.File
}

// during runs one operation and breaks it off when the script's context ends.
func (p *contextPipe) during(operation func() (int, error)) (int, error) {
	ctx := p.rt.state.Context()
	stop := context.AfterFunc(ctx, func() {
		p.file.SetDeadline(time.Unix(1, 0)) //nolint:errcheck // long ago; a pipe takes deadlines
	})
	defer stop()
	n, err := operation()
	if ctx.Err() != nil {
		return n, context.Cause(ctx)
	}
	return n, err
}

// Read reads what the program wrote.
func (p *contextPipe) Read(b []byte) (int, error) {
	return p.during(func() (int, error) { return p.file.Read(b) })
}

// Write writes to the program's input. After the script's end there is no
// deadline left to set: what was buffered goes out for as long as the program lives.
func (p *contextPipe) Write(b []byte) (int, error) {
	if p.rt.ended {
		return p.file.Write(b)
	}
	return p.during(func() (int, error) { return p.file.Write(b) })
}

// execute is os.execute: it gives the status as C's system() does, or without
// a command, whether there is a shell.
func (rt *Runtime) execute(L *lua.LState) int {
	if L.Get(1) == lua.LNil {
		there := lua.LNumber(0)
		if hasShell() {
			there = 1
		}
		L.Push(there)
		return 1
	}
	line := wantString(L, 1, "execute")
	rt.effect(L, EffectCommand, "os.execute", programOf(line))
	cmd := rt.shellCommand(L.Context(), line)
	err := cmd.Run()
	if ctx := L.Context(); ctx.Err() != nil {
		raise(L, context.Cause(ctx))
	}
	if cmd.ProcessState == nil {
		rt.host.Logger.Debug("os.execute: " + err.Error())
		L.Push(lua.LNumber(-1))
		return 1
	}
	L.Push(lua.LNumber(systemStatus(cmd.ProcessState)))
	return 1
}

func hasShell() bool {
	_, err := exec.LookPath(shell()[0])
	return err == nil
}

// programOf is what of a command line may be shown: its first word. The rest
// may hold secrets.
func programOf(line string) string {
	if words := strings.Fields(line); len(words) > 0 {
		return words[0]
	}
	return line
}
