package main

import (
	"fmt"
	"slices"
	"strings"

	"moonpost/luabind"

	"github.com/alecthomas/kong"
)

// scriptWords are a script and what a command line says to it.
type scriptWords struct {
	script string   // its name
	words  []string // what is the script's
	passed int      // how many of words stood after --
}

// split sorts the words after `run`.
func (c *runCmd) split(parser *kong.Kong, words []string) (host []string, err error) {
	host, c.scriptWords, err = splitWords("run", runFlags(parser), words)
	return host, err
}

// splitWords sorts the words after a command that runs a script: moonpost's own flags
// stand before or after the script's name, everything else after the name is the
// script's. It gives the command line that kong parses, too.
func splitWords(command string, flags []*kong.Flag, words []string) (host []string, s scriptWords, err error) {
	host = []string{command}
	named := false
	for i := 0; i < len(words); i++ {
		word := words[i]
		if word == "--" {
			s.words = append(s.words, words[i+1:]...)
			s.passed = len(words) - i - 1
			break
		}
		flag := matchFlag(flags, word, named)
		switch {
		case flag != nil:
			taken := withValue(flag, words[i:])
			host = append(host, taken...)
			i += len(taken) - 1
			named = named || flag.Name == "eval"
		case named:
			s.words = append(s.words, word)
		case strings.HasPrefix(word, "-") && word != "-":
			return nil, s, unknownFlag(command, flags, word)
		default:
			s.script, named = word, true
		}
	}
	if s.script == "" && len(s.words) > 0 && !named {
		s.script, s.words = s.words[0], s.words[1:]
		s.passed--
	}
	return host, s, nil
}

// withValue gives the flag that begins the words, and the value that follows it.
func withValue(flag *kong.Flag, words []string) []string {
	if flag.IsBool() || strings.Contains(words[0], "=") || len(words) == 1 {
		return words[:1]
	}
	return words[:2]
}

// runFlags lists moonpost's own flags of `run` as kong knows them.
func runFlags(parser *kong.Kong) []*kong.Flag { return commandFlags(parser, "run") }

// commandFlags lists moonpost's own flags of one command.
func commandFlags(parser *kong.Kong, command string) []*kong.Flag {
	for _, node := range parser.Model.Children {
		if node.Name == command {
			return append(slices.Clone(node.Flags), parser.Model.Flags...)
		}
	}
	return nil
}

// matchFlag finds the flag that word names. After the script's name only
// long flags are moonpost's, and --help is the script's.
func matchFlag(flags []*kong.Flag, word string, named bool) *kong.Flag {
	name, isLong := strings.CutPrefix(word, "--")
	name, _, _ = strings.Cut(name, "=")
	for _, f := range flags {
		switch {
		case isLong && f.Name == name && (!named || name != "help"):
			return f
		case !named && f.Short != 0 && word == "-"+string(f.Short):
			return f
		}
	}
	return nil
}

func unknownFlag(command string, flags []*kong.Flag, word string) error {
	names := flagNames(flags)
	text := fmt.Sprintf("%s: unknown flag %s", command, word)
	if near := luabind.Nearest(strings.TrimLeft(word, "-"), names); near != "" {
		text += fmt.Sprintf("; did you mean --%s?", near)
	}
	return fmt.Errorf("%s", text)
}

func flagNames(flags []*kong.Flag) []string {
	var names []string
	for _, f := range flags {
		if f.Name != "help" {
			names = append(names, f.Name)
		}
	}
	return names
}
