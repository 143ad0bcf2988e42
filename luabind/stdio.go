package luabind

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// stdio is the script's view of the standard streams: it goes through the
// host's writers, and a read ends when the script's context does.
type stdio struct {
	in *bufio.Reader
}

func newStdio(ctx context.Context, h *Host) *stdio {
	return &stdio{in: bufio.NewReader(&contextReader{ctx: ctx, r: h.Stdin})}
}

// contextReader reads in a goroutine of its own, because a read from a
// terminal cannot be interrupted otherwise. A read that is abandoned keeps
// its buffer and stays the last one.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

type readResult struct {
	data []byte
	err  error
}

// Read reads from the underlying reader, or returns the context's cause.
func (c *contextReader) Read(p []byte) (int, error) {
	if c.r == nil {
		return 0, io.EOF
	}
	done := make(chan readResult, 1)
	go func() {
		buf := make([]byte, len(p))
		n, err := c.r.Read(buf)
		done <- readResult{buf[:n], err}
	}()
	select {
	case r := <-done:
		return copy(p, r.data), r.err
	case <-c.ctx.Done():
		return 0, context.Cause(c.ctx)
	}
}

// replaceIO puts io.write, io.read, io.lines and the three standard files
// onto the host's streams. Files opened by io.open stay gopher-lua's.
func (rt *Runtime) replaceIO() {
	L := rt.state
	ioTable := L.GetGlobal("io").(*lua.LTable)
	stdin := rt.stream("stdin", map[string]lua.LGFunction{"read": rt.readMethod, "lines": rt.linesMethod})
	ioTable.RawSetString("stdin", stdin)
	ioTable.RawSetString("stdout", rt.stream("stdout", writerMethods(rt.host.Stdout)))
	ioTable.RawSetString("stderr", rt.stream("stderr", writerMethods(rt.host.Stderr)))
	rt.wrapIO(ioTable)
}

// wrapIO replaces the functions that mean the standard files unless
// io.input or io.output chose another.
func (rt *Runtime) wrapIO(ioTable *lua.LTable) {
	L := rt.state
	original := func(name string) *lua.LFunction { return ioTable.RawGetString(name).(*lua.LFunction) }
	read, write, lines, input, output := original("read"), original("write"), original("lines"), original("input"), original("output")
	otherInput, otherOutput := false, false
	forward := func(L *lua.LState, f *lua.LFunction) int {
		args := stackValues(L)
		L.SetTop(0)
		L.Push(f)
		for _, a := range args {
			L.Push(a)
		}
		L.Call(len(args), lua.MultRet)
		return L.GetTop()
	}
	set := func(name string, f lua.LGFunction) { ioTable.RawSetString(name, L.NewFunction(f)) }
	set("input", func(L *lua.LState) int { otherInput = otherInput || L.GetTop() > 0; return forward(L, input) })
	set("output", func(L *lua.LState) int { otherOutput = otherOutput || L.GetTop() > 0; return forward(L, output) })
	set("read", func(L *lua.LState) int {
		if otherInput {
			return forward(L, read)
		}
		return rt.read(L, 1)
	})
	set("lines", func(L *lua.LState) int {
		if otherInput || L.GetTop() > 0 {
			return forward(L, lines)
		}
		return rt.lines(L)
	})
	set("write", func(L *lua.LState) int {
		if otherOutput {
			return forward(L, write)
		}
		writeValues(L, rt.host.Stdout, 1)
		L.Push(ioTable.RawGetString("stdout"))
		return 1
	})
}

func stackValues(L *lua.LState) []lua.LValue {
	values := make([]lua.LValue, L.GetTop())
	for i := range values {
		values[i] = L.Get(i + 1)
	}
	return values
}

// stream makes a standard file object with the given methods; close, flush,
// seek and setvbuf do what C's do on a stream that stays open.
func (rt *Runtime) stream(name string, methods map[string]lua.LGFunction) *lua.LUserData {
	L := rt.state
	table := L.NewTable()
	self := func(L *lua.LState) int { L.Push(L.Get(1)); return 1 }
	for _, n := range []string{"flush", "setvbuf", "close"} {
		table.RawSetString(n, L.NewFunction(self))
	}
	for n, f := range methods {
		table.RawSetString(n, L.NewFunction(f))
	}
	mt := L.NewTable()
	mt.RawSetString("__index", table)
	mt.RawSetString("__tostring", L.NewFunction(func(L *lua.LState) int { L.Push(lua.LString("file (" + name + ")")); return 1 }))
	ud := L.NewUserData()
	ud.Metatable = mt
	return ud
}

func writerMethods(w io.Writer) map[string]lua.LGFunction {
	return map[string]lua.LGFunction{"write": func(L *lua.LState) int {
		writeValues(L, w, 2)
		L.Push(L.Get(1))
		return 1
	}}
}

// writeValues writes the strings and numbers from argument first on.
func writeValues(L *lua.LState, w io.Writer, first int) {
	for i := first; i <= L.GetTop(); i++ {
		if _, err := io.WriteString(w, L.CheckString(i)); err != nil {
			raise(L, err)
		}
	}
}

func (rt *Runtime) readMethod(L *lua.LState) int  { return rt.read(L, 2) }
func (rt *Runtime) linesMethod(L *lua.LState) int { return rt.lines(L) }

// lines is an iterator over the lines of standard input.
func (rt *Runtime) lines(L *lua.LState) int {
	L.Push(L.NewFunction(func(L *lua.LState) int {
		v, err := rt.stdio.line()
		rt.checkRead(L, err)
		L.Push(v)
		return 1
	}))
	return 1
}

// read gives one value for each format from argument first on, as Lua's
// file:read: "*l" (the default), "*a", "*n" or a number of octets.
func (rt *Runtime) read(L *lua.LState, first int) int {
	formats := []lua.LValue{lua.LString("*l")}
	if L.GetTop() >= first {
		formats = stackValues(L)[first-1:]
	}
	for i, format := range formats {
		v, err := rt.stdio.value(format)
		rt.checkRead(L, err)
		L.Push(v)
		if v == lua.LNil {
			return i + 1
		}
	}
	return len(formats)
}

func (rt *Runtime) checkRead(L *lua.LState, err error) {
	if err != nil {
		raise(L, err)
	}
}

var errReadFormat = errors.New(`io.read: the format must be "*l", "*a", "*n" or a number of octets`)

// value reads by one format; nil at the end of the input.
func (s *stdio) value(format lua.LValue) (lua.LValue, error) {
	if n, ok := format.(lua.LNumber); ok {
		return s.octets(int(n))
	}
	switch strings.TrimPrefix(lua.LVAsString(format), "*") {
	case "l":
		return s.line()
	case "a":
		all, err := io.ReadAll(s.in)
		return lua.LString(all), err
	case "n":
		return s.number()
	}
	return lua.LNil, &argumentError{text: errReadFormat.Error()}
}

func (s *stdio) line() (lua.LValue, error) {
	line, err := s.in.ReadString('\n')
	if errors.Is(err, io.EOF) {
		if line == "" {
			return lua.LNil, nil
		}
		err = nil
	}
	return lua.LString(strings.TrimSuffix(line, "\n")), err
}

func (s *stdio) octets(n int) (lua.LValue, error) {
	buf := make([]byte, min(max(n, 0), maxSource))
	read, err := io.ReadFull(s.in, buf)
	switch {
	case errors.Is(err, io.EOF):
		return lua.LNil, nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = nil
	}
	return lua.LString(buf[:read]), err
}

// number reads one number after white space; nil when there is none.
func (s *stdio) number() (lua.LValue, error) {
	var word []byte
	for {
		b, err := s.in.ReadByte()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return lua.LNil, err
		}
		if strings.IndexByte(" \t\r\n", b) < 0 {
			word = append(word, b)
			continue
		}
		if len(word) > 0 {
			if err := s.in.UnreadByte(); err != nil {
				return lua.LNil, err
			}
			break
		}
	}
	n, err := strconv.ParseFloat(string(word), 64)
	if err != nil {
		return lua.LNil, nil //nolint:nilerr // Lua's file:read gives nil for what is no number
	}
	return lua.LNumber(n), nil
}
