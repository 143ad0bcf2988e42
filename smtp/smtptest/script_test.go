package smtptest

import (
	"fmt"
	"net"
	"strings"
	"testing"
)

// judge is a testing.TB that keeps its errors and lets the test end at will.
type judge struct {
	testing.TB
	errs     []string
	cleanups []func()
}

func (j *judge) Helper() {}
func (j *judge) Errorf(format string, args ...any) {
	j.errs = append(j.errs, fmt.Sprintf(format, args...))
}
func (j *judge) Cleanup(f func()) { j.cleanups = append(j.cleanups, f) }

func (j *judge) end() {
	for i := len(j.cleanups) - 1; i >= 0; i-- {
		j.cleanups[i]()
	}
}

func TestScriptVerdict(t *testing.T) {
	tests := []struct{ name, script, say, complaint string }{
		{"followed", "S: 220 hi\nC: HELO *", "HELO me\r\n", ""},
		{"another line", "S: 220 hi\nC: HELO *", "NOOP\r\n", `got "NOOP"`},
		{"nothing said", "S: 220 hi\nC: HELO *", "", "EOF"},
		{"unknown step", "SHOUT", "", "unknown step"},
		{"content", "CONTENT\nC: QUIT", "a\r\n..\r\n.\r\nQUIT\r\n", ""},
		{"scene left over", "CLOSE\nNEXT\nCLOSE", "", "never played"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := &judge{TB: t}
			s := NewScript(j, tt.script)
			conn, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			_, _ = conn.Write([]byte(tt.say))
			_ = conn.(*net.TCPConn).CloseWrite()
			for b := make([]byte, 100); err == nil; {
				_, err = conn.Read(b)
			}
			_ = conn.Close()
			j.end()
			if got := strings.Join(j.errs, "\n"); (got == "") != (tt.complaint == "") || !strings.Contains(got, tt.complaint) {
				t.Errorf("complaints %q, want %q", got, tt.complaint)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a*", "a", true}, {"*", "", true}, {"a*c", "abbc", true}, {"a*c", "ab", false}, {"*b*", "abc", true}, {"", "x", false},
	} {
		if got := match(tt.pattern, tt.s); got != tt.want {
			t.Errorf("%q %q: %v", tt.pattern, tt.s, got)
		}
	}
}
