package luabind

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of a diff by lines.
const (
	diffCells   = 4 << 20 // of the table that finds common lines
	diffContext = 2       // equal lines shown around a difference
	diffLines   = 60      // lines shown
	diffOctets  = 400     // of a line shown
)

// lineDiff shows how got differs from want: lines that begin with "-" are wanted and missing, those with "+" are there
// and not wanted.
func lineDiff(got, want string) string {
	if strings.HasSuffix(got, "\n") && strings.HasSuffix(want, "\n") {
		got, want = got[:len(got)-1], want[:len(want)-1]
	}
	script := diffScript(strings.Split(want, "\n"), strings.Split(got, "\n"))
	var out []string
	last := -1 // the last line of the script that is shown
	for i, edit := range script {
		if !nearChange(script, i) {
			continue
		}
		if i > last+1 {
			out = append(out, fmt.Sprintf("@ line %d", edit.line))
		}
		last = i
		out = append(out, string(edit.mark)+visible(cutLine(edit.text, counterpart(script, i))))
	}
	if len(out) > diffLines {
		out = append(out[:diffLines], "and more")
	}
	return "(- want, + got)\n" + strings.Join(out, "\n")
}

// edit is a line of a diff: kept (' '), wanted only ('-') or there only ('+').
type edit struct {
	mark byte
	text string
	line int // in the text that is there, counted from 1
}

// counterpart is the line beside the i-th that stands for it in the other text, "" where there is none.
func counterpart(script []edit, i int) string {
	for _, j := range []int{i - 1, i + 1} {
		if j >= 0 && j < len(script) && script[j].mark != ' ' && script[j].mark != script[i].mark {
			return script[j].text
		}
	}
	return ""
}

// cutLine cuts a long line to where it begins to differ from the other one.
func cutLine(line, other string) string {
	if len(line) <= diffOctets {
		return line
	}
	from := 0
	for from < min(len(line), len(other)) && line[from] == other[from] {
		from++
	}
	from = max(0, min(from, len(line))-diffOctets/4)
	cut := strings.ToValidUTF8(line[from:min(len(line), from+diffOctets)], "")
	if from > 0 {
		cut = "…" + cut
	}
	if from+diffOctets < len(line) {
		cut += "…"
	}
	return cut
}

func nearChange(script []edit, i int) bool {
	for j := max(0, i-diffContext); j <= min(len(script)-1, i+diffContext); j++ {
		if script[j].mark != ' ' {
			return true
		}
	}
	return false
}

// diffScript turns the lines a into b.
func diffScript(a, b []string) []edit {
	head := 0
	for head < min(len(a), len(b)) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < min(len(a), len(b))-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var script []edit
	line := 0
	add := func(mark byte, text string) {
		if mark != '-' {
			line++
		}
		script = append(script, edit{mark, text, max(1, line)})
	}
	for _, text := range a[:head] {
		add(' ', text)
	}
	diffMiddle(a[head:len(a)-tail], b[head:len(b)-tail], add)
	for _, text := range a[len(a)-tail:] {
		add(' ', text)
	}
	return script
}

// diffMiddle finds the longest common subsequence, or gives up and replaces all where the texts are too long.
func diffMiddle(a, b []string, add func(mark byte, text string)) {
	if len(a)*len(b) > diffCells {
		for _, text := range a {
			add('-', text)
		}
		for _, text := range b {
			add('+', text)
		}
		return
	}
	common := make([][]int32, len(a)+1) // of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			add(' ', a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			add('-', a[i])
			i++
		default:
			add('+', b[j])
			j++
		}
	}
}

// visible shows what a terminal would not: control characters, broken UTF-8, blanks at the end.
func visible(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		piece := line[i : i+size]
		i += size
		trailing := i == len(line) && (r == ' ' || r == '\t')
		if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) && r != '\t' || trailing {
			quoted := strconv.Quote(piece)
			if trailing && r == ' ' {
				quoted = `"\x20"`
			}
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteString(piece)
	}
	return b.String()
}
