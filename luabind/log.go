package luabind

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"

	"moonpost/luabind/lua51"

	lua "github.com/yuin/gopher-lua"
)

// logModule is `log`: messages to the host's log, on standard error.
func logModule(rt *Runtime) Module {
	levels := []struct {
		name  string
		level slog.Level
		doc   string
	}{
		{"debug", slog.LevelDebug, "Logs what helps to find a fault; it is shown with `--log-level debug` only."},
		{"info", slog.LevelInfo, "Logs how things go."},
		{"warn", slog.LevelWarn, "Logs what may be wrong."},
		{"error", slog.LevelError, "Logs what went wrong."},
	}
	m := Module{Name: "log", Doc: "Messages for whoever runs the script, on standard error; `--log-level` leaves out the lower ones, `--json` writes JSON lines. Each takes a text and a table of named values; those named time, level and msg get an underscore behind their name."}
	for _, l := range levels {
		m.Functions = append(m.Functions, Function{
			Name: l.name, Sig: "(text: any, fields?: table<string, any>)", Doc: l.doc,
			Example: fmt.Sprintf(`log.%s("row skipped", { line = 7, email = row.email })`, l.name), Fn: rt.logger("log."+l.name, l.level),
		})
	}
	return m
}

// logger makes the function of one level.
func (rt *Runtime) logger(call string, level slog.Level) lua.LGFunction {
	return func(L *lua.LState) int {
		if L.GetTop() == 0 {
			raiseArgument(L, call+": the text is missing")
		}
		text := lua51.ToString(L, L.Get(1)).String()
		attrs, err := logFields(L, call, L.Get(2))
		if err != nil {
			raise(L, err)
		}
		rt.host.Logger.LogAttrs(rt.base, level, text, attrs...)
		return 0
	}
}

// logFields reads the named values in the order in which they were written.
func logFields(L *lua.LState, call string, v lua.LValue) ([]slog.Attr, error) {
	if v == lua.LNil {
		return nil, nil
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, &argumentError{text: fmt.Sprintf("%s: fields must be a table, got %s", call, describe(v))}
	}
	var attrs []slog.Attr
	reader := treeReader{number: logNumber, object: func(ud *lua.LUserData) (any, error) { return logObject(L, ud), nil }}
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		name, ok := key.(lua.LString)
		if !ok {
			return nil, &argumentError{text: call + ": fields must have names", hint: `write { name = value }`}
		}
		reader.root = call + ": field " + optQuote(string(name))
		field, err := reader.read(value)
		if err != nil {
			return nil, err
		}
		attrs = append(attrs, slog.Any(logName(string(name)), logValue(field)))
	}
	return attrs, nil
}

// logName keeps a field from taking the place of what each entry has.
func logName(name string) string {
	switch name {
	case slog.TimeKey, slog.LevelKey, slog.MessageKey:
		return name + "_"
	}
	return name
}

// logNumber writes as text what JSON has no number for.
func logNumber(n float64) any {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return lua.LNumber(n).String()
	}
	return treeInteger(n)
}

// logObject is what an object says of itself.
func logObject(L *lua.LState, ud *lua.LUserData) any {
	if isNull(ud) {
		return nil
	}
	return L.ToStringMeta(ud).String()
}

// logTree is a table among the fields: JSON, also where the entry is a line of
// text.
type logTree struct{ tree any }

// MarshalJSON implements json.Marshaler.
func (t logTree) MarshalJSON() ([]byte, error) { return json.Marshal(t.tree) }

// MarshalText implements encoding.TextMarshaler.
func (t logTree) MarshalText() ([]byte, error) { return json.Marshal(t.tree) }

func logValue(v any) any {
	switch v.(type) {
	case map[string]any, []any:
		return logTree{v}
	}
	return v
}
