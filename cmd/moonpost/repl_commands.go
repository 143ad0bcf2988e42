package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"moonpost/luabind"
)

// replCommand is one of the words that begin with a colon.
type replCommand struct {
	name, args, help string
	words            []string // what completes its argument
	run              func(r *repl, arg string) error
}

// replCommands lists the commands as :help shows them.
func replCommands() []replCommand {
	return []replCommand{
		{"doc", "NAME", "what a function, a class or a module does: :doc smtp.connect", luabind.Names(), (*repl).commandDoc},
		{"dry", "on|off", "whether every mail command is answered in memory; nothing is sent then", []string{"on", "off"}, (*repl).commandDry},
		{"help", "", "these lines", nil, (*repl).commandHelp},
		{"load", "FILE", "runs a script; what it defines stays, its top-level locals too", nil, (*repl).commandLoad},
		{"quit", "", "leaves; so does Ctrl-D", nil, (*repl).commandQuit},
		{"sink", "", "starts a sink on loopback that takes all mail; again: lists what it caught", nil, (*repl).commandSink},
		{"time", "CODE", "runs the code and says how long it took", nil, (*repl).commandTime},
		{"trace", "smtp|auth|data|off", "transcripts of connections on stderr, secrets masked unless auth", []string{"smtp", "auth", "data", "off"}, (*repl).commandTrace},
	}
}

// isCommand tells a command from Lua, which never begins with one colon.
func isCommand(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, ":") && !strings.HasPrefix(text, "::")
}

// command runs a line such as ":doc smtp".
func (r *repl) command(text string) error {
	name, arg, _ := strings.Cut(strings.TrimSpace(text)[1:], " ")
	var names []string
	for _, c := range replCommands() {
		if c.name == name {
			return c.run(r, strings.TrimSpace(arg))
		}
		names = append(names, c.name)
	}
	if near := luabind.Nearest(name, names); near != "" {
		return fmt.Errorf("there is no command :%s; did you mean :%s?", name, near)
	}
	return fmt.Errorf("there is no command :%s; :help lists them", name)
}

// completeCommand gives the words for what was typed of a command.
func (r *repl) completeCommand(typed string) (start int, words []string) {
	start = strings.LastIndexByte(typed, ' ') + 1
	word := typed[start:]
	name, _, hasArg := strings.Cut(strings.TrimPrefix(typed, ":"), " ")
	for _, c := range replCommands() {
		switch {
		case !hasArg:
			words = append(words, ":"+c.name)
		case c.name == name && (name == "time" || name == "load"):
			return r.completeRest(typed, name, start)
		case c.name == name:
			words = append(words, c.words...)
		}
	}
	var kept []string
	for _, w := range words {
		if strings.HasPrefix(w, word) {
			kept = append(kept, w)
		}
	}
	return start, kept
}

// completeRest completes Lua after :time, and files after :load.
func (r *repl) completeRest(typed, name string, start int) (int, []string) {
	if name == "load" {
		files, err := filepath.Glob(typed[start:] + "*")
		if err != nil {
			return start, nil
		}
		return start, files
	}
	head := len(":time ")
	at, words := r.session.Complete(typed[head:])
	return head + at, words
}

func (r *repl) commandHelp(string) error {
	text := "Lua is evaluated; an expression prints its values, `_` is the last one, and top-level locals stay.\n" +
		"An unfinished input goes on at " + strings.TrimSpace(promptMore) + ", Ctrl-C drops it or ends what runs.\n"
	for _, c := range replCommands() {
		text += fmt.Sprintf("  %-25s %s\n", strings.TrimSpace(":"+c.name+" "+c.args), c.help)
	}
	_, _ = fmt.Fprint(r.out, text)
	return nil
}

func (r *repl) commandDoc(name string) error {
	if name == "" {
		_, _ = fmt.Fprint(r.out, luabind.Overview())
		return nil
	}
	text, err := docOf(name)
	_, _ = fmt.Fprint(r.out, text)
	return err
}

func (r *repl) commandLoad(file string) error {
	if file == "" {
		return fmt.Errorf("load: which file?")
	}
	source, err := readSource(file)
	if err != nil {
		return err
	}
	return r.evaluate(func(ctx context.Context) error { return r.session.Load(ctx, file, source) })
}

func (r *repl) commandQuit(string) error {
	r.over = errQuit
	return nil
}

func (r *repl) commandTrace(level string) error {
	trace, err := parseTrace(level)
	if err != nil {
		return err
	}
	if err := r.session.SetTrace(trace); err != nil {
		return err
	}
	r.say("trace: " + level)
	return nil
}

func parseTrace(level string) (luabind.Trace, error) {
	if level == "off" {
		return luabind.Trace{}, nil
	}
	if level == "" {
		return luabind.Trace{}, fmt.Errorf("trace: smtp, auth, data or off?")
	}
	c := runCmd{Trace: level}
	trace, err := c.trace()
	if err != nil {
		return trace, fmt.Errorf("trace: %q is none of smtp, auth, data, off", level)
	}
	return trace, nil
}

func (r *repl) commandDry(word string) error {
	out := r.session.Outbound()
	switch word {
	case "on":
		out.Dry = true
	case "off":
		out.Dry = false
	default:
		return fmt.Errorf("dry: on or off?")
	}
	return r.reroute(out, "dry: "+word)
}

// reroute changes the way of all mail and says what that closed.
func (r *repl) reroute(out luabind.Outbound, what string) error {
	return r.evaluate(func(ctx context.Context) error {
		if closed := r.session.Reroute(ctx, out); closed > 0 {
			what += "; what was open is closed, make relays anew"
		}
		r.say(what)
		return nil
	})
}

func (r *repl) commandTime(code string) error {
	start := r.p.mono()
	err := r.eval(code)
	_, _ = fmt.Fprintln(r.err, r.p.mono().Sub(start).Round(time.Microsecond))
	return err
}

// say answers a command.
func (r *repl) say(text string) { _, _ = fmt.Fprintln(r.out, text) }
