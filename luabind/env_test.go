package luabind

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// runBinding runs a script on a host of the test's own and gives what it
// printed and logged. The environment has the variable SET alone.
func runBinding(t testing.TB, code, stdin string) (stdout, logged string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	drop := func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}
	clock := func() time.Time { return time.Unix(1_800_000_000, 0).UTC() }
	host := &Host{
		Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: io.Discard, Wall: clock, Mono: clock,
		LookupEnv: func(name string) (string, bool) {
			return map[string]string{"SET": "value", "EMPTY": ""}[name], name == "SET" || name == "EMPTY"
		},
		Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: drop})),
	}
	program, err := Compile(Script{Name: "test.lua", Source: []byte(code)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = host.Run(context.Background(), program)
	return out.String(), log.String(), err
}

// checkBinding runs scripts and compares what they print, or, where want
// begins with "error: ", the error of theirs.
func checkBinding(t *testing.T, cases map[string]string) {
	t.Helper()
	for code, want := range cases {
		got, _, err := runBinding(t, code, "")
		if err != nil {
			got = "error: " + err.Error()
		}
		if got = strings.TrimSuffix(got, "\n"); got != strings.TrimSuffix(want, "\n") {
			t.Errorf("%s\ngot  %s\nwant %s", code, got, want)
		}
	}
}

func TestEnv(t *testing.T) {
	checkBinding(t, map[string]string{
		`print(env.SET, env["EMPTY"] == "")`:           "value\ttrue",
		`print(env.get("SET"), env.get("SET", 5))`:     "value\tvalue",
		`print(env.get("UNSET"), env.get("UNSET", 5))`: "nil\t5",
		`print(env.get("EMPTY", 5) == "")`:             "true",
		`print(require "env" == env)`:                  "true",
		`print(env.UNSET)`:                             "error: env.UNSET is not set",
		`print(env.get())`:                             "error: env.get: name must be a string, got nothing",
		`local ok, e = pcall(function() return env.UNSET end); print(ok, e.kind, e.hint)`: "false\targument\texport UNSET=…, or write env.get(\"UNSET\", default)",
	})
}

// kindOf gives the kind that a script sees of an error.
func kindOf(err error) string {
	var kinded interface{ Kind() string }
	if errors.As(err, &kinded) {
		return kinded.Kind()
	}
	return ""
}
