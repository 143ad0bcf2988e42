package luatext

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// hidden stands for a secret.
const hidden = "****"

// Mask replaces the secrets of a line: texts that are given to a name such as
// password, what login is called with, and passwords and keys within URLs. The span
// is moved along.
func Mask(line string, s Span) (string, Span) {
	tokens := Tokens([]byte("\n" + line)) // so that no # is the first line's
	var b strings.Builder
	at, moved := 0, s
	for i, t := range tokens {
		if t.Kind != String && t.Kind != Bad {
			continue
		}
		start, end := t.Start-1, t.End-1
		text := masked(tokens, i)
		if text == t.Text {
			continue
		}
		b.WriteString(line[at:start])
		b.WriteString(text)
		at = end
		moved = shifted(moved, utf8.RuneCountInString(line[:start])+1, s, utf8.RuneCountInString(text)-utf8.RuneCountInString(t.Text))
	}
	b.WriteString(line[at:])
	return b.String(), moved
}

// shifted moves a span by what a text before it, or in it, became longer.
func shifted(moved Span, column int, s Span, by int) Span {
	if s.Column > column {
		moved.Column += by
	}
	if s.EndColumn > column {
		moved.EndColumn += by
	}
	return moved
}

// masked is the text of token i with its secret left out.
func masked(tokens []Token, i int) string {
	t := tokens[i]
	if isSecret(tokens, i) {
		quote := t.Text[:1]
		if quote == "[" {
			quote = `"`
		}
		return quote + hidden + quote
	}
	// A password in which / or @ was not escaped is one too.
	text := regexp.MustCompile(`(://[^/@:\s"']*:)[^\s"']+@`).ReplaceAllString(t.Text, "${1}"+hidden+"@")
	return queried.ReplaceAllStringFunc(text, maskQueried)
}

// queried is a name and its value in an address's query.
var queried = regexp.MustCompile(`[?&][^?&=\s"']+=[^&#\s"']+`)

func maskQueried(text string) string {
	name, _, _ := strings.Cut(text[1:], "=")
	switch lower := strings.ToLower(name); {
	case secretName(name), strings.HasSuffix(lower, "key"), strings.HasPrefix(lower, "sig"), lower == "auth":
		return text[:1] + name + "=" + hidden
	}
	return text
}

// isSecret tells whether the text of token i is given to a name that says so.
func isSecret(tokens []Token, i int) bool {
	if tokens[i].Kind != String && (tokens[i].Kind != Bad || !strings.Contains(`"'[`, tokens[i].Text[:1])) {
		return false
	}
	depth, assigned := 0, false
	for j := i - 1; j > 0 && i-j < 100; j-- {
		t := tokens[j]
		switch {
		case t.Is(")"), t.Is("}"), t.Is("]"):
			depth++
		case t.Is("("), t.Is("{"), t.Is("["):
			if depth--; depth < 0 {
				if called := tokens[j-1].Text; called == "login" || called == "auth" || secretName(called) {
					return true
				}
				depth, assigned = 0, false
			}
		case depth == 0 && (t.Is(",") || t.Is(";")):
			assigned = true
		case depth == 0 && !assigned && (t.Is("=") || t.Is("==")):
			if secretName(tokens[j-1].Value()) || tokens[j-1].Is("]") && j > 1 && secretName(tokens[j-2].Value()) {
				return true
			}
			assigned = true
		}
	}
	return false
}

// secretName tells the names that are given passwords and the like.
func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"pass", "pwd", "secret", "token", "credential", "apikey", "api_key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
