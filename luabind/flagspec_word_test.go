package luabind

import (
	"strings"
	"testing"
	"time"
)

func TestFlagChoicesWordsDates(t *testing.T) {
	decls := []flagDecl{
		{Name: "kind", Choices: []string{"a", "b"}}, {Name: "tags", Type: "list", Choices: []string{"x", "y"}}, {Name: "since", Type: "date"},
		{Name: "from", Word: 1, Required: true}, {Name: "count", Word: 2, Type: "integer"},
	}
	values, rest, _, err := parseFlags(decls, []string{"one", "--kind", "b", "--tags=x", "--tags", "y", "--since", "2026-10-05", "7", "more"})
	since, _ := values["since"].(time.Time)
	if err != nil || values["kind"] != "b" || values["from"] != "one" || values["count"] != int64(7) || len(rest) != 1 || !since.Equal(time.Date(2026, 10, 5, 0, 0, 0, 0, time.Local)) {
		t.Errorf("%v %v %v", values, rest, err)
	}
	for line, want := range map[string]string{
		"":                 "FROM is missing: the first word after the script's name",
		"one x":            `COUNT must be a whole number, got "x"`,
		"one --kind c":     `flag "--kind" must be one of a, b, got "c"`,
		"one --tags=x,y":   `flag "--tags" must be one of x, y, got "x,y"`,
		"one --since 2026": `flag "--since" must be a date: "2026" is not a date`,
		"--from one":       `unknown flag "--from"`,
	} {
		if _, _, _, err := parseFlags(decls, strings.Fields(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", line, err)
		}
	}
	if values, _, _, err := parseFlags(decls, strings.Fields("one --since Yesterday")); err != nil || values["since"] != flagDay(-1) {
		t.Errorf("%v, %v", values, err)
	}
	for _, c := range []struct {
		decls []flagDecl
		want  string
	}{
		{[]flagDecl{{Name: "a", Word: 2}}, `flag "a" is word 2, but there is no word 1, or two`},
		{[]flagDecl{{Name: "a", Word: 1}, {Name: "b", Word: 1}}, `flag "b" is word 1`},
		{[]flagDecl{{Name: "a", Word: 1}, {Name: "b", Word: 2, Required: true}}, `flag "b" is required, but the word before it is not`},
		{[]flagDecl{{Name: "a", Word: 1, Short: "a"}}, "takes a plain word"},
		{[]flagDecl{{Name: "a", Word: 1, Type: "boolean"}}, "takes a plain word"},
		{[]flagDecl{{Name: "a", Type: "integer", Choices: []string{"1"}}}, "strings and lists have choices"},
		{[]flagDecl{{Name: "a", Default: "c", Choices: []string{"a"}}}, "has a default that does not fit: must be one of a"},
		{[]flagDecl{{Name: "a", Default: "soon", Type: "date"}}, "has a default that does not fit: must be a date"},
	} {
		if _, _, _, err := parseFlags(c.decls, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.decls, err)
		}
	}
}
