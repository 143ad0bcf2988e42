package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestStyleBounds(t *testing.T) {
	page := &Page{CSS: strings.Repeat("h1 { color: red }\n", 4000), Blocks: []Block{must(NewHeading("Hi", 1))}}
	if _, err := page.Render(); err == nil || err.Error() != "the style sheet has 70 KB; a page takes 64" {
		t.Error(err)
	}
	var hover strings.Builder
	for i := range 500 {
		fmt.Fprintf(&hover, ".x%d:hover { color: #112233 }\n", i)
	}
	r := must((&Page{CSS: hover.String(), Blocks: page.Blocks}).Render())
	if w := r.Warnings(); len(w) != 1 || !strings.HasPrefix(w[0], "the style sheet has 19 KB of rules that can't stand in the elements; Gmail") {
		t.Error(w)
	}
}

// TestStylesOfTheScreen: the script's own rules for narrow screens stand behind the page's, and so count.
func TestStylesOfTheScreen(t *testing.T) {
	r := must((&Page{CSS: "@media (max-width: 480px) { .tile-value { font-size: 30px } }", Blocks: []Block{must(NewHeading("Hi", 1))}}).Render())
	ours, own := strings.Index(r.HTML, "prefers-color-scheme: dark"), strings.Index(r.HTML, "font-size: 30px !important")
	if ours < 0 || own < ours || own > strings.Index(r.HTML, "<body") || len(r.Warnings()) != 0 {
		t.Errorf("%d, %d in\n%s", ours, own, r.HTML)
	}
	for line := range strings.Lines(mediaCSS) {
		if strings.Contains(line, ": ") && strings.HasPrefix(line, "  ") && strings.Count(line, "!important;") != strings.Count(line, ";") {
			t.Errorf("what stands in the elements counts more than %s", line)
		}
	}
}

// TestRulesFor: each class that a page has gets its rules, though most are left out.
func TestRulesFor(t *testing.T) {
	page := samplePage().html()
	rules := rulesFor(page)
	for _, class := range []string{".tile-value", ".callout-warning", ".bar-info", ".button-link", ".footer p", ".md pre", ".details th", ".stripe"} {
		if !strings.Contains(rules, "\n"+class) {
			t.Errorf("no rule for %s", class)
		}
	}
	if small := rulesFor("<p>x</p>"); strings.Contains(small, "\n.") || !strings.Contains(small, "\np {") {
		t.Error(small)
	}
}

func TestTooManyCells(t *testing.T) {
	columns := make([]Column, 50)
	grid := must(NewGrid(columns, 10_000))
	var err error
	for range 2001 {
		if err = grid.Add(columns, make([]Value, 50), nil); err != nil {
			break
		}
	}
	if err == nil || err.Error() != "a page shows 100000 cells at most, which are 2000 of these rows" {
		t.Error(err)
	}
}

func TestStyleSyntax(t *testing.T) {
	for css, want := range map[string]string{
		"h1 { color: red }\n\nh2 { color: blue": "line 3: a { isn't closed", "h1 { } }": "line 1: a } has no {", "\n/* x": "line 2: a comment isn't closed",
		"h1 { content: \"a\n\" }": "line 1: a quotation mark isn't closed", "h1 {}\n@supports (x: y) { h1 { } }": `line 2: there is "@supports"; mail programs know @media alone`,
		"@charset \"utf-8\";": `"@charset"`, "@": `"@"`, "@é{}": `"@"`,
	} {
		if err := checkStyles(css); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", css, err, want)
		}
	}
	for _, css := range []string{"", "/* { */ h1 { color: red; font-family: \"a { b\", 'c' }", "@media print { h1 { color: red } }", "@MEDIA(max-width:1px){}"} {
		if err := checkStyles(css); err != nil {
			t.Errorf("%q: %v", css, err)
		}
	}
}
