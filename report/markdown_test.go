package report

import (
	"errors"
	"strings"
	"testing"
)

func TestMarkdownBounds(t *testing.T) {
	for text, want := range map[string]string{
		strings.Repeat("x", maxMarkdown+1): "the text has 64 KB; a page takes 64 at once",
		strings.Repeat("> ", 200) + "x":    "the text nests deeper than 100 levels",
		strings.Repeat("* ", 2000) + "x":   "the text nests deeper than 100 levels",
		strings.Repeat("*a_ ", 16000):      "a paragraph of the text has too many of the signs * _ [ ( < ~",
	} {
		var e *MarkdownError
		if _, err := NewMarkdown(text); !errors.As(err, &e) || e.What != want {
			t.Errorf("%.10s…: %v", text, err)
		}
	}
	if _, err := NewMarkdown(strings.Repeat("x", maxMarkdown)); err != nil {
		t.Error(err)
	}
}

// TestMarkdownIsData wants HTML shown and not obeyed, and links that lead to whole addresses alone.
func TestMarkdownIsData(t *testing.T) {
	for source, want := range map[string]string{
		"a <b onclick=x>c</b>":                      "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n",
		"<div>\nx\n</div>":                          "<p>&lt;div&gt;\nx\n&lt;/div&gt;</p>\n",
		"<script>\nx\n</script>\n\ny":               "<p>&lt;script&gt;\nx\n&lt;/script&gt;\n</p>\n<p>y</p>\n",
		"[x](https://x.example/?a=1&b=\"2\")":       "<p><a href=\"https://x.example/?a=1&amp;b=%222%22\">x</a></p>\n",
		"[x](https://x.example/?a=1&amp;b=2)":       "<p><a href=\"https://x.example/?a=1&amp;b=2\">x</a></p>\n",
		"[x](<https://x.example/a b>)":              "<p><a href=\"https://x.example/a%20b\">x</a></p>\n",
		"[x](java&#115;cript&colon;alert(1))":       "<p>x</p>\n",
		"[x](https://x.example/?a=1&b=2)":           "<p><a href=\"https://x.example/?a=1&amp;b=2\">x</a></p>\n",
		"[*x*](javascript:alert(1)) [y](/rel)":      "<p><em>x</em> y</p>\n",
		"![x](https://x.example/x.png) ![y](y.gif)": "<p><a href=\"https://x.example/x.png\">x</a> y</p>\n",
		"<ann@x.example> www.x.example":             "<p><a href=\"mailto:ann@x.example\">ann@x.example</a> <a href=\"http://www.x.example\">www.x.example</a></p>\n",
		"<javascript:x>":                            "<p>javascript:x</p>\n",
		"- [ ] a\n- [x] b":                          "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>\n",
	} {
		m, err := NewMarkdown(source)
		if err != nil || m.page != want {
			t.Errorf("%q: %v\ngot  %s\nwant %s", source, err, m.page, want)
		}
	}
}
