package luabind

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// docWidth is how wide the texts of `moonpost doc` are.
const docWidth = 76

// wrap breaks a text at blanks; lines after the first begin with indent blanks.
// The first begins at column at.
func wrap(text string, at, indent int) string {
	var b strings.Builder
	column := at
	for i, word := range strings.Fields(text) {
		size := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case column+1+size > docWidth:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += size
	}
	return b.String()
}

// paragraphs wraps every line of a text by itself.
func paragraphs(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = wrap(lines[i], 0, 0)
	}
	return strings.Join(lines, "\n")
}

// docRow is one line of a list: a name and what it is.
type docRow struct{ name, text string }

// widest is the widest column of names.
const widest = 26

// list writes rows under a title, names in one column.
func list(title string, rows []docRow) string {
	if len(rows) == 0 {
		return ""
	}
	column := 0
	for _, r := range rows {
		if n := utf8.RuneCountInString(r.name); n <= widest {
			column = max(column, n)
		}
	}
	column += 4
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", title)
	for _, r := range rows {
		line := "  " + r.name
		if size := utf8.RuneCountInString(line); size+2 <= column {
			line += strings.Repeat(" ", column-size)
		} else {
			line += "\n" + strings.Repeat(" ", column)
		}
		b.WriteString(strings.TrimRight(line+wrap(r.text, column, column), " ") + "\n")
	}
	return b.String()
}

// fieldRows are fields with their types; what must be given says so.
func fieldRows(fields []Field, mark bool) []docRow {
	var rows []docRow
	for _, f := range fields {
		doc := f.Doc
		if mark && !strings.HasSuffix(f.Name, "?") && !strings.HasPrefix(f.Name, "[") {
			doc += " (required)"
		}
		text := strings.ReplaceAll(f.Type, `"|"`, `" | "`) // lines may break there
		if text != "" && doc != "" {
			text += ": "
		}
		rows = append(rows, docRow{plain(f.Name), text + doc})
	}
	return rows
}

// functionRows are functions with the first sentence of what they do.
func functionRows(prefix string, functions []Function) []docRow {
	var rows []docRow
	for _, f := range functions {
		rows = append(rows, docRow{prefix + f.Name, firstSentence(f.Doc)})
	}
	return rows
}

// codeBlock puts an example into a text.
func codeBlock(code string) string {
	return "\n    " + strings.ReplaceAll(code, "\n", "\n    ") + "\n"
}

func firstSentence(doc string) string {
	line, _, _ := strings.Cut(doc, "\n")
	if i := strings.Index(line, ". "); i >= 0 {
		return line[:i+1]
	}
	return line
}
