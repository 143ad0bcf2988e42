package mime

import (
	"slices"
	"strings"
)

// replyPrefixes are what mail readers of many languages put before the subject of an answer.
var replyPrefixes = []string{
	"re", "aw", "antw", "sv", "vs", "ref", "rif", "res", "odp", "ynt", "atb", "bls", "vá", "ang", "απ", "σχετ", "תשובה", "رد", "回复", "回覆", "答复", "返信",
}

// forwardPrefixes are the same of a message that is passed on.
var forwardPrefixes = []string{
	"fwd", "fw", "wg", "tr", "rv", "enc", "doorst", "vb", "vl", "vs", "pd", "ilt", "továbbítás", "i", "πρθ", "הועבר", "转发", "轉寄", "転送",
}

// withoutPrefixes takes all prefixes of a list off a subject: "RE: Aw: Re[2]: hello" becomes "hello".
func withoutPrefixes(subject string, prefixes []string) string {
	for {
		rest, ok := cutPrefix(subject, prefixes)
		if !ok {
			return strings.TrimSpace(subject)
		}
		subject = rest
	}
}

// longestPrefix bounds how far a colon is looked for.
const longestPrefix = 40

// cutPrefix takes one prefix off: a word, maybe a count in brackets, and a colon.
func cutPrefix(subject string, prefixes []string) (rest string, ok bool) {
	subject = strings.TrimLeft(subject, " \t")
	colon := strings.IndexAny(subject[:min(len(subject), longestPrefix)], ":：")
	if colon < 0 {
		return "", false
	}
	word := strings.ToLower(strings.TrimSpace(subject[:colon]))
	if i := strings.IndexAny(word, "[(^*"); i > 0 && strings.Trim(word[i:], "[]()^*0123456789") == "" {
		word = strings.TrimSpace(word[:i])
	}
	if !slices.Contains(prefixes, word) {
		return "", false
	}
	rest = strings.TrimPrefix(subject[colon:], ":")
	return strings.TrimPrefix(rest, "："), true
}
