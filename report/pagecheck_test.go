package report

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"moonpost/mime"

	"golang.org/x/net/html"
)

// checkRendered looks for what a mail must not have, and for what readers need.
func checkRendered(t *testing.T, r *Rendered) {
	t.Helper()
	c := &pageCheck{t: t, pictures: map[string]bool{}}
	for _, p := range r.Images {
		c.pictures["cid:"+p.CID()] = true
	}
	doc, err := html.Parse(strings.NewReader(r.HTML))
	if err != nil {
		t.Fatal(err)
	}
	c.walk(doc)
	if c.styles != 1 && c.styles != 2 { // the page's, and what is left of the script's
		t.Errorf("%d style elements", c.styles)
	}
	if len(r.HTML) > ClippedFrom {
		t.Errorf("%d octets of HTML", len(r.HTML))
	}
	if strings.Contains(r.HTML, "url(") || strings.Contains(r.HTML, "@import") {
		t.Error("a style loads something")
	}
	for line := range strings.Lines(r.Text) {
		line = strings.TrimSuffix(line, "\n")
		if n := mime.TextWidth(line); n > textWidth && !strings.Contains(line, "://") {
			t.Errorf("a line of %d columns: %q", n, line)
		}
		if strings.IndexFunc(line, unicode.IsControl) >= 0 || line != strings.TrimRight(line, " ") {
			t.Errorf("a line of text is %q", line)
		}
	}
}

type pageCheck struct {
	t        *testing.T
	pictures map[string]bool
	styles   int
}

func (c *pageCheck) walk(n *html.Node) {
	if n.Type == html.ElementNode {
		c.element(n)
	}
	for child := n.FirstChild; child != nil; child = child.NextSibling {
		c.walk(child)
	}
}

func (c *pageCheck) element(n *html.Node) {
	attributes := map[string]string{}
	for _, a := range n.Attr {
		attributes[a.Key] = a.Val
		if strings.HasPrefix(a.Key, "on") || a.Key == "srcset" || a.Key == "background" {
			c.t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
		}
	}
	switch n.Data {
	case "style":
		c.styles++
	case "img":
		if alt, ok := attributes["alt"]; !ok || !c.pictures[attributes["src"]] {
			c.t.Errorf("a picture of %q says %q", attributes["src"], alt)
		}
	case "a":
		if !SafeLink(attributes["href"]) {
			c.t.Errorf("a link to %q", attributes["href"])
		}
	case "th":
		if attributes["scope"] != "col" && attributes["scope"] != "row" {
			c.t.Error("a header cell without scope")
		}
	case "table":
		if layout := attributes["role"] == "presentation"; layout == strings.HasPrefix(attributes["class"], "data") {
			c.t.Errorf("table %q has role %q", attributes["class"], attributes["role"])
		}
	case "html":
		if attributes["lang"] == "" {
			c.t.Error("the page has no language")
		}
	default:
		if !slices.Contains(strings.Fields("head meta title body div tbody thead tfoot tr td h1 h2 h3 h4 h5 h6 p br wbr hr ul ol li blockquote pre code strong em del span caption"), n.Data) {
			c.t.Errorf("there is a <%s>", n.Data)
		}
	}
	if slices.Contains([]string{"p", "h1", "h2", "body", "a", "img", "th"}, n.Data) && attributes["style"] == "" {
		c.t.Errorf("<%s> has no style of its own", n.Data)
	}
}

func TestPageCheck(t *testing.T) {
	r, err := samplePage().Render()
	if err != nil {
		t.Fatal(err)
	}
	checkRendered(t, r)
	if len(r.Images) != 1 || r.Images[0].MediaType() != "image/png" || len(r.Warnings()) != 0 {
		t.Errorf("%d pictures, %v", len(r.Images), r.Warnings())
	}
}

// hostile are texts that mean harm or are only odd.
func hostile() []string {
	return []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</td></tr></table></style><h9>", "a\r\nBcc: x@x.example\r\n\r\nb", "\x00\x01\x1b[31m\x7f",
		strings.Repeat("W", 500), strings.Repeat("漢字", 200), "abc \u202egnp.exe", "\u2066\u2066\u2067 unclosed", "مرحبا 12 عالم", "a\u0301\u0302\u0303" + strings.Repeat("\u0300", 100),
		"&lt;b&gt; &amp;amp;", "{{.x}} %s %d", "cid:x@embedded", "javascript:alert(1)", "\ufeff\uffff", strings.Repeat("a b ", 300), strings.Repeat("\n", 50) + "x", "", " \t ", "👩‍👩‍👧‍👦🏳️‍🌈",
		"<!--[if mso]>", "]]>", "--", "From here", ".", "| a | b |\n|--|--|\n| <i>x</i> | [y](javascript:z) |", strings.Repeat("> ", 60) + "x", strings.Repeat("* ", 40) + "x",
		"[a](//x.example) <https://x.example/\"onclick=x> ![x](http://x.example/track.gif)", "<div onclick=x>\n\ntext\n\n</div>", "<style>*{}</style>", "https://x.example/<b>",
	}
}

func TestHostilePages(t *testing.T) {
	for _, s := range hostile() {
		columns := []Column{{Name: "c" + s, Title: s}, {Name: "n", Format: format("0.00"), Total: true}, {Name: "third"}}
		for _, rows := range []int{0, 3} {
			grid := must(NewGrid(columns, 2))
			if err := grid.SetCaption(s); err != nil {
				t.Fatal(err)
			}
			for range rows {
				var links []string
				if SafeLink(s) {
					links = []string{s, "", ""}
				}
				if err := grid.Add(columns, []Value{s, s, s}, links); err != nil {
					t.Fatal(err)
				}
			}
			page := &Page{
				Title: s, Lang: s, Preheader: s, Words: Words{Total: s, NoData: s, More: s},
				Blocks: []Block{
					must(NewHeading(s, 1)), must(NewHeading(s, 4)), must(NewParagraph(s)), must(NewMarkdown(s)), must(NewMarkdown("x\n\n" + s + "\n\ny")),
					must(NewTiles([]Tile{{Title: s, Value: s, Change: s, Note: s}})), must(NewPicture(chart{s})), grid,
					must(NewDetails([]Detail{{Title: s, Value: s}})), must(NewCallout(BadCallout, s, s)), must(NewButton(s, "https://x.example/")), must(NewFooter(s)),
				},
			}
			r, err := page.Render()
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			checkRendered(t, r)
		}
	}
}

func TestManyRowsStaySmall(t *testing.T) {
	r, err := (&Page{Blocks: []Block{salesTable(100_000, 100)}}).Render()
	if err != nil {
		t.Fatal(err)
	}
	checkRendered(t, r)
	if !strings.Contains(r.Text, "… and 99,900 more rows\n") || !strings.Contains(r.Text, "2,333,298,333,450,000") {
		t.Error(r.Text)
	}
}

func TestClippedPages(t *testing.T) {
	r, err := (&Page{Blocks: []Block{salesTable(1000, 1000)}}).Render()
	if err != nil || len(r.Warnings()) != 1 || !strings.Contains(r.Warnings()[0], "Gmail") {
		t.Errorf("%v, %v", r.Warnings(), err)
	}
}

func TestTooManyColumns(t *testing.T) {
	grid, err := NewGrid(make([]Column, 10_000), 5)
	if err == nil || err.Error() != "the rows have 10000 columns; a page shows 100 at most" {
		t.Errorf("%v, %v", grid, err)
	}
	widest := must(NewGrid(make([]Column, MaxColumns), 5))
	if err := widest.Add(widest.Columns, make([]Value, MaxColumns), nil); err != nil {
		t.Fatal(err)
	}
	r, err := (&Page{Blocks: []Block{widest}}).Render()
	if err != nil {
		t.Fatal(err)
	}
	checkRendered(t, r)
}

func TestStyles(t *testing.T) {
	page := func(css string) (*Rendered, error) {
		return (&Page{CSS: css, Blocks: []Block{must(NewHeading("Hi", 1)), salesTable(2, 2)}}).Render()
	}
	r, err := page("h1 { color: #bada55 } /* not \"this */ .data td[align=right] { color: #123456; } @media (max-width: 480px) { h1 { font-size: 12px } } a:hover { color: red }")
	if err != nil {
		t.Fatal(err)
	}
	checkRendered(t, r)
	for _, want := range []string{"color:#bada55", "color:#123456", "a:hover", "font-size: 12px !important"} {
		if !strings.Contains(r.HTML, want) {
			t.Errorf("no %q in\n%s", want, r.HTML)
		}
	}
	for css, want := range map[string]string{
		"\n@import 'x.css';": "line 2", "h1{background:URL(http://x.example/)}": `"url("`, "</style><script>": `"</"`, "@font-face{}": `"@font-face"`, "h1{x:\\75rl(y)}": `"\\"`, "\xff": "UTF-8",
	} {
		if _, err := page(css); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", css, err)
		}
	}
	for _, css := range []string{"{", "}", "h1{", "h1{color", "h1{color:;", "@media", "@media {{{", "/*", "\"", "h1:::x{a:b}", "[[{a:b}", "a,,b{c:d}", "@", ":", ";;;", "h1{a:'}"} {
		if r, err := page(css); err == nil {
			checkRendered(t, r)
		}
	}
}
