package luabind

import (
	"bufio"
	"context"
	"io"

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

// stackValues are the arguments of the running function.
func stackValues(L *lua.LState) []lua.LValue {
	values := make([]lua.LValue, L.GetTop())
	for i := range values {
		values[i] = L.Get(i + 1)
	}
	return values
}
