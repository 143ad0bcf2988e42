package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"moonpost/luabind"
)

// routeCmd is `moonpost route`.
type routeCmd struct {
	Explain routeExplainCmd `cmd:"" help:"Tell which way a mail would go, and what limits it."`
}

// routeExplainCmd is `moonpost route explain`.
type routeExplainCmd struct {
	To     string            `required:"" placeholder:"ADDRESS" help:"The recipient."`
	From   string            `placeholder:"ADDRESS" help:"The envelope sender."`
	Header []string          `sep:"none" placeholder:"'NAME: VALUE'" help:"A field of the message; may be repeated."`
	Via    string            `placeholder:"NAME" help:"Ask about this relay or pool, whatever the script chooses."`
	Env    map[string]string `placeholder:"NAME=VALUE" mapsep:"none" help:"Set a variable of the environment; may be repeated."`
	JSON   bool              `name:"json" help:"Print a JSON object."`

	Script string   `arg:"" help:"The script that defines relays and routes."`
	Words  []string `arg:"" optional:"" name:"argument" help:"The script's own arguments."`
}

// Help is shown below the flags.
func (c *routeExplainCmd) Help() string {
	return "Runs the script as moonpost check does, so that nothing is sent, and asks its route.choose about the mail. " +
		"Prints the relays in order of failover with the limits in force, and the line of the script that set each."
}

// run asks the script and gives the exit status.
func (c *routeExplainCmd) run(p *process) int {
	fields, err := headerFields(c.Header)
	if err != nil {
		return p.usage(err)
	}
	script, err := (&runCmd{scriptWords: scriptWords{script: c.Script, words: c.Words, passed: len(c.Words)}}).load(p)
	if err != nil {
		return p.usage(err)
	}
	question := luabind.RouteQuestion{From: c.From, To: c.To, Fields: fields, Via: c.Via, Env: c.Env}
	host := (&checkCmd{JSON: c.JSON}).host(p)
	life := p.live(0, time.Second)
	defer life.stop()
	answers := make(chan *luabind.RouteAnswer, 1)
	_, err = life.wait(func(ctx context.Context) (luabind.Outcome, error) {
		answer, err := host.ExplainRoute(ctx, script, question)
		answers <- answer
		return luabind.Outcome{}, err
	})
	var usage *luabind.UsageError
	switch {
	case errors.As(err, &usage):
		p.complain(usage.Message, usage.Help)
		return statusUsage
	case errors.Is(err, errInterrupted):
		return p.ended(err, "")
	case err != nil:
		p.complain(err.Error(), hintOf(err))
		return statusRefused
	}
	return c.print(p, <-answers)
}

// headerFields reads --header.
func headerFields(lines []string) (map[string]string, error) {
	fields := map[string]string{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			return nil, fmt.Errorf("--header: %q is no field: write 'Name: value'", line)
		}
		fields[strings.ToLower(name)] = strings.TrimSpace(value)
	}
	return fields, nil
}

func (c *routeExplainCmd) print(p *process, a *luabind.RouteAnswer) int {
	if c.JSON {
		_ = json.NewEncoder(p.stdout).Encode(a)
		return statusDone
	}
	_, _ = p.stdout.Write([]byte(routeText(a)))
	return statusDone
}

// routeText is an answer for people.
func routeText(a *luabind.RouteAnswer) string {
	var b strings.Builder
	by := "as " + a.By + " says"
	if a.By == luabind.ByOnlyRelay {
		by = "through " + a.By
	}
	fmt.Fprintf(&b, "%s: %s%s\n", a.To, by, inBrackets(a.Where))
	for _, pool := range a.Pools {
		fmt.Fprintf(&b, "pool %s%s:", pool.Name, inBrackets(pool.Where))
		for i, share := range pool.Shares {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " %s %g %%", share.Relay, math.Round(share.Part*1000)/10)
		}
		b.WriteByte('\n')
	}
	for i, one := range a.Relays {
		fmt.Fprintf(&b, "%d. %s, to %s%s\n", i+1, one.Name, one.Server, inBrackets(one.Where))
		writeLimits(&b, "", one.Limits, one.Where)
		writeLimits(&b, "to "+a.Domain+": ", one.Domain, "")
	}
	if a.Again != "" {
		fmt.Fprintf(&b, "after a try that was put off, the function of route.on_deferred is asked (%s)\n", a.Again)
	}
	if a.Stopped != "" {
		fmt.Fprintf(&b, "note: %s\n", a.Stopped)
	}
	return b.String()
}

func writeLimits(b *strings.Builder, what string, limits []luabind.RouteLimit, known string) {
	for _, l := range limits {
		source := l.By
		if l.Where != "" && l.Where != known {
			source += ", " + l.Where
		}
		if l.By == "relay" {
			source = ""
		}
		fmt.Fprintf(b, "   %s%s %s%s\n", what, l.Limit, l.Value, inBrackets(source))
	}
}

func inBrackets(text string) string {
	if text == "" {
		return ""
	}
	return " (" + text + ")"
}
