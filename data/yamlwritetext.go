package data

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// yamlQuotable writes a text on one line, with quotes where it would mean something else without.
func yamlQuotable(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", fmt.Errorf("is not valid UTF-8 at octet %d", invalidAt(s)+1)
	}
	if yamlPlain(s) {
		return s, nil
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch at := strings.IndexRune(jsonMeanings, r); {
		case at >= 0 && r != '/':
			out.WriteString(`\` + jsonEscapes[at:at+1])
		case yamlShown(r):
			out.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&out, `\U%08x`, r)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	out.WriteByte('"')
	return out.String(), nil
}

// yamlShown holds for characters that stand for themselves in quotes and in blocks.
func yamlShown(r rune) bool {
	return unicode.IsPrint(r) && r != '\ufeff'
}

// yamlPlain holds for texts that need no quotes: names and sentences that begin with a letter, and that no version of
// YAML reads as something else.
func yamlPlain(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if first != '_' && first != '/' && !unicode.IsLetter(first) || strings.HasSuffix(s, " ") || strings.HasSuffix(s, ":") {
		return false
	}
	if strings.Contains(s, ": ") || strings.Contains(s, " #") || strings.Contains(s, "<<") || strings.ContainsFunc(s, func(r rune) bool { return !yamlShown(r) || r == '\u00a0' }) {
		return false
	}
	switch strings.ToLower(s) {
	case "null", "true", "false", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return true
}

// yamlBlockFits holds for texts of several lines that can be written as they are.
func yamlBlockFits(s string) bool {
	if !utf8.ValidString(s) || !strings.Contains(strings.TrimRight(s, "\n"), "\n") || strings.HasPrefix(s, "\n") {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimSpace(line) != line && strings.TrimLeft(line, " ") != strings.TrimSpace(line) || strings.HasPrefix(line, "\t") {
			return false // blanks at its end, or nothing else
		}
		if line != "" && strings.TrimSpace(line) == "" || strings.ContainsFunc(line, func(r rune) bool { return !yamlShown(r) }) {
			return false
		}
	}
	return s[0] != ' '
}
