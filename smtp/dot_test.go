package smtp

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// dotted writes pieces of content through a dotWriter and adds the final dot.
func dotted(t *testing.T, safe bool, pieces ...string) string {
	t.Helper()
	var out bytes.Buffer
	d := &dotWriter{w: &out}
	for _, p := range pieces {
		if err := d.segment([]byte(p), safe); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.finish(); err != nil {
		t.Fatal(err)
	}
	return out.String() + finalDot
}

func TestPoint10_DotStuffing(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "a\r\nb\r\n", "a\r\nb\r\n.\r\n"},
		{"row p: empty", "", "\r\n.\r\n"},
		{"point 10: no line end", "a", "a\r\n.\r\n"},
		{"point 10: ends in CR", "a\r", "a\r\n.\r\n"},
		{"point 10: ends in LF", "a\n", "a\r\n.\r\n"},
		{"point 10: first octet is a dot", ".", "..\r\n.\r\n"},
		{"dot after CRLF", "a\r\n.b\r\n", "a\r\n..b\r\n.\r\n"},
		{"lone dot", "a\r\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"},
		{"point 9: lone CR before a dot", "\r.c", "\r\n..c\r\n.\r\n"},
		{"row q: lone LF before a dot", "a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"},
		{"CR CR LF", "a\r\r\nb", "a\r\n\r\nb\r\n.\r\n"},
		{"LF CR", "a\n\rb", "a\r\n\r\nb\r\n.\r\n"},
		{"dots within a line", "a.b..\r\n", "a.b..\r\n.\r\n"},
		{"blank lines", "\r\n\r\n", "\r\n\r\n.\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dotted(t, false, tt.in); got != tt.want {
				t.Errorf("whole: %q, want %q", got, tt.want)
			}
			for cut := range tt.in {
				if got := dotted(t, false, tt.in[:cut], tt.in[cut:]); got != tt.want {
					t.Errorf("cut at %d: %q, want %q", cut, got, tt.want)
				}
			}
			if got := dotted(t, false, strings.Split(tt.in, "")...); got != tt.want {
				t.Errorf("octet by octet: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDotSafeIsPassedOn(t *testing.T) {
	var out passOn
	d := &dotWriter{w: &out}
	b := []byte("YWJj\r\nZGVm\r\n")
	if err := d.segment(b, true); err != nil {
		t.Fatal(err)
	}
	if len(out) != 1 || &out[0][0] != &b[0] {
		t.Errorf("%d writes, or a copy", len(out))
	}
}

type passOn [][]byte

func (p *passOn) Write(b []byte) (int, error) { *p = append(*p, b); return len(b), nil }

func TestDotSafeBorders(t *testing.T) {
	if got, want := dotted(t, true, "a\r", "\nb", ".c\r\n", ".d"), "a\r\nb.c\r\n..d\r\n.\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDotWriterLongLine(t *testing.T) {
	for _, tt := range []struct {
		pieces []string
		ok     bool
	}{
		{[]string{strings.Repeat("x", 998) + "\r\n"}, true},
		{[]string{strings.Repeat("x", 999)}, false},
		{[]string{strings.Repeat("x", 500), strings.Repeat("x", 499)}, false},
		{[]string{strings.Repeat("x", 500), strings.Repeat("x", 498) + "\r\n" + strings.Repeat("y", 998)}, true},
		{[]string{"a\r\n" + strings.Repeat("x", 999) + "\r\n"}, false},
		{[]string{"a\r", "\n" + strings.Repeat("x", 998)}, true},
	} {
		d := &dotWriter{w: &bytes.Buffer{}, maxLine: maxTextLine}
		var err error
		for _, p := range tt.pieces {
			err = errors.Join(err, d.segment([]byte(p), false))
		}
		if (err == nil) != tt.ok {
			t.Errorf("%.20q…: %v", tt.pieces, err)
		}
	}
}

func TestPoint9_OnlyCRLFGoesOut(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "a\nb": "a\r\nb", "a\rb": "a\r\nb", "a\r\nb\r\n": "a\r\nb\r\n", "\r\r\n\n": "\r\n\r\n\r\n", "x\r": "x\r\n"} {
		var b bytes.Buffer
		o := Octets([]byte(in))
		if _, err := o.WriteTo(&b); err != nil || b.String() != want || o.Size() != int64(len(want)) {
			t.Errorf("%q: %q, size %d, %v", in, b.String(), o.Size(), err)
		}
	}
}

func TestInspect(t *testing.T) {
	for in, want := range map[string]nature{
		"abc\r\nd": {longest: 3}, "\xff\r\n": {eightBit: true, longest: 1}, "": {}, "ab\r\n\r\nabcd\r\n": {longest: 4},
	} {
		if got, err := inspect(Octets([]byte(in))); got != want || err != nil {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
}

func FuzzDotWriter(f *testing.F) {
	for _, s := range []string{"", ".", "\r.c", "a\r\n.\r\n", "\n.\n", "\r\r\n.", "a\r"} {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		cut = min(max(cut, 0), len(b))
		got := dotted(t, false, string(b[:cut]), string(b[cut:]))
		if strings.Count(got, "\r") != strings.Count(got, "\r\n") || strings.Count(got, "\n") != strings.Count(got, "\r\n") {
			t.Fatalf("lone CR or LF in %q", got)
		}
		if at := strings.Index("\r\n"+got, "\r\n.\r\n"); at != len(got)-3 {
			t.Fatalf("content ends at %d of %q", at, got)
		}
		body := strings.TrimSuffix(got, finalDot)
		body = strings.TrimPrefix(strings.ReplaceAll("\r\n"+body, "\r\n.", "\r\n"), "\r\n")
		want := string(normaliseLines(b))
		if !strings.HasSuffix(want, "\r\n") {
			want += "\r\n"
		}
		if body != want {
			t.Fatalf("unstuffed %q, want %q", body, want)
		}
	})
}

func TestPoint9_ExactOctets(t *testing.T) {
	for text, ok := range map[string]bool{"": true, "a": true, "a\r\nb\r\n": true, "a\nb": false, "a\r": false, "\r\r\n": false, "\n": false} {
		o, err := ExactOctets([]byte(text))
		var refused *ArgumentError
		if ok != (err == nil) || !ok && !errors.As(err, &refused) {
			t.Errorf("%q: %v", text, err)
		}
		if ok && o.Size() != int64(len(text)) {
			t.Errorf("%q has %d octets", text, o.Size())
		}
	}
}
