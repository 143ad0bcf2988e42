package report

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/vanng822/go-premailer/premailer"
)

//go:embed page.css
var pageCSS string

// StyleError is a style sheet that no page can have.
type StyleError struct{ What string }

func (e *StyleError) Error() string { return e.What }

// Kind is that of a wrong argument.
func (e *StyleError) Kind() string { return "argument" }

// Hint says what to do instead.
func (e *StyleError) Hint() string {
	return "mail programs load nothing from elsewhere: name fonts that people have, and show pictures with report.image"
}

// checkStyles refuses what would load something from elsewhere or end the element in which a style sheet stands.
func checkStyles(css string) error {
	if err := checkText("the style sheet", css); err != nil {
		return err
	}
	lower := strings.ToLower(css)
	for _, word := range []string{"@import", "@font-face", "@namespace", "url(", "image-set(", "</", "<!--", "\\"} {
		if i := strings.Index(lower, word); i >= 0 {
			return &StyleError{What: fmt.Sprintf("the style sheet's line %d has %q, which no page can have", 1+strings.Count(css[:min(i, len(css))], "\n"), word)}
		}
	}
	return nil
}

// inlineStyles puts the page's style sheet and the script's own, which counts where they differ, into the elements, because many
// mail programs drop style sheets. What can't stand there, rules for dark or narrow screens, stays in one.
func inlineStyles(page, css string) (string, error) {
	if err := checkStyles(css); err != nil {
		return "", err
	}
	page = strings.Replace(page, "</head>", "<style>\n"+pageCSS+css+"\n</style>\n</head>", 1)
	inliner, err := premailer.NewPremailerFromString(page, premailer.NewOptions(premailer.WithCssToAttributes(false)))
	if err != nil {
		return "", err
	}
	return inliner.Transform()
}
