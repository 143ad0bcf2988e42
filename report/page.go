package report

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/mime"
)

// Page is a report as a mail shows it: blocks, one below the other.
type Page struct {
	Title     string // for programs that name what they show; empty: the first heading
	Lang      string // of the texts, as in BCP 47; empty: "en"
	Dir       string // "ltr" or "rtl", the side on which lines begin; empty: that of the language
	Preheader string // what lists of mail show behind the subject
	Width     int    // in CSS pixels; 0: DefaultWidth
	CSS       string // the script's own style sheet; where the two differ it counts
	Words     Words
	Blocks    []Block
}

// Bounds of a page's width in CSS pixels. Mail programs give a mail about 600.
const (
	DefaultWidth = 600
	MinWidth     = 320
	MaxWidth     = 1200
)

// ClippedFrom is the size in octets from which Gmail shows only the beginning of a page.
const ClippedFrom = 102 << 10

// Words are what a page says of its own accord.
type Words struct {
	Total  string // before the sums of a table
	NoData string // in a table without rows
	More   string // below a table that shows some of its rows; %s is the number of the others
	group  string // between the thousands of that number
}

// Block is a piece of a page: a Heading, Paragraph, Markdown, Grid, Tiles, Details, Callout, Button, Image, Rule or
// Footer.
type Block interface {
	writeHTML(w *htmlWriter)
	writeText(w *textWriter)
}

// Rendered is a page as it goes out.
type Rendered struct {
	HTML   string       // shows its pictures by cid: URLs
	Images []*mime.Part // those pictures
	Text   string       // for readers without HTML: lines of 76 columns at most, but for words that are longer
	View   string       // the HTML with its pictures within, for a browser
}

// Render makes the page. Errors are *StyleError, or of package mime.
func (p *Page) Render() (*Rendered, error) {
	page, err := p.withDefaults()
	if err != nil {
		return nil, err
	}
	r := &Rendered{Text: page.text()}
	if r.View, err = inlineStyles(page.html(), page.CSS); err != nil {
		return nil, err
	}
	r.HTML, r.Images, err = mime.EmbedImages(r.View, mime.Embedding{Data: true})
	return r, err
}

// Warnings tell what mail programs will make of the page.
func (r *Rendered) Warnings() (warnings []string) {
	if len(r.HTML) >= ClippedFrom {
		warnings = append(warnings, fmt.Sprintf("the page has %d KB of HTML, of which Gmail shows the first %d: show fewer rows, or attach them", len(r.HTML)>>10, ClippedFrom>>10))
	}
	_, styles, _ := strings.Cut(r.HTML, "<style type=") // the script's own
	if end := strings.Index(styles, "</style>"); end > gmailStyles {
		warnings = append(warnings, fmt.Sprintf("the style sheet has %d KB of rules that can't stand in the elements; Gmail drops them all if they are more than %d", end>>10, gmailStyles>>10))
	}
	return warnings
}

// withDefaults is the page with what was left open, its texts cleaned.
func (p *Page) withDefaults() (*Page, error) {
	page := *p
	for _, field := range []struct {
		name     string
		value    *string
		fallback string
	}{
		{"title", &page.Title, firstHeading(p.Blocks)}, {"lang", &page.Lang, "en"}, {"preheader", &page.Preheader, ""},
		{"words.total", &page.Words.Total, "Total"}, {"words.no_data", &page.Words.NoData, "no data"}, {"words.more", &page.Words.More, "… and %s more rows"},
	} {
		if err := checkText("the "+field.name, *field.value); err != nil {
			return nil, err
		}
		if *field.value = cleanLine(*field.value); *field.value == "" {
			*field.value = field.fallback
		}
	}
	if page.Width == 0 {
		page.Width = DefaultWidth
	}
	if page.Words.group = ","; !isLanguage(page.Lang, "en") {
		page.Words.group = "\u202f" // a narrow blank, which no country takes for a decimal point
	}
	return &page, nil
}

func firstHeading(blocks []Block) string {
	for _, b := range blocks {
		if h, ok := b.(*Heading); ok {
			return h.text
		}
	}
	return "Report"
}

// moreRows says how many rows a table leaves out.
func (w *Words) moreRows(n int) string {
	text := strings.ReplaceAll(w.More, "%s", marked(fmt.Sprint(n), w.group, ""))
	if n == 1 && w.More == "… and %s more rows" {
		return "… and 1 more row"
	}
	return text
}

// isLanguage tells whether a tag as in BCP 47, "de-AT", is of one of the languages.
func isLanguage(tag string, languages ...string) bool {
	first, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return slices.Contains(languages, first)
}
