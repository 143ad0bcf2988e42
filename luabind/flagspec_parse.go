package luabind

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// parseFlags reads a script's arguments. values has one entry for each flag
// that was given or has a default, for each boolean (false) and for each
// list (empty): strings, float64 (number), int64 (integer, size), bool,
// time.Duration and []string. rest are the words that belong to no flag;
// after "--" every word does. help is true when --help or -h was given, and
// nothing else is read then. Errors are *flagError for the command line and
// plain errors for declarations that are wrong themselves.
func parseFlags(decls []flagDecl, args []string) (values map[string]any, rest []string, help bool, err error) {
	if err := checkFlags(decls); err != nil {
		return nil, nil, false, err
	}
	if err := checkWords(decls); err != nil {
		return nil, nil, false, err
	}
	if flagWantsHelp(args) {
		return nil, nil, true, nil
	}
	p := flagParser{decls: decls, args: args, values: map[string]any{}}
	for len(p.args) > 0 && err == nil {
		err = p.next()
	}
	if err == nil {
		err = p.finish()
	}
	if err != nil {
		return nil, nil, false, err
	}
	return p.values, p.rest, false, nil
}

// flagWantsHelp looks for --help before "--". No flag takes it as a value,
// because a value of its own word never looks like a flag.
func flagWantsHelp(args []string) bool {
	for _, a := range args {
		switch a {
		case "--":
			return false
		case "--help", "-h":
			return true
		}
	}
	return false
}

// flagParser is a command line half read.
type flagParser struct {
	decls  []flagDecl
	args   []string
	values map[string]any
	rest   []string
}

// next reads one flag with its value, or one word.
func (p *flagParser) next() error {
	word := p.args[0]
	p.args = p.args[1:]
	switch {
	case word == "--":
		p.rest, p.args = append(p.rest, p.args...), nil
		return nil
	case !flagLooksLike(word):
		p.rest = append(p.rest, word)
		return nil
	case strings.HasPrefix(word, "--"):
		return p.long(word)
	}
	return p.short(word)
}

// flagLooksLike tells flags from words: "-" means a standard stream and "-5"
// is a number.
func flagLooksLike(word string) bool {
	return len(word) > 1 && word[0] == '-' && !strings.ContainsRune("0123456789.", rune(word[1]))
}

// long reads --name, --name=value, --name value and --no-name.
func (p *flagParser) long(word string) error {
	name, value, given := strings.Cut(word, "=")
	if d := p.find(name); d != nil {
		return p.take(d, name, value, given)
	}
	positive, negated := strings.CutPrefix(name, "--no-")
	if d := p.find("--" + positive); negated && d != nil && d.kind() == "boolean" {
		if given {
			return &flagError{Flag: name, What: fmt.Sprintf("flag %q takes no value", name)}
		}
		p.values[d.Name] = false
		return nil
	}
	return p.unknown(name)
}

// short reads -n value, -nvalue, -n=value and several booleans in one word.
func (p *flagParser) short(word string) error {
	for i := 1; i < len(word); i++ {
		name, rest := "-"+word[i:i+1], word[i+1:]
		at := slices.IndexFunc(p.decls, func(d flagDecl) bool { return "-"+d.Short == name })
		if at < 0 {
			return p.unknown(word)
		}
		d := &p.decls[at]
		value, equals := strings.CutPrefix(rest, "=")
		if d.kind() != "boolean" || equals {
			return p.take(d, name, value, rest != "")
		}
		p.values[d.Name] = true
	}
	return nil
}

func (p *flagParser) find(name string) *flagDecl {
	for i := range p.decls {
		if p.decls[i].Word == 0 && p.decls[i].long() == flagSpelling(name) {
			return &p.decls[i]
		}
	}
	return nil
}

// take stores a flag's value; without one, a boolean is true and others take
// the next word.
func (p *flagParser) take(d *flagDecl, written, value string, given bool) error {
	if !given {
		switch {
		case d.kind() == "boolean":
			p.values[d.Name] = true
			return nil
		case len(p.args) == 0 || flagLooksLike(p.args[0]):
			return &flagError{Flag: written, What: fmt.Sprintf("flag %q needs a value", written)}
		}
		value, p.args = p.args[0], p.args[1:]
	}
	v, err := d.value(value)
	if err != nil {
		return &flagError{Flag: written, What: fmt.Sprintf("flag %q %v", written, err)}
	}
	if d.kind() == "list" {
		list, _ := p.values[d.Name].([]string)
		v = append(list, value)
	}
	p.values[d.Name] = v
	return nil
}

func (p *flagParser) unknown(name string) error {
	var names []string
	for _, d := range p.decls {
		if d.Word == 0 {
			names = append(names, flagSpelling(d.Name))
		}
	}
	e := &flagError{Flag: name, What: fmt.Sprintf("unknown flag %q", name), Unknown: true}
	if near := Nearest(strings.TrimLeft(name, "-"), names); near != "" {
		e.What += fmt.Sprintf("; did you mean \"--%s\"?", near)
	}
	return e
}

// finish fills in words and defaults and names what is missing.
func (p *flagParser) finish() error {
	if err := p.takeWords(); err != nil {
		return err
	}
	var missing []string
	for i := range p.decls {
		d := &p.decls[i]
		if _, given := p.values[d.Name]; given {
			continue
		}
		if d.Required {
			if d.Word > 0 {
				return &flagError{Flag: d.wordName(), What: d.wordName() + " is missing: the " + flagOrdinal(d.Word) + " word after the script's name"}
			}
			missing = append(missing, strconv.Quote(d.long()))
			continue
		}
		v, err := d.preset()
		if err != nil {
			return err
		}
		if v != nil {
			p.values[d.Name] = v
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return &flagError{Flag: strings.Trim(missing[0], `"`), What: "flag " + missing[0] + " is required"}
	}
	return &flagError{Flag: strings.Trim(missing[0], `"`), What: "flags " + strings.Join(missing, ", ") + " are required"}
}
