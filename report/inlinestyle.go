package report

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/vanng822/go-premailer/premailer"
)

//go:embed page.css
var pageCSS string

//go:embed pagemedia.css
var mediaCSS string

// Bounds of style sheets: what a script may bring along, and how much of one Gmail takes before it drops it whole.
const (
	maxStyles   = 64 << 10
	gmailStyles = 16 << 10
)

// StyleError is a style sheet that no page can have.
type StyleError struct {
	What  string
	loads bool // it would load something
}

func (e *StyleError) Error() string { return e.What }

// Kind is that of a wrong argument.
func (e *StyleError) Kind() string { return "argument" }

// Hint says what to do instead, or is empty.
func (e *StyleError) Hint() string {
	if !e.loads {
		return ""
	}
	return "mail programs load nothing from elsewhere: name fonts that people have, and show pictures with report.image"
}

// checkStyles refuses what would load something from elsewhere or end the element in which a style sheet stands.
func checkStyles(css string) error {
	if err := checkText("the style sheet", css); err != nil {
		return err
	}
	if len(css) > maxStyles {
		return &StyleError{What: fmt.Sprintf("the style sheet has %d KB; a page takes %d", len(css)>>10, maxStyles>>10)}
	}
	lower := strings.ToLower(css)
	for n, word := range []string{"@import", "@font-face", "url(", "image-set(", "@namespace", "</", "<!--", "\\"} {
		if i := strings.Index(lower, word); i >= 0 {
			return &StyleError{What: fmt.Sprintf("the style sheet's line %d has %q, which no page can have", 1+strings.Count(css[:min(i, len(css))], "\n"), word), loads: n < 4}
		}
	}
	return checkSyntax(css)
}

// inlineStyles puts the page's style sheet and the script's own, which counts where they differ, into the elements,
// because many mail programs drop style sheets. What can't stand there, rules for dark or narrow screens, stays in the
// head: the page's in an element of its own, so that a program which drops the script's for a fault keeps it.
func inlineStyles(page, css string) (string, error) {
	if err := checkStyles(css); err != nil {
		return "", err
	}
	page = strings.Replace(page, "</head>", "<style>\n"+rulesFor(page)+css+"\n</style>\n</head>", 1)
	inliner, err := premailer.NewPremailerFromString(page, premailer.NewOptions(premailer.WithCssToAttributes(false)))
	if err != nil {
		return "", err
	}
	page, err = inliner.Transform()
	_, media, _ := strings.Cut(mediaCSS, "*/\n") // programs are said to skip the rule behind a comment
	return strings.Replace(page, "<title>", "<style>\n"+media+"</style>\n<title>", 1), err
}

// rulesFor leaves out rules for classes that a page hasn't: reading them is most of the work for a small page.
func rulesFor(page string) string {
	var b strings.Builder
	for rule := range strings.Lines(pageCSS) {
		name, isClass := strings.CutPrefix(rule, ".")
		if i := strings.IndexAny(name, " .,:"); isClass && i > 0 && !strings.Contains(page, name[:i]) {
			continue
		}
		b.WriteString(rule)
	}
	return b.String()
}
