package relay_test

import (
	"context"
	"fmt"
	"time"

	"moonpost/relay"
	"moonpost/smtp"
)

func ExampleParseRate() {
	rate, err := relay.ParseRate("200/m")
	fmt.Println(rate.Count, rate.Per, err)
	_, err = relay.ParseRate("fast")
	fmt.Println(err)
	// Output:
	// 200 1m0s <nil>
	// smtp: a rate is a number and s, m, h or d, such as 14/s or 5000/h: "fast"
}

// Mail for many over at most ten connections, fourteen a second.
func ExampleRelay() {
	way, err := relay.New(relay.Options{
		SMTP:        smtp.Options{Host: "mail.example.org", Port: 587},
		Connections: 10,
		Rates:       []relay.Rate{{Count: 14, Per: time.Second}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	for i, letter := range letters() {
		if err := way.Submit(ctx, relay.Job{Message: letter, Tag: i}); err != nil {
			fmt.Println(err)
		}
	}
	for out, ok := way.Next(ctx); ok; out, ok = way.Next(ctx) {
		fmt.Println(out.Tag, out.Err)
	}
	fmt.Println(way.Close(ctx))
	// Output: <nil>
}

// letters come from somewhere.
func letters() []smtp.Message { return nil }

// Mail straight to the servers of the recipients' domains, with a fixed one for a
// partner's. Domains that aren't named would be looked up with "*": nil.
func ExampleMX() {
	way, err := relay.New(relay.Options{
		MX:        &relay.MX{Hosts: map[string][]string{"partner.example": {"mail.partner.example:2525"}}},
		PerDomain: map[string]relay.DomainLimits{"partner.example": {Connections: 3, RecipientRates: []relay.Rate{{Count: 20, Per: time.Second}}}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	_, err = way.Send(ctx, note{}, nil)
	fmt.Println(err)
	fmt.Println(way.Close(ctx))
	// Output:
	// smtp: else.example: the relay has no host for the domain
	// <nil>
}

// note is a message to somebody.
type note struct{}

func (note) Envelope() (string, []string, bool, error) {
	return "me@example.org", []string{"you@else.example"}, false, nil
}

func (note) Encode(bool, bool) (smtp.Encoded, error) {
	return smtp.Octets([]byte("Subject: hello\r\n\r\nhello\r\n")), nil
}
