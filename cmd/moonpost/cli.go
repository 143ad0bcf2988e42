package main

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the command table; kong reads it.
type cli struct {
	Run        runCmd        `cmd:"" help:"Run a script."`
	Work       workCmd       `cmd:"" help:"Deliver the queue through the relays of a script."`
	Repl       replCmd       `cmd:"" help:"Type Lua and see what it does."`
	Test       testCmd       `cmd:"" help:"Run tests of scripts."`
	Batch      batchCmd      `cmd:"" help:"Look at batches, and decide on their mail."`
	Outbox     outboxCmd     `cmd:"" help:"Put single mails into the queue, and look at it."`
	Suppress   suppressCmd   `cmd:"" help:"List, add and remove addresses that are not mailed."`
	Route      routeCmd      `cmd:"" help:"Tell which way mail goes."`
	Check      checkCmd      `cmd:"" help:"Look for mistakes in scripts without sending anything."`
	Sink       sinkCmd       `cmd:"" help:"Catch all mail on a loopback port; nothing leaves."`
	Doc        docCmd        `cmd:"" help:"Print the documentation of a Lua name."`
	Types      typesCmd      `cmd:"" help:"Write definition files for lua-language-server."`
	Init       initCmd       `cmd:"" help:"Write a project to start from."`
	Completion completionCmd `cmd:"" help:"Print completions for bash, zsh or fish."`
	Version    versionCmd    `cmd:"" help:"Print the version."`
}

// command is what every subcommand does; the number is the exit status.
type command interface {
	run(p *process) int
}

// main parses the command line and runs the subcommand.
func (p *process) main() int {
	var table cli
	helped := false
	parser, err := p.parser(&table, func(int) { helped = true })
	if err != nil {
		return p.usage(err)
	}
	args := withUpdate(usualWords(p.args))
	if len(args) > 0 && args[0] == "run" {
		p.json = slices.Contains(args, "--json")
		if args, err = table.Run.split(parser, args[1:]); err != nil {
			return p.usage(err)
		}
	}
	if len(args) > 0 && args[0] == "work" {
		p.json = slices.Contains(args, "--json")
		if args, err = table.Work.split(parser, args[1:]); err != nil {
			return p.usage(err)
		}
	}
	if len(args) > 0 && args[0] == "check" {
		if args, err = table.Check.split(parser, args[1:]); err != nil {
			return p.usage(err)
		}
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	context, err := parser.Parse(args)
	switch {
	case helped:
		return statusDone
	case err != nil:
		return p.usage(err)
	}
	return context.Selected().Target.Addr().Interface().(command).run(p)
}

// parser makes kong's parser on the process's streams; exit is called where
// kong would end the program, after --help.
func (p *process) parser(table *cli, exit func(int)) (*kong.Kong, error) {
	return kong.New(table,
		kong.Name("moonpost"), kong.Description("Scriptable mail automation: runs Lua scripts that mail."),
		kong.Writers(p.stdout, p.stderr), kong.Exit(exit),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
}

// usage reports a wrong command line.
func (p *process) usage(err error) int {
	p.complain(plainUsage(err), p.usageHint())
	return statusUsage
}

// usualWords takes what people type at any program: help and --version.
func usualWords(args []string) []string {
	if len(args) == 0 {
		return args
	}
	switch args[0] {
	case "help":
		return append(slices.Clone(args[1:]), "--help")
	case "--version", "-V":
		return []string{"version"}
	}
	return args
}

// What kong says of a flag or an argument that ends the command line too early.
var (
	valueMissing = regexp.MustCompile(`^(--?[\w-]+): (?:missing value|expected .* value) but got "EOL" \(<EOL>\)$`)
	wordMissing  = regexp.MustCompile(`^expected "<([\w-]+)>"$`)
)

// plainUsage is the text of an error of the command line without kong's own words.
func plainUsage(err error) string {
	text := strings.TrimSpace(err.Error())
	text = strings.Replace(text, `must be one of "",`, "must be one of ", 1)
	text = valueMissing.ReplaceAllString(text, "$1: its value is missing")
	return wordMissing.ReplaceAllString(text, "the $1 is missing")
}

// usageHint says where to read on: about the command that was named, or how a script is run.
func (p *process) usageHint() string {
	if len(p.args) == 0 {
		return ""
	}
	first := p.args[0]
	if field, ok := reflect.TypeFor[cli]().FieldByNameFunc(func(name string) bool { return strings.ToLower(name) == first }); ok {
		return "moonpost " + strings.ToLower(field.Name) + " --help tells its flags"
	}
	if strings.HasSuffix(first, ".lua") || strings.HasPrefix(first, "@") {
		return "a script is run by moonpost run " + first
	}
	return "moonpost --help lists the commands"
}
