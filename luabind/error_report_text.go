package luabind

import (
	"fmt"
	"strings"

	"moonpost/luabind/luatext"
)

// maxMessage bounds how many octets of a message are shown.
const maxMessage = 4000

// Text writes the report for people: the message behind its position, the
// line with a caret, the hint, and the calls that led there.
func (r *Report) Text() string {
	var b strings.Builder
	b.WriteString("moonpost: " + indentedText(shortened(r.title), "  ") + "\n")
	if r.shown != "" {
		b.WriteString(r.excerpt())
	}
	if r.Hint != "" {
		b.WriteString("  hint: " + indentedText(r.Hint, "        ") + "\n")
	}
	if r.tells() {
		b.WriteString("  traceback:\n")
		for _, f := range r.frames {
			b.WriteString("    " + f.String() + "\n")
		}
	}
	return b.String()
}

func indentedText(text, by string) string {
	return strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by)
}

func shortened(text string) string {
	if len(text) <= maxMessage {
		return text
	}
	return strings.ToValidUTF8(text[:maxMessage], "") + fmt.Sprintf("… (%s more octets)", thousands(len(text)-maxMessage))
}

// excerpt is the line and the carets below it.
func (r *Report) excerpt() string {
	line, carets := luatext.Excerpt(r.shown, r.span)
	if strings.TrimSpace(line) == "" && carets == "" {
		return ""
	}
	number := fmt.Sprintf("%4d", r.Line)
	text := number + " | " + line + "\n"
	if carets != "" {
		text += strings.Repeat(" ", len(number)) + " | " + carets + "\n"
	}
	return text
}

// tells is false for a traceback that only repeats the error's own line.
func (r *Report) tells() bool {
	if len(r.frames) == 1 {
		f := r.frames[0]
		return f.Function != mainChunk || !strings.HasPrefix(r.title, strings.TrimSpace(f.place()))
	}
	return len(r.frames) > 0
}
