package main

import (
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is the command table; kong reads it.
type cli struct {
	Run        runCmd        `cmd:"" help:"Run a script."`
	Repl       replCmd       `cmd:"" help:"Type Lua and see what it does."`
	Test       testCmd       `cmd:"" help:"Run tests of scripts."`
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
	args := withUpdate(p.args)
	if len(args) > 0 && args[0] == "run" {
		p.json = slices.Contains(args, "--json")
		if args, err = table.Run.split(parser, args[1:]); err != nil {
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
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
}

// usage reports a wrong command line.
func (p *process) usage(err error) int {
	p.complain(strings.TrimSpace(err.Error()), "moonpost --help lists the commands, moonpost run --help the flags of run")
	return statusUsage
}
