package mime

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// TestMarkdownTakesItsTime gives the parser what it takes a time for that grows with the square of the length: each
// either is refused or done soon.
func TestMarkdownTakesItsTime(t *testing.T) {
	for _, s := range []string{
		"[", "*a_ ", "`", "![", "[a](", "a](", "_a*", "**a ", "~~a ", "> ", "- ", "1. ", ">1) ", "[x](<", "[x]((((", "<a ", "<!--", "[a]: ", "[a][", "| *a_ ", "# *a_ ", "[a]: b\n", "> *a_\n", "|[a](", "``a` ",
	} {
		begin := time.Now()
		_, err := Markdown(strings.Repeat(s, 300_000/len(s)))
		var fault *Error
		if err != nil && !errors.As(err, &fault) {
			t.Errorf("%q: %v", s, err)
		}
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%q: %v", s, took)
		} else {
			t.Logf("%q: %v, %v", s, took, err)
		}
	}
}

// TestMarkdownWithManySigns are texts that people and programs write, which are never refused.
func TestMarkdownWithManySigns(t *testing.T) {
	for name, source := range map[string]string{
		"prose":   strings.Repeat("Some *text* with [a link](https://x.example/a_b_c) and `code` (as one writes it).\n", 300),
		"list":    strings.Repeat("- [ ] **x** [a](https://x.example/) _y_\n", 5000),
		"table":   "| a | b |\n|---|---|\n" + strings.Repeat("| [a](https://x.example/) | **b** |\n", 5000),
		"code":    "```\n" + strings.Repeat("{\"a\": [[1, (2)], \"*_*\"]},\n", 20000) + "```\n",
		"rule":    strings.Repeat("* ", 300) + "\n\n" + strings.Repeat("- ", 300) + "\n",
		"outline": strings.Repeat("> ", 20) + strings.Repeat("- ", 20) + strings.Repeat("1. ", 20) + "x\n",
	} {
		if page, err := Markdown(source); err != nil || len(page) < 10 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMarkdownOfManyCells(t *testing.T) {
	wide := strings.Repeat("| a ", 300) + "|\n" + strings.Repeat("|-", 300) + "|\n" + strings.Repeat("|a\n", 10000)
	for _, source := range []string{wide, "> " + strings.ReplaceAll(wide, "\n", "\n> ")} {
		if _, err := Markdown(source); err == nil || err.Error() != "mime: markdown: the tables of the text have more than 200000 cells" {
			t.Error(err)
		}
	}
}

// TestMarkdownHidesNoScript writes a scheme in the ways that a browser undoes.
func TestMarkdownHidesNoScript(t *testing.T) {
	for _, target := range []string{
		"javascript:x", "javascript&colon;x", "javascript&#58;x", "javascript&#x3A;x", "java&#115;cript:x", "&#1;javascript:x", "\x01javascript:x", "java&Tab;script:x", "java&NewLine;script:x", "&#32;javascript:x",
		"JAVA&#83;CRIPT:x", "vbscript&colon;x", "data&colon;text/html,x", "data:image/svg+xml,x",
	} {
		for source, want := range map[string]string{"[a](" + target + ")": `<p><a href="#">a</a></p>`, "[a][b]\n\n[b]: " + target: `<p><a href="#">a</a></p>`} {
			if got, err := Markdown(source); err != nil || strings.TrimSpace(got) != want {
				t.Errorf("%q: %s, %v", source, got, err)
			}
		}
	}
	if got, err := Markdown("![a](data:image/png;base64,AA==) [b](https://x.example/?a=1&amp;b=2)"); err != nil || !strings.Contains(got, `src="data:image/png;base64,AA=="`) || !strings.Contains(got, `href="https://x.example/?a=1&amp;b=2"`) {
		t.Errorf("%s, %v", got, err)
	}
}
