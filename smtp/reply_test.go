package smtp

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parseOne reads one reply from octets, as the connection does.
func parseOne(b []byte) (r Reply, rest []byte, err error) {
	var p replyParser
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			return Reply{}, b, errors.New("incomplete")
		}
		done, err := p.add(b[:end+1])
		b = b[end+1:]
		if done || err != nil {
			return p.reply, b, err
		}
	}
}

func TestPoint12_Replies(t *testing.T) {
	tests := []struct {
		name, in string
		want     Reply
	}{
		{"one line", "250 ok\r\n", Reply{250, EnhancedCode{}, []string{"ok"}}},
		{"several", "250-a\r\n250-b\r\n250 c\r\n", Reply{250, EnhancedCode{}, []string{"a", "b", "c"}}},
		{"row b: no text", "250\r\n", Reply{250, EnhancedCode{}, []string{""}}},
		{"row b: no text, more lines", "250-\r\n250\r\n", Reply{250, EnhancedCode{}, []string{"", ""}}},
		{"row f: LF only", "250-a\n250 b\n", Reply{250, EnhancedCode{}, []string{"a", "b"}}},
		{"enhanced", "550 5.1.1 no such user\r\n", Reply{550, EnhancedCode{5, 1, 1}, []string{"5.1.1 no such user"}}},
		{"enhanced of another class", "550 4.1.1 odd\r\n", Reply{550, EnhancedCode{}, []string{"4.1.1 odd"}}},
		{"a version is no enhanced code", "250 2.1.1.1 x\r\n", Reply{250, EnhancedCode{}, []string{"2.1.1.1 x"}}},
		{"Latin-1", "550 caf\xe9\r\n", Reply{550, EnhancedCode{}, []string{"café"}}},
		{"UTF-8", "550 café\r\n", Reply{550, EnhancedCode{}, []string{"café"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, rest, err := parseOne([]byte(tt.in))
			if err != nil || len(rest) > 0 {
				t.Fatalf("rest %q, error %v", rest, err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestReplyMalformed(t *testing.T) {
	tests := []struct{ name, in, reason string }{
		{"row a: codes differ", "250-a\r\n550-b\r\n250 c\r\n", "code differs from 250"},
		{"row c: underscore", "220_x\r\n", "not a reply line"},
		{"row c: four digits", "2200 x\r\n", "not a reply line"},
		{"row e: 8193 octets", "250 " + strings.Repeat("x", 8192-5) + "\r\n", "too long"},
		{"513 lines", strings.Repeat("250-x\r\n", 513), "too many lines"},
		{"64 KiB", strings.Repeat("250-"+strings.Repeat("x", 8000)+"\r\n", 9), "reply is too long"},
		{"no code", "hello\r\n", "not a reply line"},
		{"1xx", "100 x\r\n", "not a reply line"},
		{"empty", "\r\n", "not a reply line"},
		{"HTTP", "HTTP/1.1 400 Bad Request\r\n", "not a reply line"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := parseOne([]byte(tt.in))
			var e *ProtocolError
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.reason) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestSmtplibRow_e_LineBound(t *testing.T) {
	line := "250 " + strings.Repeat("x", 8192-6) + "\r\n"
	if len(line) != 8192 {
		t.Fatal(len(line))
	}
	if _, _, err := parseOne([]byte(line)); err != nil {
		t.Errorf("8192 octets: %v", err)
	}
}

func TestPoint12_RepliesForPeople(t *testing.T) {
	r := Reply{550, EnhancedCode{}, []string{"a\x1b[31m", "b\u202e\u0085c"}}
	if got, want := r.String(), `550 a\x1b[31m; b\u202e\u0085c`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := r.Text(), "a\x1b[31m\nb\u202e\u0085c"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

func FuzzReply(f *testing.F) {
	for _, s := range []string{"250 ok\r\n", "250-a\r\n250 b\r\n", "250\n", "250-a\r\n550 b\r\n", "220_x\r\n", "550 5.1.1 \xff\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, _, err := parseOne(b)
		if err != nil {
			return
		}
		if r.Code < 200 || r.Code > 599 || len(r.Lines) == 0 || len(r.Lines) > maxReplyLines {
			t.Fatalf("%+v", r)
		}
		if strings.IndexFunc(r.String(), isControl) >= 0 {
			t.Fatalf("control character in %q", r.String())
		}
		if e := r.Enhanced; e != (EnhancedCode{}) && e[0] != r.Code/100 {
			t.Fatalf("%v in %d", e, r.Code)
		}
	})
}
