package report

import (
	"fmt"
	"strings"
)

// checkSyntax finds what would have the reader of style sheets drop the rest of one, which it does without a word.
func checkSyntax(css string) error {
	var open []int // where braces open
	for i := 0; i < len(css); i++ {
		switch c := css[i]; {
		case strings.HasPrefix(css[i:], "/*"):
			end := strings.Index(css[i+2:], "*/")
			if end < 0 {
				return styleFault(css, i, "a comment isn't closed")
			}
			i += end + 3
		case c == '"', c == '\'':
			end := strings.IndexByte(css[i+1:], c)
			if end < 0 || strings.Contains(css[i+1:i+1+end], "\n") {
				return styleFault(css, i, "a quotation mark isn't closed")
			}
			i += end + 1
		case c == '@' && !isMedia(css[i:]):
			return styleFault(css, i, fmt.Sprintf("there is %q; mail programs know @media alone", word(css[i:])))
		case c == '{':
			open = append(open, i)
		case c == '}' && len(open) == 0:
			return styleFault(css, i, "a } has no {")
		case c == '}':
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return styleFault(css, open[0], "a { isn't closed")
	}
	return nil
}

func isMedia(s string) bool { return strings.EqualFold(word(s), "@media") }

// word is the at-rule with which s begins.
func word(s string) string {
	end := strings.IndexFunc(s[1:], func(r rune) bool { return r != '-' && (r < 'A' || r > 'z') })
	if end < 0 {
		return cut(s, maxShown)
	}
	return cut(s[:end+1], maxShown)
}

func styleFault(css string, at int, what string) error {
	return &StyleError{What: fmt.Sprintf("the style sheet's line %d: %s", 1+strings.Count(css[:at], "\n"), what)}
}
