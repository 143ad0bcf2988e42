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
