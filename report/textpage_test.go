package report

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{
		{"", 10, ""},
		{"a  b\tc", 10, "a b c"},
		{"one two three", 7, "one two|three"},
		{"abcdefghij", 4, "abcd|efgh|ij"},
		{"漢字漢字", 3, "漢|字|漢|字"},
		{"漢字漢字", 5, "漢字|漢字"},
		{"ab cdefghij", 4, "ab|cdef|ghij"},
		{"see https://example.org/long now", 8, "see|https://example.org/long|now"},
		{"漢", 1, "漢"},
	} {
		if got := strings.Join(wrap(c.text, c.width), "|"); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  string
	}{{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"漢字漢", 5, "漢字…"}, {"漢字", 3, "漢…"}, {"ab", 1, "a…"}} {
		if got := cut(c.text, c.width); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

// cells makes rows of texts between bars, the first of them the header.
func cells(t *testing.T, text string, o func(*Grid)) string {
	t.Helper()
	var columns []Column
	var grid *Grid
	for n, line := range strings.Split(text, "\n") {
		var row []Value
		for _, cell := range strings.Split(line, "|") {
			if n == 0 {
				name, total := strings.CutSuffix(cell, "+")
				columns = append(columns, Column{Name: name, Total: total, Format: format(map[bool]string{true: "0"}[total])})
			}
			row = append(row, cell)
		}
		if n == 0 {
			grid = must(NewGrid(columns, 100))
			o(grid)
		} else if err := grid.Add(columns, row, nil); err != nil {
			t.Fatal(err)
		}
	}
	return (&Page{Words: Words{Total: "Total", NoData: "no data"}, Blocks: []Block{grid}}).text()
}

func TestGridText(t *testing.T) {
	long := strings.Repeat("word ", 30)
	for name, c := range map[string]struct{ rows, want string }{
		"short":                   {"a|b+\nx|1\nlonger|20", "a        b\n------  --\nx        1\nlonger  20\n------  --\nTotal   21\n"},
		"wide signs":              {"城市|n+\n北京|1\nBonn|2", "城市   n\n-----  -\n北京   1\nBonn   2\n-----  -\nTotal  3\n"},
		"no rows":                 {"a|b+", "a  b\n-  -\nno data\n"},
		"marks and right to left": {"a|b\nשלום|x", "a     b\n----  -\n\u2068שלום\u2069  x\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := cells(t, c.rows, func(*Grid) {}); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
	golden(t, "wrapped.txt", cells(t, "name|text|n+\nfirst|"+long+"|1\nsecond|"+strings.Repeat("x", 100)+"|22\nthird|https://example.org/"+strings.Repeat("y", 100)+"|333", func(*Grid) {}))
	wide := strings.Repeat("a column with a name|", 7) + "n+\n"
	row := strings.Repeat("a text that is long|", 6) + "https://example.org/" + strings.Repeat("y", 100) + "|"
	golden(t, "records.txt", cells(t, wide+row+"1\n"+row+"22", func(g *Grid) { g.caption = "A caption" }))
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"a\r\nb\rc\u2028d": "a\nb\nc\nd", "a\x00\x1b[1mb\u0007\u009f": "a[1mb", "x\u202egnp": "xgnp", "\ufeffx\ufdd0\uffff": "x", "é 漢 👩‍👩": "é 漢 👩‍👩", "a\tb": "a\tb",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if got := cleanLine(" a\r\n\tb \n"); got != "a b" {
		t.Errorf("%q", got)
	}
	if err := checkText("the text", "ab\xffc"); err == nil || err.Error() != "the text isn't text in UTF-8, from octet 2 on" {
		t.Error(err)
	}
	if err := checkText("the text", "\ufffd"); err != nil {
		t.Error(err)
	}
}

func TestSafeLink(t *testing.T) {
	for link, want := range map[string]bool{
		"https://example.org/a?b=c&d=%20#x": true, "HTTP://example.org": true, "mailto:ann@example.org?subject=x": true, "tel:+4930123": true, "https://bücher.example/": true,
		"": false, "orders/5": false, "//x.example/": false, "/x": false, "#x": false, "javascript:alert(1)": false, "data:text/html,x": false, "vbscript:x": false, "file:///etc/passwd": false, "cid:x": false,
		"https:///x": false, "https:x": false, "mailto:": false, " https://x.example": false, "https://x.example/a b": false, "https://x.example/\"": false, "https://x.example/\n": false, "https://x.example/<": false,
		"java\tscript:x": false, "https://x.example/%zz": false, "https://x.example/\u202e": false, "https://x.example/" + strings.Repeat("x", 2000): false, "\x01javascript:x": false, "https://x.example/\xff": false,
	} {
		if got := SafeLink(link); got != want {
			t.Errorf("%q: %t", link, got)
		}
	}
}

func TestMood(t *testing.T) {
	for _, c := range []struct {
		change, better string
		want           Mood
	}{{"+1", "up", Good}, {"-1", "up", Bad}, {"+1", "down", Bad}, {"-1", "down", Good}, {"0", "up", Neutral}, {"0", "down", Neutral}, {"", "up", Neutral}, {"+1", "none", Neutral}} {
		if got := MoodOf(c.change, c.better); got != c.want {
			t.Errorf("%v: %v", c, got)
		}
	}
}

// FuzzPage gives everything that a page shows to readers of HTML and of text.
func FuzzPage(f *testing.F) {
	for _, s := range hostile() {
		f.Add(s, "h1{color:red}")
	}
	f.Add("x", "@media{.a{b:c}}")
	f.Fuzz(func(t *testing.T, s, css string) {
		columns := []Column{{Name: "a"}, {Name: "b", Total: true}}
		grid := must(NewGrid(columns, 5))
		heading, err := NewHeading(s, 1)
		if err != nil {
			return
		}
		if err := grid.Add(columns, []Value{s, s}, nil); err != nil {
			t.Fatal(err)
		}
		markdown, err := NewMarkdown(s)
		if err != nil { // it nests too deep
			return
		}
		r, err := (&Page{CSS: css, Preheader: s, Blocks: []Block{heading, must(NewParagraph(s)), markdown, grid}}).Render()
		if err == nil && len(s) < 5000 && css == "" {
			checkRendered(t, r)
		}
	})
}
