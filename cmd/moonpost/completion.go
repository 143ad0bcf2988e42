package main

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"moonpost/luabind"
	"moonpost/scripts"

	"github.com/alecthomas/kong"
)

// completionCmd is `moonpost completion`: what a shell needs to complete the
// command line, made from the command table.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is shown below the flags.
func (c *completionCmd) Help() string {
	return "bash: source <(moonpost completion bash) in ~/.bashrc. zsh: source <(moonpost completion zsh) in ~/.zshrc, after compinit. " +
		"fish: moonpost completion fish > ~/.config/fish/completions/moonpost.fish."
}

func (c *completionCmd) run(p *process) int {
	parser, err := p.parser(&cli{}, func(int) {})
	if err != nil {
		return p.usage(err)
	}
	text := map[string]func([]completedCommand) string{
		"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion,
	}[c.Shell](completedCommands(parser.Model))
	if _, err := io.WriteString(p.stdout, text); err != nil {
		p.complain(err.Error(), "")
		return statusScript
	}
	return statusDone
}

// completedCommand is one subcommand as a shell completes it.
type completedCommand struct {
	name, help string
	flags      []completedFlag
	words      []string // that may be its argument
	batches    bool     // whether that may be a batch, behind the first word
	files      bool     // whether that may be a file or a folder
}

// completedFlag is one flag. Its value is one of values, or a file.
type completedFlag struct {
	name, help string
	short      rune
	takesValue bool
	values     []string
}

// completedCommands reads the command table.
func completedCommands(app *kong.Application) []completedCommand {
	var commands []completedCommand
	for _, node := range app.Children {
		command := completedCommand{name: node.Name, help: firstSentence(node.Help), batches: node.Name == "batch"}
		command.addFlags(append(slices.Clone(node.Flags), app.Flags...))
		for _, child := range node.Children {
			command.words = append(command.words, child.Name)
			command.addFlags(child.Flags)
		}
		for _, argument := range node.Positional {
			command.words = append(command.words, flagValues(&kong.Flag{Value: argument})...)
			switch argument.Name {
			case "script":
				command.words, command.files = append(command.words, scripts.Names()...), true
			case "path", "dir":
				command.files = true
			case "name":
				command.words = append(command.words, documentedNames()...)
			case "kind":
				command.words = append(command.words, "mailmerge")
			}
		}
		commands = append(commands, command)
	}
	slices.SortFunc(commands, func(a, b completedCommand) int { return cmp.Compare(a.name, b.name) })
	return commands
}

// addFlags adds flags; those of several subcommands are one.
func (c *completedCommand) addFlags(flags []*kong.Flag) {
	for _, flag := range flags {
		known := slices.ContainsFunc(c.flags, func(f completedFlag) bool { return f.name == flag.Name })
		if flag.Hidden || known {
			continue
		}
		c.flags = append(c.flags, completedFlag{
			name: flag.Name, help: firstSentence(flag.Help), short: flag.Short, takesValue: !flag.IsBool(), values: flagValues(flag),
		})
	}
}

// documentedNames are those that shells can complete: they take a colon for the end of a word.
func documentedNames() []string {
	return slices.DeleteFunc(luabind.Names(), func(name string) bool { return strings.Contains(name, ":") })
}

// flagValues lists what a flag or an argument with an enumeration takes.
func flagValues(flag *kong.Flag) []string {
	switch {
	case flag.Name == "state":
		return stateNames()
	case flag.Enum == "":
		return nil
	}
	return slices.DeleteFunc(strings.Split(flag.Enum, ","), func(value string) bool { return value == "" })
}

// firstSentence is the part of a help that fits beside a name.
func firstSentence(help string) string {
	sentence, _, _ := strings.Cut(help, ". ")
	sentence, _, _ = strings.Cut(sentence, ": ")
	return strings.TrimSuffix(sentence, ".")
}

// spelling is the flag as it is typed: "--name".
func (f completedFlag) spelling() string { return "--" + f.name }
