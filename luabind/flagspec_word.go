package luabind

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// value reads one value of the flag.
func (d *flagDecl) value(text string) (any, error) {
	v, err := flagValue(d.kind(), text)
	if err != nil || len(d.Choices) == 0 || slices.Contains(d.Choices, text) {
		return v, err
	}
	fault := fmt.Sprintf("must be one of %s, got %s", strings.Join(d.Choices, ", "), optQuote(text))
	if near := Nearest(text, d.Choices); near != "" {
		fault += fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, fmt.Errorf("%s", fault)
}

// flagDay is a date that depends on the present day: 0 is today.
type flagDay int

// flagDate reads a date in the machine's zone.
func flagDate(text string) (any, error) {
	if days, ok := map[string]flagDay{"today": 0, "yesterday": -1, "tomorrow": 1}[strings.ToLower(text)]; ok {
		return days, nil
	}
	t, err := data.ParseTime(text, time.Local)
	if err != nil {
		return nil, fmt.Errorf("must be a date: %w", err)
	}
	return t, nil
}

// flagResult is a flag's value as the script sees it.
func (rt *Runtime) flagResult(L *lua.LState, value any) lua.LValue {
	switch v := value.(type) {
	case time.Time:
		return rt.newObject(L, timeClassName, v)
	case flagDay:
		year, month, day := rt.host.Wall().In(time.Local).Date()
		return rt.newObject(L, timeClassName, data.TimeIn(year, month, day+int(v), 0, 0, 0, 0, time.Local))
	}
	return toLua(L, value)
}

// wordName is how help and errors call a word: PEOPLE.
func (d *flagDecl) wordName() string { return strings.ToUpper(flagSpelling(d.Name)) }

// flagWords lists what takes plain words, in the order of these.
func flagWords(decls []flagDecl) []*flagDecl {
	var words []*flagDecl
	for i := range decls {
		if decls[i].Word > 0 {
			words = append(words, &decls[i])
		}
	}
	slices.SortFunc(words, func(a, b *flagDecl) int { return cmp.Compare(a.Word, b.Word) })
	return words
}

// checkWords refuses words that no command line could tell apart.
func checkWords(decls []flagDecl) error {
	words := flagWords(decls)
	for i, d := range words {
		switch {
		case d.Word != i+1:
			return fmt.Errorf("flag %q is word %d, but there is no word %d, or two", d.Name, d.Word, i+1)
		case i > 0 && d.Required && !words[i-1].Required:
			return fmt.Errorf("flag %q is required, but the word before it is not", d.Name)
		}
	}
	return nil
}

// takeWords gives the first plain words to those that are declared.
func (p *flagParser) takeWords() error {
	for _, d := range flagWords(p.decls) {
		if len(p.rest) == 0 {
			break
		}
		v, err := d.value(p.rest[0])
		if err != nil {
			return &flagError{Flag: d.wordName(), What: fmt.Sprintf("%s %v", d.wordName(), err)}
		}
		p.values[d.Name], p.rest = v, p.rest[1:]
	}
	return nil
}

func flagOrdinal(n int) string {
	names := []string{"first", "second", "third"}
	if n <= len(names) {
		return names[n-1]
	}
	return strconv.Itoa(n) + "th"
}
