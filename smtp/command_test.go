package smtp

import (
	"errors"
	"strings"
	"testing"
)

func TestPoint8_CommandInjection(t *testing.T) {
	for _, args := range [][]string{{"NOOP\r\nQUIT"}, {"NOOP", "a\nb"}, {"NOOP", "a\rb"}, {"NOOP\x00"}, {"VRFY", "x", "y\r\n"}} {
		_, err := commandLine(args[0], args[1:]...)
		var e *ArgumentError
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", args, err)
		}
	}
}

func TestParams(t *testing.T) {
	for s, want := range map[string]bool{
		"SIZE=1": true, "SMTPUTF8": true, "body=8BITMIME": true, "AUTH=<>": true, "XVERP==+": true, "X_Y=1": true, "RET=HDRS": true,
		"": false, "=1": false, "A=": false, "A B": false, "A=1 B=2": false, "A=1\r\n": false, "A=\x7f": false, "A>=1": false, "A=\xff": false,
	} {
		if got := validParam(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestVerbOf(t *testing.T) {
	for line, want := range map[string]string{"rcpt to:<a>\r\n": "RCPT", "  Noop": "NOOP", "": "", "\tDATA\r\n": "DATA", "QUIT\r\n": "QUIT"} {
		if got := verbOf(line); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

func TestHelloName(t *testing.T) {
	for s, want := range map[string]bool{"a.example": true, "[192.0.2.1]": true, "": false, "a b": false, "a\r\nb": false, strings.Repeat("x", 256): false} {
		if got := validHelloName(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestPoint29_Xtext(t *testing.T) {
	for in, want := range map[string]string{"a+b=c": "a+2Bb+3Dc", "plain": "plain", "a b\x7f": "a+20b+7F", "ü": "+C3+BC"} {
		if got := xtext(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got, want := utf8Xtext(`ü+=\ `, false), `ü\x{2B}\x{3D}\x{5C}\x{20}`; got != want {
		t.Errorf("utf-8: %q, want %q", got, want)
	}
}

func TestPoint29_DSNCheck(t *testing.T) {
	for _, tt := range []struct {
		dsn DSN
		ok  bool
	}{
		{DSN{}, true},
		{DSN{Notify: []string{"success", "Failure", "delay"}, Ret: "headers", EnvID: "42"}, true},
		{DSN{Notify: []string{"never"}}, true},
		{DSN{Notify: []string{"never", "failure"}}, false},
		{DSN{Notify: []string{"always"}}, false},
		{DSN{Ret: "half"}, false},
		{DSN{EnvID: "a\r\nb"}, false},
		{DSN{EnvID: strings.Repeat("x", 101)}, false},
	} {
		if err := tt.dsn.check(); (err == nil) != tt.ok {
			t.Errorf("%+v: %v", tt.dsn, err)
		}
	}
}

func FuzzCommandLine(f *testing.F) {
	f.Add("RCPT", "TO:<a@b>")
	f.Add("NOOP\r\n", "")
	f.Fuzz(func(t *testing.T, verb, arg string) {
		line, err := commandLine(verb, arg)
		if err != nil {
			return
		}
		body, ok := strings.CutSuffix(line, "\r\n")
		if !ok || strings.ContainsAny(body, "\r\n\x00") {
			t.Fatalf("%q", line)
		}
		if validParam(arg) && strings.ContainsAny(arg, " \t\r\n") {
			t.Fatalf("parameter %q", arg)
		}
	})
}
