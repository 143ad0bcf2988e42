package data

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// readAll returns each record as its fields joined by "|", or the error's text.
func readAll(t *testing.T, c *CSV) []string {
	t.Helper()
	var out []string
	for {
		row, err := c.Next()
		var bad *CSVError
		switch {
		case err == io.EOF:
			return out
		case errors.As(err, &bad):
			out = append(out, "! "+err.Error())
		case err != nil:
			t.Fatal(err)
		default:
			out = append(out, strings.Join(row.Values, "|"))
		}
	}
}

func TestCSV(t *testing.T) {
	tests := []struct {
		name    string
		text    string
		o       CSVOptions
		columns string
		want    []string
	}{
		{"plain", "email,name\na@x.test,Ann\n", CSVOptions{}, "email name", []string{"a@x.test|Ann"}},
		{"no final newline", "a,b\r\n1,2", CSVOptions{}, "a b", []string{"1|2"}},
		{"byte order mark", "\xef\xbb\xbfemail,name\na,b\n", CSVOptions{}, "email name", []string{"a|b"}},
		{"UTF-16 by its mark", "\xff\xfea\x00,\x00b\x00\n\x00\xe4\x00,\x002\x00\n\x00", CSVOptions{}, "a b", []string{"ä|2"}},
		{"big-endian UTF-16", "\xfe\xff\x00a\x00,\x00b\x00\n\x001\x00,\x002\x00\n", CSVOptions{}, "a b", []string{"1|2"}},
		{"windows-1252", "name,x\nM\xfcller,\x80\n", CSVOptions{Charset: "windows-1252"}, "name x", []string{"Müller|€"}},
		{"charset under another name", "a\n\xa4\n", CSVOptions{Charset: "ISO-8859-15"}, "a", []string{"€"}},
		{"GB18030", "\xd0\xd5\xc3\xfb,x\n\xcd\xf5,\x81\x30\x81\x30\n", CSVOptions{Charset: "GB18030"}, "姓名 x", []string{"王|\u0080"}},
		{"GBK", "a\n\xcd\xf5\n", CSVOptions{Charset: "gbk"}, "a", []string{"王"}},
		{"UTF-16 without a mark", "a\x00,\x00b\x00\n\x00\xe4\x00,\x002\x00\n\x00", CSVOptions{Charset: "utf-16le"}, "a b", []string{"ä|2"}},
		{"a mark wins over the name", "\xef\xbb\xbfa\n\xc3\xbc\n", CSVOptions{Charset: "windows-1252"}, "a", []string{"ü"}},
		{"semicolons in windows-1252", "n;m\nM\xfcller;\"a;b\nc\"\n", CSVOptions{Charset: "windows-1252"}, "n m", []string{"Müller|a;b\nc"}},
		{"long rows are left out", "a,b\n1,2\n1234567,8\n3,4\n", CSVOptions{MaxRow: 8}, "a b", []string{"1|2", "! csv: line 3: begins a row of more than max_row, 8 octets; perhaps a quote is not closed", "3|4"}},
		{"names are trimmed", " a , b \n 1 ,2\n", CSVOptions{}, "a b", []string{" 1 |2"}},
		{"separators inside quotes", "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", CSVOptions{}, "a b", []string{`x, y|say "hi"`}},
		{"line break inside quotes", "a,b\n\"x\r\ny\",2\n3,4\n", CSVOptions{}, "a b", []string{"x\ny|2", "3|4"}},
		{"a draw is the comma's", "a;b,c\n1;2\n", CSVOptions{}, "a;b c", []string{"! csv: line 2: has 1 field, expected 2 (a;b, c)"}},
		{"most frequent separator", "a;b;c,d\n1;2;3\n", CSVOptions{}, "a b c,d", []string{"1|2|3"}},
		{"tab found", "a\tb\n1,5\t2\n", CSVOptions{}, "a b", []string{"1,5|2"}},
		{"bar found", "a|b\n1|2\n", CSVOptions{}, "a b", []string{"1|2"}},
		{"separators in quotes don't count", "\"a;b;c\",d\n1,2\n", CSVOptions{}, "a;b;c d", []string{"1|2"}},
		{"blank lines first", "\n\na;b\n1;2\n", CSVOptions{}, "a b", []string{"1|2"}},
		{"given separator", "a,b;c\n1,2;3\n", CSVOptions{Comma: ';'}, "a,b c", []string{"1,2|3"}},
		{"no header", "1,2\n3,4\n", CSVOptions{NoHeader: true}, "", []string{"1|2", "3|4"}},
		{"no header, names", "1,2\n", CSVOptions{NoHeader: true, Columns: []string{"a", "b"}}, "a b", []string{"1|2"}},
		{"other names", "x,y\n1,2\n", CSVOptions{Columns: []string{"a", "b"}}, "a b", []string{"1|2"}},
		{"carriage returns alone", "a,b\r1,2\r\"x\ry\",4\r", CSVOptions{}, "a b", []string{"1|2", "x\ny|4"}},
		{"carriage returns alone, no header", "1;2\r3;4", CSVOptions{NoHeader: true}, "", []string{"1|2", "3|4"}},
		{"a carriage return in a line", "a\r,b\n1,2\n", CSVOptions{}, "a b", []string{"1|2"}},
		{"the separator is told", "sep=;\r\na;b\r\n1,5;2\r\n3\r\n", CSVOptions{}, "a b", []string{"1,5|2", "! csv: line 4: has 1 field, expected 2 (a, b)"}},
		{"the separator is told, no header", "SEP=,\n1,\"2\n", CSVOptions{NoHeader: true}, "", []string{"! csv: line 2: has a quote that is not closed properly, at column 6"}},
		{"a told separator and a given one", "sep=,\na|b\n1|2\n", CSVOptions{Comma: '|'}, "a b", []string{"1|2"}},
		{"a column called sep", "sep=x,b\n1,2\n", CSVOptions{}, "sep=x b", []string{"1|2"}},
		{"only a header", "a,b\n", CSVOptions{}, "a b", nil},
		{"nothing, no header", "", CSVOptions{NoHeader: true}, "", nil},
		{
			"ragged", "a,b\n1\n2,3\n4,5,6\n7,8\n", CSVOptions{}, "a b",
			[]string{"! csv: line 2: has 1 field, expected 2 (a, b)", "2|3", "! csv: line 4: has 3 fields, expected 2 (a, b)", "7|8"},
		},
		{
			"ragged without names", "1,2\n3\n", CSVOptions{NoHeader: true}, "",
			[]string{"1|2", "! csv: line 2: has 1 field, expected 2"},
		},
		{
			"ragged behind a long record", "a,b\n\"1\n1\n1\",2\n3\n", CSVOptions{}, "a b",
			[]string{"1\n1\n1|2", "! csv: line 5: has 1 field, expected 2 (a, b)"},
		},
		{
			"not UTF-8", "a,b\nx,M\xfcller\ny,z\n", CSVOptions{}, "a b",
			[]string{`! csv: line 2: column "b" is not valid UTF-8; if the file has another charset, name it`, "y|z"},
		},
		{
			"not UTF-8 although named", "a\n\xfc\n", CSVOptions{Charset: "utf8"}, "a",
			[]string{`! csv: line 2: column "a" is not valid UTF-8; if the file has another charset, name it`},
		},
		{
			"not the named charset", "a\n\x81\xff\n", CSVOptions{Charset: "shift_jis"}, "a",
			[]string{`! csv: line 2: column "a" is not valid shift_jis`},
		},
		{
			"bare quote", "a,b\nx,5\" disk\n1,2\n", CSVOptions{}, "a b",
			[]string{`! csv: line 2: has a quote inside a field without quotes, at column 4; write the field as "…" and double the quotes in it`, "1|2"},
		},
		{
			"open quote", "a,b\n1,\"2\n3,4\n", CSVOptions{}, "a b",
			[]string{"! csv: line 2: opens a quote that is not closed properly"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(tt.text), iotest.OneByteReader(strings.NewReader(tt.text))} {
				if _, whole := r.(*strings.Reader); !whole && tt.o.MaxRow > 0 {
					continue // such a row ends the reading when it comes bit by bit
				}
				c, err := NewCSV(r, tt.o)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Join(c.Columns(), " "); got != tt.columns {
					t.Errorf("columns %q, want %q", got, tt.columns)
				}
				if diff := cmp.Diff(tt.want, readAll(t, c)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestCSVRefusesHeader(t *testing.T) {
	tests := []struct {
		text string
		o    CSVOptions
		want string
	}{
		{"", CSVOptions{}, "csv: line 1: is empty, a header line was expected"},
		{"a,b,a\n", CSVOptions{}, `csv: line 1: columns 1 and 3 are both named "a"`},
		{"a, a\n", CSVOptions{}, `csv: line 1: columns 1 and 2 are both named "a"`},
		{"a,,c\n", CSVOptions{}, "csv: line 1: column 2 of the header has no name"},
		{"a,b, \n", CSVOptions{}, "csv: line 1: column 3 of the header has no name"},
		{"a,b\n", CSVOptions{Columns: []string{"x"}}, "csv: line 1: has 2 fields, expected 1 (x)"},
		{"a,b\n", CSVOptions{Columns: []string{"x", "x"}}, `csv: columns 1 and 2 are both named "x"`},
		{"a,b\n", CSVOptions{Comma: '"'}, `csv: '"' cannot separate fields`},
		{"a,b\n", CSVOptions{Charset: "klingon"}, `csv: charset "klingon" is not known`},
		{"a\x00,\x00b\x00\n\x001\x00", CSVOptions{}, "csv: line 1: holds octets 0, as texts in UTF-16 do; name the charset, utf-16le or utf-16be"},
		{"a,\xff\n", CSVOptions{}, "csv: line 1: column 2 is not valid UTF-8; if the file has another charset, name it"},
	}
	for _, tt := range tests {
		_, err := NewCSV(strings.NewReader(tt.text), tt.o)
		var bad *CSVError
		if !errors.As(err, &bad) || err.Error() != tt.want {
			t.Errorf("%q: %v, want %s", tt.text, err, tt.want)
		}
	}
}

func TestCSVNumbersLines(t *testing.T) {
	c, err := NewCSV(strings.NewReader("a,b\n1,\"x\ny\"\n\n2\n3,4\n"), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := [][2]int{{2, 1}, {5, 2}, {6, 3}}
	for _, w := range want {
		row, err := c.Next()
		if got := [2]int{row.Line, row.Record}; got != w {
			t.Errorf("line, record %v (%v), want %v", got, err, w)
		}
	}
}

func TestCSVErrorShowsTheLine(t *testing.T) {
	c, err := NewCSV(strings.NewReader("a,b\n1,2\nonly this\n"), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = c.Next()
	_, err = c.Next()
	var bad *CSVError
	if !errors.As(err, &bad) || bad.Text != "only this" {
		t.Fatalf("%#v", err)
	}
	long := &CSVError{Text: firstLine([]byte(strings.Repeat("ä", 500) + "\nnext"))}
	if !strings.HasSuffix(long.Text, "ä…") || len(long.Text) > textLimit+4 {
		t.Errorf("%q", long.Text)
	}
}

func TestCSVPassesReadErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	c, err := NewCSV(io.MultiReader(strings.NewReader("a\n1\n"), iotest.ErrReader(broken)), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := c.Next(); err != nil || row.Values[0] != "1" {
		t.Fatal(row, err)
	}
	if _, err := c.Next(); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if _, err := c.Next(); err != io.EOF {
		t.Fatal(err)
	}
}

// TestCSVEndsAtARowWithoutEnd: a quote that is never closed costs no more
// memory than a row may have.
func TestCSVEndsAtARowWithoutEnd(t *testing.T) {
	endless := io.MultiReader(strings.NewReader("a,b\n1,2\n\n3,\"4\n"), repeated("5,6\n"))
	c, err := NewCSV(endless, CSVOptions{MaxRow: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := c.Next(); err != nil || row.Line != 2 {
		t.Fatal(row, err)
	}
	_, err = c.Next()
	var bad *CSVError
	if !errors.As(err, &bad) || bad.Line != 4 || bad.Text != "3,\"4" || len(c.raw.kept) > 1<<20+64<<10 {
		t.Errorf("%+v, %d octets kept", bad, len(c.raw.kept))
	}
	if _, err := c.Next(); err != io.EOF {
		t.Error(err)
	}
}

// repeated is a text without end.
type repeated string

func (r repeated) Read(p []byte) (int, error) {
	n := 0
	for len(p)-n >= len(r) {
		n += copy(p[n:], r)
	}
	return n, nil
}

// TestCSVMemory: how many rows were read makes no difference.
func TestCSVMemory(t *testing.T) {
	row := "12345,\"a name, with a comma\",ann@example.org\n"
	c, err := NewCSV(io.MultiReader(strings.NewReader("id,name,email\n"), io.LimitReader(repeated(row), int64(200_000*len(row)))), CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := 1; ; n++ {
		if _, err := c.Next(); err == io.EOF {
			if n != 200_001 {
				t.Errorf("%d rows", n-1)
			}
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&now)
	if grown := int64(now.HeapAlloc) - int64(before.HeapAlloc); grown > 1<<20 || cap(c.raw.kept) > 1<<20 {
		t.Errorf("%d octets more, %d of text kept", grown, cap(c.raw.kept))
	}
}

func TestEncodeCSV(t *testing.T) {
	var out bytes.Buffer
	err := EncodeCSV(&out, []string{"id", "text"}, [][]string{{"1", "a, b"}, {"2", "say \"hi\""}, {"3", "two\nlines"}, {"4", " blank"}, {"", ""}}, CSVStyle{})
	want := "id,text\r\n1,\"a, b\"\r\n2,\"say \"\"hi\"\"\"\r\n3,\"two\nlines\"\r\n4,\" blank\"\r\n,\r\n"
	if err != nil || out.String() != want {
		t.Errorf("%q, %v", out.String(), err)
	}
	if err := EncodeCSV(io.Discard, []string{"a"}, [][]string{{"1"}, {"1", "2"}}, CSVStyle{}); err == nil || err.Error() != "csv: line 2: row 2 has 2 values, expected 1" {
		t.Error(err)
	}
}

// TestCSVComesAsItIs: a row is there as soon as its line is, so that rows may come from a pipe now and then.
func TestCSVComesAsItIs(t *testing.T) {
	in, out := io.Pipe()
	defer in.Close()
	go func() { _, _ = io.WriteString(out, "a;b\n1;2\n3") }() // and no more
	c, err := NewCSV(in, CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := c.Next(); err != nil || strings.Join(row.Values, "|") != "1|2" {
		t.Error(row, err)
	}
}

func TestCSVStyles(t *testing.T) {
	rows := [][]string{{"=1+1", "-5"}, {"a;b", "1,5"}, {"@x", "+49 30"}, {"-", "-1e3"}}
	for _, c := range []struct {
		style CSVStyle
		want  string
	}{
		{CSVStyle{Comma: ';', Mark: true}, "\ufeffa;b\r\n=1+1;-5\r\n\"a;b\";1,5\r\n@x;+49 30\r\n-;-1e3\r\n"},
		{CSVStyle{Formulas: true}, "a,b\r\n'=1+1,-5\r\na;b,\"1,5\"\r\n'@x,'+49 30\r\n'-,-1e3\r\n"},
	} {
		var out strings.Builder
		if err := EncodeCSV(&out, []string{"a", "b"}, rows, c.style); err != nil || out.String() != c.want {
			t.Errorf("%+v: %q, %v", c.style, out.String(), err)
		}
	}
	if err := EncodeCSV(io.Discard, nil, nil, CSVStyle{Comma: '"'}); err == nil {
		t.Error("quotes separate fields")
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\xef\xbb\xbfa;b\r\n\"x\"\"y\";2", "a\n\"", "a,b\n1\n\xff,2\n", "\xff\xfea\x00", "a;b\r1;\"\r\"", "sep=;\r\na;b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := NewCSV(strings.NewReader(text), CSVOptions{})
		if err != nil {
			return
		}
		for n := 0; ; n++ {
			row, err := c.Next()
			if err == io.EOF {
				return
			}
			if err == nil && len(row.Values) != len(c.Columns()) {
				t.Fatalf("%d values for %d columns", len(row.Values), len(c.Columns()))
			}
			if n > len(text) {
				t.Fatal("more records than octets")
			}
		}
	})
}

// FuzzEncodeCSV writes two values and reads them back.
func FuzzEncodeCSV(f *testing.F) {
	f.Add("a", "b")
	f.Add("", "")
	f.Add("x\r\ny", "\"")
	f.Add("\r", " ")
	f.Fuzz(func(t *testing.T, a, b string) {
		clean := func(s string) string { return strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\r\n", "\n") }
		a, b = clean(a), clean(b)
		if strings.Contains(a+b, "\r\n") {
			return
		}
		for _, row := range [][]string{{a}, {a, b}} {
			var out bytes.Buffer
			if err := EncodeCSV(&out, nil, [][]string{row}, CSVStyle{}); err != nil {
				t.Fatal(err)
			}
			c, err := NewCSV(&out, CSVOptions{NoHeader: true, Comma: ','})
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.Next()
			if diff := cmp.Diff(row, got.Values); err != nil || diff != "" {
				t.Fatal(err, diff)
			}
		}
	})
}
