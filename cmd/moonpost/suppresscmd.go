package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
	"time"

	"moonpost/luabind"
	"moonpost/outbox"
)

// suppressCmd is `moonpost suppress`.
type suppressCmd struct {
	List   suppressListCmd   `cmd:"" help:"List the addresses that are not mailed."`
	Add    suppressAddCmd    `cmd:"" help:"Put addresses on the list of those who are not mailed."`
	Remove suppressRemoveCmd `cmd:"" help:"Let addresses be mailed again."`
}

// scopeFlag names a part of the mail.
type scopeFlag struct {
	Scope string `default:"*" placeholder:"SCOPE" help:"What they are not mailed: a scope that a batch names in suppression, or * for everything (default)."`
}

// suppressListCmd is `moonpost suppress list`.
type suppressListCmd struct {
	storeFlag

	Scope string `default:"*" placeholder:"SCOPE" help:"The list of this scope (default: *, that of those who are mailed nothing)."`
	JSON  bool   `name:"json" help:"Print a JSON object a line."`
}

// suppressionObject is an entry as programs read it.
type suppressionObject struct {
	Address string `json:"address"`
	Scope   string `json:"scope"`
	Reason  string `json:"reason"`
	Source  string `json:"source"`
	Until   any    `json:"until"`
	Created any    `json:"created"`
}

func (c *suppressListCmd) run(p *process) int {
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		list, err := allSuppressed(ctx, store, c.Scope)
		switch {
		case err != nil:
			return err
		case c.JSON:
			return printLines(p.stdout, list, func(s *outbox.Suppression) any {
				return suppressionObject{s.Address, s.Scope, s.Reason, s.Source, jsonTime(s.Until), jsonTime(s.Created)}
			})
		case len(list) == 0:
			_, err := fmt.Fprintf(p.stdout, "Nobody is on the list%s.\n", scopeText(c.Scope))
			return err
		}
		rows := p.listing("ADDRESS", "SCOPE", "UNTIL", "SINCE", "BY", "REASON")
		for _, s := range list {
			rows.row(s.Address, s.Scope, untilText(s.Until), moment(s.Created), s.Source, s.Reason)
		}
		return rows.end()
	})
}

func untilText(t time.Time) string {
	if t.IsZero() {
		return "for ever"
	}
	return moment(t)
}

func allSuppressed(ctx context.Context, store outbox.Store, scope string) (list []outbox.Suppression, err error) {
	after := ""
	for {
		page, err := store.ListSuppressed(ctx, scope, after, pageSize)
		if err != nil || len(page) == 0 {
			return list, err
		}
		list = append(list, page...)
		after = page[len(page)-1].Address
	}
}

// suppressAddCmd is `moonpost suppress add`.
type suppressAddCmd struct {
	storeFlag
	scopeFlag

	Addresses []string `arg:"" name:"address" help:"The addresses; - reads them from standard input, one a line."`
	Reason    string   `placeholder:"TEXT" help:"Why."`
	For       span     `placeholder:"TIME" help:"How long, e.g. 30d (default: for ever)."`
}

func (c *suppressAddCmd) run(p *process) int {
	people, err := p.people(c.Addresses)
	if err != nil {
		return p.storeStatus(err)
	}
	return c.makeStore(p, func(ctx context.Context, store outbox.Store) error {
		now := p.wall()
		var until time.Time
		if c.For > 0 {
			until = now.Add(time.Duration(c.For))
		}
		var list []outbox.Suppression
		for _, address := range people {
			list = append(list, outbox.Suppression{Address: address, Scope: c.Scope, Reason: c.Reason, Source: "moonpost suppress", Until: until, Created: now})
		}
		if err := store.Suppress(ctx, list); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "%s on the list%s.\n", addressesText(int64(len(list))), scopeText(c.Scope))
		return err
	})
}

// suppressRemoveCmd is `moonpost suppress remove`.
type suppressRemoveCmd struct {
	storeFlag
	scopeFlag

	Addresses []string `arg:"" name:"address" help:"The addresses; - reads them from standard input, one a line."`
}

func (c *suppressRemoveCmd) run(p *process) int {
	people, err := p.people(c.Addresses)
	if err != nil {
		return p.storeStatus(err)
	}
	return c.withStore(p, func(ctx context.Context, store outbox.Store) error {
		n, err := store.Unsuppress(ctx, people, c.Scope)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "%s off the list%s.\n", addressesText(n), scopeText(c.Scope))
		return err
	})
}

func addressesText(n int64) string {
	if n == 1 {
		return "1 address"
	}
	return fmt.Sprintf("%d addresses", n)
}

func scopeText(scope string) string {
	if scope == "*" {
		return ""
	}
	return " of scope " + visible(scope)
}

// people reads addresses of the command line, or of standard input.
func (p *process) people(words []string) (list []string, err error) {
	if len(words) == 1 && words[0] == "-" {
		words = nil
		lines := bufio.NewScanner(p.stdin)
		for lines.Scan() {
			if line := strings.TrimSpace(lines.Text()); line != "" {
				words = append(words, line)
			}
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	for _, word := range words {
		person, err := outbox.PersonOf(word)
		if err != nil {
			return nil, &luabind.UsageError{Message: fmt.Sprintf("suppress: %v", err)}
		}
		list = append(list, person)
	}
	return list, nil
}
