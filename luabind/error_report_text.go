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
	program := r.program()
	title := r.title
	if program != "" {
		title = program + ": " + r.Message
	}
	b.WriteString("moonpost: " + indentedText(shortened(title), "  ") + "\n")
	if r.shown != "" && program == "" {
		b.WriteString(r.excerpt())
	}
	if r.Hint != "" {
		b.WriteString("  hint: " + indentedText(r.Hint, "        ") + "\n")
	}
	if program == "" && r.tells() {
		b.WriteString("  traceback:\n")
		for _, f := range r.frames {
			b.WriteString("    " + f.String() + "\n")
		}
	}
	return b.String()
}

// program names the program of the binary, as @report, that found fault with what it was given. Its own lines mean
// nothing to those who run it; they are shown where it is itself at fault.
func (r *Report) program() string {
	own := r.Kind == "script" && r.title != r.Message
	if last := len(r.frames) - 1; last >= 0 && !own && strings.HasPrefix(r.frames[last].File, "@") {
		return r.frames[last].File
	}
	return ""
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
