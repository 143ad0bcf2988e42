package moonpost_test

import (
	"cmp"
	"flag"
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite NOTICE.md and the generated columns of docs/rfc.md")

const rfcPage = "docs/rfc.md"

var (
	// markPattern is the one form in which code names its source: RFC 5321 §4.5.3.2.5.
	// A section may be missing where the document as a whole is meant.
	markPattern = regexp.MustCompile(`RFC (\d+)(?: §(\d+(?:\.\d+)*))?`)
	// rowPattern is a row of the page's table: number, title, how much, where, sections, note.
	rowPattern = regexp.MustCompile(`^\| \[(\d+)\]\([^)]*\) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$`)
	// listedSection is one entry of the column of sections.
	listedSection = regexp.MustCompile(`\d+(?:\.\d+)*`)
)

// rfcRow is one row of docs/rfc.md. Where and sections come from the code,
// the rest is written by people.
type rfcRow struct {
	number               int
	title, howMuch, note string
	rooms, sections      []string
}

// String is the row as it stands on the page.
func (r rfcRow) String() string {
	return fmt.Sprintf("| [%d](https://www.rfc-editor.org/rfc/rfc%[1]d) | %s | %s | %s | %s | %s |",
		r.number, r.title, r.howMuch, strings.Join(r.rooms, ", "), strings.Join(r.sections, ", "), r.note)
}

// TestRFCPage compares the marks in the code with docs/rfc.md, both ways.
//
//	go test . -run RFC -update
//
// writes the columns "where" and "sections" anew and adds rows for RFCs that
// are new, with a question mark for title and how much: fill these by hand.
func TestRFCPage(t *testing.T) {
	marked := markedRFCs(t)
	page, err := os.ReadFile(rfcPage)
	if err != nil {
		t.Fatal(err)
	}
	before, listed, after := splitPage(t, string(page))
	if *update {
		text := before + strings.Join(merged(listed, marked), "\n") + "\n" + after
		if err := os.WriteFile(rfcPage, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, listed, _ = splitPage(t, text)
	}
	for _, number := range slices.Sorted(maps.Keys(marked)) {
		want, got := marked[number], listed[number]
		switch {
		case got.number == 0:
			t.Errorf("%s lacks the row\n%v", rfcPage, want)
		case got.title == "?" || got.title == "" || got.howMuch != "Yes" && got.howMuch != "Partial":
			t.Errorf("%s: RFC %d needs a title and Yes or Partial: %v", rfcPage, number, got)
		case !slices.Equal(got.sections, want.sections) || !slices.Equal(got.rooms, want.rooms):
			want.title, want.howMuch, want.note = got.title, got.howMuch, got.note
			t.Errorf("%s differs from the marks in the code: go test . -run RFC -update\nhave %v\nwant %v", rfcPage, got, want)
		}
	}
	for _, number := range slices.Sorted(maps.Keys(listed)) {
		if _, ok := marked[number]; !ok {
			t.Errorf("%s lists RFC %d, which nothing in the code names", rfcPage, number)
		}
	}
}

// markedRFCs collects the marks of all comments and strings, by RFC.
func markedRFCs(t *testing.T) map[int]rfcRow {
	t.Helper()
	rows := map[int]rfcRow{}
	for _, s := range readSources(t) {
		for _, text := range words(s.file) {
			for _, mark := range markPattern.FindAllStringSubmatch(text, -1) {
				addMark(rows, mark, path.Dir(s.name))
			}
		}
	}
	if len(rows) == 0 {
		t.Fatal("nothing names an RFC")
	}
	return rows
}

// words are the texts in which a file can name its sources: its comments, and
// its strings, because tables carry marks as data. White space is made single,
// so that a mark may stand at a line's end.
func words(file *ast.File) []string {
	var texts []string
	for _, group := range file.Comments {
		var text strings.Builder
		for _, comment := range group.List { // not Text(): it drops //nolint and what follows it
			text.WriteString(strings.TrimLeft(comment.Text, "/* \t") + " ")
		}
		texts = append(texts, strings.Join(strings.Fields(text.String()), " "))
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			texts = append(texts, literal.Value)
		}
		return true
	})
	return texts
}

func addMark(rows map[int]rfcRow, mark []string, room string) {
	number, _ := strconv.Atoi(mark[1])
	row, ok := rows[number]
	if !ok {
		row = rfcRow{number: number, title: "?", howMuch: "?"}
	}
	row.rooms = sortedWith(row.rooms, room, strings.Compare)
	if mark[2] != "" {
		row.sections = sortedWith(row.sections, mark[2], compareSections)
	}
	rows[number] = row
}

// sortedWith adds an element to a sorted list, once.
func sortedWith(list []string, element string, compare func(a, b string) int) []string {
	i, found := slices.BinarySearchFunc(list, element, compare)
	if found {
		return list
	}
	return slices.Insert(list, i, element)
}

// compareSections puts 4.10 behind 4.9.
func compareSections(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, _ := strconv.Atoi(x)
		n, _ := strconv.Atoi(y)
		return cmp.Compare(m, n)
	})
}

// splitPage parts the page into what stands before the rows, the rows, and
// what follows them.
func splitPage(t *testing.T, page string) (before string, rows map[int]rfcRow, after string) {
	t.Helper()
	rows = map[int]rfcRow{}
	inRows := false
	for line := range strings.Lines(page) {
		m := rowPattern.FindStringSubmatch(strings.TrimRight(line, "\n"))
		switch {
		case m != nil:
			inRows = true
			row := rfcRow{title: m[2], howMuch: m[3], note: m[6], sections: listedSection.FindAllString(m[5], -1)}
			row.number, _ = strconv.Atoi(m[1])
			if m[4] != "" {
				row.rooms = strings.Split(m[4], ", ")
			}
			if _, twice := rows[row.number]; twice {
				t.Errorf("%s lists RFC %d twice", rfcPage, row.number)
			}
			rows[row.number] = row
		case inRows:
			after += line
		default:
			before += line
		}
	}
	return before, rows, after
}

// merged are the rows for the page: the code's columns, the people's words.
func merged(listed, marked map[int]rfcRow) []string {
	var lines []string
	for _, number := range slices.Sorted(maps.Keys(marked)) {
		row := marked[number]
		if old, ok := listed[number]; ok {
			row.title, row.howMuch, row.note = old.title, old.howMuch, old.note
		}
		lines = append(lines, row.String())
	}
	return lines
}
