package luabind

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// flagDecl is one flag that a script declares.
type flagDecl struct {
	Name     string // as the script writes it; '_' and '-' are the same on the command line
	Type     string // one of flagTypes; "" means that of Default, else "string"
	Help     string
	Short    string // one letter, or empty
	Default  any    // string, float64, bool, time.Time, []string, []any of strings, or nil
	Required bool
	Choices  []string // what a string or an element of a list may be; empty: anything
	Word     int      // from 1: it is the n-th plain word, not a flag
}

// flagError is a command line that does not fit what a script declares.
type flagError struct {
	Flag    string // as it was written or would be: "--issue"
	What    string
	Unknown bool // no such flag is declared
}

func (e *flagError) Error() string { return e.What }

// Kind is "argument".
func (e *flagError) Kind() string { return "argument" }

// flagTypes lists what a flag can take.
func flagTypes() []string {
	return []string{"string", "number", "integer", "boolean", "path", "duration", "size", "rate", "date", "list"}
}

// kind is the flag's type, found from its default where none is declared.
func (d *flagDecl) kind() string {
	if d.Type != "" {
		return d.Type
	}
	switch d.Default.(type) {
	case bool:
		return "boolean"
	case float64:
		return "number"
	case []string, []any:
		return "list"
	case time.Time:
		return "date"
	}
	return "string"
}

// long is how the flag is written on the command line.
func (d *flagDecl) long() string { return "--" + flagSpelling(d.Name) }

// flagSpelling is the one form in which names of flags are compared.
func flagSpelling(name string) string { return strings.ReplaceAll(name, "_", "-") }

// checkFlags refuses declarations that no command line could satisfy.
func checkFlags(decls []flagDecl) error {
	seen := map[string]bool{}
	for i := range decls {
		d := &decls[i]
		if err := d.check(); err != nil {
			return fmt.Errorf("flag %q %w", d.Name, err)
		}
		for _, name := range []string{d.long(), "-" + d.Short} {
			if name != "-" && seen[name] {
				return fmt.Errorf("flag %q: %q is declared twice", d.Name, name)
			}
			seen[name] = true
		}
	}
	return nil
}

// check gives the predicate of an error: "needs …", "has …".
func (d *flagDecl) check() error {
	switch {
	case !flagIsName(d.Name):
		return errors.New("needs a name of letters, digits, '-' and '_' that begins with a letter")
	case d.long() == "--help" || d.Short == "h":
		return errors.New("takes the place of --help or -h, which every script has")
	case d.Short != "" && (len(d.Short) != 1 || !flagIsName(d.Short)):
		return fmt.Errorf("has the short form %q; it must be one letter", d.Short)
	case !slices.Contains(flagTypes(), d.kind()):
		text := fmt.Sprintf("has the unknown type %q", d.Type)
		if near := Nearest(d.Type, flagTypes()); near != "" {
			text += fmt.Sprintf("; did you mean %q?", near)
		}
		return errors.New(text)
	case d.Word < 0, d.Word > 0 && (d.Short != "" || d.kind() == "boolean" || d.kind() == "list"):
		return errors.New("takes a plain word: it can have no short form, and be neither boolean nor list")
	case len(d.Choices) > 0 && d.kind() != "string" && d.kind() != "list":
		return fmt.Errorf("has choices, but is a %s; strings and lists have choices", d.kind())
	case d.Required && d.Default != nil:
		return errors.New("is required and has a default; give one of the two")
	}
	if _, err := d.preset(); err != nil {
		return fmt.Errorf("has a default that does not fit: %w", err)
	}
	return nil
}

func flagIsName(name string) bool {
	for i := range len(name) {
		c := name[i] | 0x20
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789-_", rune(name[i]))) {
			return false
		}
	}
	return name != ""
}

// flagOrder sorts declarations for reading: as the script's text declares
// them, where scanned has them all; else the required ones first, each group
// by name.
func flagOrder(decls, scanned []flagDecl) {
	place := map[string]int{}
	for i, d := range scanned {
		place[d.Name] = i
	}
	known := !slices.ContainsFunc(decls, func(d flagDecl) bool { _, ok := place[d.Name]; return !ok })
	slices.SortStableFunc(decls, func(a, b flagDecl) int {
		switch {
		case known:
			return place[a.Name] - place[b.Name]
		case a.Required != b.Required && a.Required:
			return -1
		case a.Required != b.Required:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
}
