package luabind

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// flagsHelp is the text of a script's --help: how it is called, what it
// does, and its flags in the order given.
func flagsHelp(script, about string, decls []flagDecl) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: moonpost run %s", script)
	for i := range decls {
		if d := &decls[i]; d.Required && d.Word == 0 {
			fmt.Fprintf(&b, " %s", d.usage())
		}
	}
	for _, d := range flagWords(decls) {
		if d.Required {
			fmt.Fprintf(&b, " %s", d.wordName())
		} else {
			fmt.Fprintf(&b, " [%s]", d.wordName())
		}
	}
	b.WriteString(" [flags] [words]\n")
	if about != "" {
		b.WriteString("\n" + strings.TrimSpace(about) + "\n")
	}
	if words := flagWords(decls); len(words) > 0 {
		b.WriteString("\nWords:\n")
		var rows [][2]string
		for _, d := range words {
			rows = append(rows, d.helpRow())
		}
		flagColumns(&b, rows)
	}
	b.WriteString("\nFlags:\n")
	rows := make([][2]string, 0, len(decls)+1)
	for i := range decls {
		if decls[i].Word == 0 {
			rows = append(rows, decls[i].helpRow())
		}
	}
	rows = append(rows, [2]string{"-h, --help", "show this text"})
	flagColumns(&b, rows)
	return b.String()
}

// flagColumns writes two columns; a left text that is too wide stands on a
// line of its own.
func flagColumns(b *strings.Builder, rows [][2]string) {
	const widest = 32
	width := 0
	for _, row := range rows {
		if len(row[0]) <= widest {
			width = max(width, len(row[0]))
		}
	}
	indent := "\n" + strings.Repeat(" ", width+4)
	for _, row := range rows {
		help := strings.ReplaceAll(strings.TrimSpace(row[1]), "\n", indent)
		switch {
		case help == "":
			fmt.Fprintf(b, "  %s\n", row[0])
		case len(row[0]) > widest:
			fmt.Fprintf(b, "  %s%s%s\n", row[0], indent, help)
		default:
			fmt.Fprintf(b, "  %-*s  %s\n", width, row[0], help)
		}
	}
}

func (d *flagDecl) helpRow() [2]string {
	short := "    "
	if d.Word > 0 {
		short = ""
	}
	if d.Short != "" {
		short = "-" + d.Short + ", "
	}
	help := d.Help
	note := d.note()
	if help != "" && note != "" {
		help += " "
	}
	return [2]string{short + d.usage(), help + note}
}

// usage is the flag with the word for its value.
func (d *flagDecl) usage() string {
	word, ok := map[string]string{
		"string": "TEXT", "number": "N", "integer": "N", "path": "FILE", "duration": "TIME", "size": "SIZE", "rate": "RATE", "date": "DATE", "list": "TEXT",
	}[d.kind()]
	switch {
	case d.Word > 0:
		return d.wordName()
	case !ok:
		return "--[no-]" + flagSpelling(d.Name)
	}
	return d.long() + " " + word
}

// note tells what the type and the default add to a flag's help.
func (d *flagDecl) note() string {
	switch {
	case d.Required && len(d.Choices) > 0:
		return "(required: one of " + strings.Join(d.Choices, ", ") + ")"
	case d.Required:
		return "(required)"
	case d.kind() == "boolean":
		if on, _ := d.Default.(bool); on {
			return "(default yes)"
		}
		return ""
	}
	var notes []string
	if len(d.Choices) > 0 {
		notes = append(notes, "one of "+strings.Join(d.Choices, ", "))
	}
	if d.kind() == "list" {
		notes = append(notes, "may be repeated")
	}
	if text := flagPresetText(d.Default); text != "" {
		notes = append(notes, "default "+text)
	}
	if len(notes) == 0 {
		return ""
	}
	return "(" + strings.Join(notes, ", ") + ")"
}

// flagPresetText shows a default as it would be written after the flag.
func flagPresetText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.Format(time.DateOnly)
	case []string:
		return strings.Join(v, ", ")
	case []any:
		texts := make([]string, len(v))
		for i := range v {
			texts[i] = fmt.Sprint(v[i])
		}
		return strings.Join(texts, ", ")
	}
	return ""
}
