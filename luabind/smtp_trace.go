package luabind

import (
	"fmt"
	"io"

	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// tracer gives the transcript's writer for a connection: the script's
// `debug` option, the host's --trace, both or none.
func (rt *Runtime) tracer(call string, debug lua.LValue, queue smtp.Tracer) (smtp.Tracer, error) {
	var own smtp.Tracer
	switch v := debug.(type) {
	case nil, *lua.LNilType:
	case lua.LNumber:
		own = levelTracer(rt.host.Stderr, int(v))
	case lua.LBool:
		if bool(v) {
			own = levelTracer(rt.host.Stderr, 1)
		}
	case *lua.LFunction:
		own = queue
	default:
		return nil, &argumentError{text: fmt.Sprintf("%s: the debug level must be 0, 1, 2 or a function, got %s", call, describe(debug))}
	}
	if !rt.host.Trace.SMTP {
		return own, nil
	}
	host := levelTracer(rt.host.Stderr, 1)
	if own == nil {
		return host, nil
	}
	if _, isFunction := debug.(*lua.LFunction); !isFunction {
		return own, nil
	}
	return func(e smtp.TraceEvent) { host(e); own(e) }, nil
}

// levelTracer writes a transcript as smtplib's debug levels do: 1 plain,
// 2 with times, 0 not at all.
func levelTracer(w io.Writer, level int) smtp.Tracer {
	switch {
	case level <= 0:
		return nil
	case level == 1:
		return func(e smtp.TraceEvent) { _, _ = fmt.Fprintf(w, "%c: %s\n", e.Direction, e.Line) }
	}
	return func(e smtp.TraceEvent) {
		_, _ = fmt.Fprintf(w, "%s %s %c: %s\n", e.At.Format("15:04:05.000000"), e.Conn, e.Direction, e.Line)
	}
}

// setDebug turns to another transcript, also for connections made later.
func (c *conn) setDebug(call string, level lua.LValue) error {
	tracer, err := c.rt.tracer(call, level, c.queueDebug)
	if err != nil {
		return err
	}
	c.debug, _ = level.(*lua.LFunction)
	c.level, c.options.Trace = level, tracer
	c.client.SetTrace(tracer)
	return nil
}

func (rt *Runtime) connDebugLevel(L *lua.LState) int {
	c := this(L)
	if L.Get(2) == lua.LNil {
		raiseArgument(L, "conn:set_debuglevel: the debug level must be 0, 1, 2 or a function, got nothing")
	}
	c.flushDebug(L)
	c.check(L, c.setDebug("conn:set_debuglevel", L.Get(2)))
	return 0
}

// queueDebug keeps an event for the script's debug function: the engine may
// speak on several goroutines, Lua code runs on one.
func (c *conn) queueDebug(e smtp.TraceEvent) {
	c.eventsMu.Lock()
	defer c.eventsMu.Unlock()
	c.events = append(c.events, e)
}

// flushDebug calls the script's debug function for what was traced since.
func (c *conn) flushDebug(L *lua.LState) {
	if c.debug == nil {
		return
	}
	c.eventsMu.Lock()
	events := c.events
	c.events = nil
	c.eventsMu.Unlock()
	for _, e := range events {
		L.Push(c.debug)
		L.Push(lua.LString(string(e.Direction)))
		L.Push(lua.LString(e.Line))
		L.Call(2, 0)
	}
}
