package report

import (
	"strings"
	"testing"
)

// TestRightToLeft: in a page that begins on the right, texts do too, and what is written from left to right keeps its
// signs where they belong.
func TestRightToLeft(t *testing.T) {
	columns := []Column{{Name: "اسم"}, {Name: "sum", Format: format("€ #,##0.00"), Total: true}, {Name: "left", Align: AlignLeft}}
	grid := must(NewGrid(columns, 5))
	grid.Zebra = true
	if err := grid.Add(columns, []Value{"سلام", -5.0, "Ann!"}, nil); err != nil {
		t.Fatal(err)
	}
	blocks := []Block{must(NewHeading("تقرير", 1)), must(NewParagraph("Hello.")), grid, must(NewMarkdown("نص\n\n| أ | ب |\n|---|--:|\n| ج | 1 |"))}
	for _, page := range []*Page{{Lang: "ar-EG", Blocks: blocks}, {Lang: "en", Dir: "rtl", Blocks: blocks}} {
		r := must(page.Render())
		checkRendered(t, r)
		for _, want := range []string{` dir="rtl">`, `<body class="body rtl" dir="rtl"`, `class="block" align="right"`, `<p dir="ltr"`, `>تقرير</h1>`, `<td nowrap="">سلام</td>`, `<td align="right" nowrap="" dir="ltr">-€ 5.00</td>`, `<td align="left" nowrap="" dir="ltr">Ann!</td>`, `<th scope="col" align="right" style=`} {
			if !strings.Contains(r.HTML, want) {
				t.Errorf("no %s in\n%s", want, r.HTML)
			}
		}
		if strings.Contains(r.HTML, `<h1 dir=`) || strings.Contains(r.HTML, `dir="auto"`) {
			t.Error(r.HTML)
		}
	}
	for _, page := range []*Page{{Lang: "de", Blocks: blocks}, {Lang: "he", Dir: "ltr", Blocks: blocks}} {
		if r := must(page.Render()); strings.Contains(r.HTML, `="rtl"`) || !strings.Contains(r.HTML, `<h1 dir="auto"`) {
			t.Error(r.HTML)
		}
	}
}

// TestOutlook: Word knows no greatest width, so that the page stands in a table of its own there.
func TestOutlook(t *testing.T) {
	r := must((&Page{Width: 640, Blocks: []Block{must(NewHeading("Hi", 1))}}).Render())
	begin, end := strings.Index(r.HTML, `<!--[if mso]><table width="640" align="center"`), strings.Index(r.HTML, `<!--[if mso]></td></tr></table><![endif]-->`)
	if begin < 0 || end < begin || strings.Contains(r.Text, "mso") {
		t.Error(r.HTML)
	}
}

// TestPreheader wants nothing of the page behind a short one, in lists of mail.
func TestPreheader(t *testing.T) {
	r := must((&Page{Preheader: "Orders are up", Blocks: []Block{must(NewHeading("Hi", 1))}}).Render())
	if _, rest, _ := strings.Cut(r.HTML, "Orders are up"); strings.Count(strings.SplitN(rest, "</div>", 2)[0], "\u00a0") < 100 || r.Text != "Hi\n==\n" {
		t.Errorf("%s\n%s", r.HTML, r.Text)
	}
	long := must((&Page{Preheader: strings.Repeat("x", 200), Blocks: []Block{must(NewHeading("Hi", 1))}}).Render())
	if strings.Contains(long.HTML, "\u034f") {
		t.Error(long.HTML)
	}
}

func TestBreakable(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("x", 25):                            strings.Repeat("x", 24) + "<wbr>x",
		strings.Repeat("x", 24) + "\u0301yz":               strings.Repeat("x", 24) + "\u0301<wbr>yz",
		strings.Repeat("x", 23) + "👩\u200d👧z":              strings.Repeat("x", 23) + "👩\u200d👧<wbr>z",
		strings.Repeat("word ", 10) + "<b>\nx":             strings.Repeat("word ", 10) + "&lt;b&gt;<br>x",
		strings.Repeat("x", 10) + strings.Repeat(" x", 20): strings.Repeat("x", 10) + strings.Repeat(" x", 20),
	} {
		if got := breakable(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestGridLinks: who reads the text learns where the cells lead, each address once.
func TestGridLinks(t *testing.T) {
	columns := []Column{{Name: "name"}, {Name: "url"}}
	grid := must(NewGrid(columns, 2))
	for i, link := range []string{"https://x.example/a", "https://x.example/b", "https://x.example/c"} {
		if err := grid.Add(columns, []Value{"n" + link[18:], link}, []string{[]string{"https://x.example/a", "https://x.example/a", ""}[i], link}); err != nil {
			t.Fatal(err)
		}
	}
	r := must((&Page{Blocks: []Block{grid, grid}}).Render())
	table := "name    url\n------  -------------------\nna [1]  https://x.example/a\nnb [1]  https://x.example/b\n… and 1 more row\n"
	if want := table + "\n[1] https://x.example/a\n\n" + table; r.Text != want {
		t.Errorf("got\n%swant\n%s", r.Text, want)
	}
}
