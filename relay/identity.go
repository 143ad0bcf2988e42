package relay

import (
	"reflect"
	"strings"

	"moonpost/smtp"
)

// Difference names what two definitions of one relay don't agree in: a limit, where
// the mail goes, or how. "" means that either may stand for the other.
func Difference(a, b *Relay) string {
	left, right := definition(&a.o), definition(&b.o)
	for i, one := range left {
		if !reflect.DeepEqual(one.value, right[i].value) {
			return one.name
		}
	}
	return ""
}

// aspect is one part of a relay's definition.
type aspect struct {
	name  string
	value any
}

func definition(o *Options) []aspect {
	var hosts map[string][]string
	if o.MX != nil {
		hosts = o.MX.Hosts
	}
	return []aspect{
		{"server", append([]string{place(&o.SMTP)}, places(o.Fallbacks)...)},
		{"table of hosts", hosts}, {"mx", o.MX != nil},
		{"rate", o.Rates}, {"recipient_rate", o.RecipientRates}, {"burst", append([]int{o.Burst}, o.Bursts...)},
		{"per_domain", o.PerDomain}, {"connections", o.Connections}, {"total_connections", o.TotalConnections},
		{"messages_per_connection", o.MessagesPerConnection}, {"in_flight", o.InFlight},
		{"slow_down_on", o.SlowDownOnName}, {"failover_on", o.FailoverOnName}, {"idle", o.Idle}, {"lifetime", o.Lifetime}, {"queue", o.Queue},
		{"tls", o.SMTP.TLS}, {"server_name", o.SMTP.TLSOptions.ServerName}, {"pin", o.SMTP.TLSOptions.Pins}, {"insecure", o.SMTP.TLSOptions.Insecure},
		{"password", o.SMTP.Credentials.Password}, {"auth", o.SMTP.Credentials.Mechanisms}, {"local_hostname", o.SMTP.LocalName},
		{"timeout", o.SMTP.Timeout}, {"timeouts", o.SMTP.Timeouts}, {"pipelining", o.SMTP.Pipelining}, {"chunking", o.SMTP.Chunking}, {"disable", o.SMTP.Disable},
	}
}

func places(list []smtp.Options) (all []string) {
	for i := range list {
		all = append(all, place(&list[i]))
	}
	return all
}

// place is where a connection goes and as whom.
func place(o *smtp.Options) string {
	c, err := smtp.New(*o)
	if err != nil {
		return ""
	}
	return strings.Join([]string{o.Protocol.String(), o.Credentials.User, c.Address(), o.LocalAddr}, " ")
}
