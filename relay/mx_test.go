package relay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/smtp"

	"github.com/google/go-cmp/cmp"
)

// zone is a DNS within the process. Names have no final dot.
type zone struct {
	mx  map[string][]*net.MX
	ip  map[string][]string
	txt map[string][]string
	err map[string]error

	mu    sync.Mutex
	asked map[string]int
}

func (z *zone) look(kind, name string) (string, error) {
	name = strings.TrimSuffix(name, ".")
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.asked == nil {
		z.asked = map[string]int{}
	}
	z.asked[kind+" "+name]++
	return name, z.err[kind+" "+name]
}

func missing(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (z *zone) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	name, err := z.look("mx", name)
	if err == nil && z.mx[name] == nil {
		err = missing(name)
	}
	return z.mx[name], err
}

func (z *zone) LookupNetIP(_ context.Context, network, name string) ([]netip.Addr, error) {
	name, err := z.look("ip", name)
	var list []netip.Addr
	for _, text := range z.ip[name] {
		a := netip.MustParseAddr(text)
		if network == "ip" || a.Is4() == (network == "ip4") {
			list = append(list, a)
		}
	}
	if err == nil && len(list) == 0 {
		err = missing(name)
	}
	return list, err
}

func (z *zone) LookupTXT(_ context.Context, name string) ([]string, error) {
	name, err := z.look("txt", name)
	if err == nil && z.txt[name] == nil {
		err = missing(name)
	}
	return z.txt[name], err
}

// network leads each address to a server of its own.
type network map[string]*fakeHost

func (n network) DialContext(ctx context.Context, kind, address string) (net.Conn, error) {
	h := n[address]
	if h == nil {
		return nil, fmt.Errorf("%s: no route to host", address)
	}
	return h.DialContext(ctx, kind, address)
}

func TestExchangers(t *testing.T) {
	mx := func(spec string) (list []*net.MX) {
		for _, one := range strings.Fields(spec) {
			var pref uint16
			var name string
			_, _ = fmt.Sscanf(strings.Replace(one, ":", " ", 1), "%d %s", &pref, &name)
			list = append(list, &net.MX{Host: name, Pref: pref})
		}
		return list
	}
	tests := []struct {
		records, own, want string
		err                error
	}{
		{"10:a.test. 5:b.test. 20:c.test.", "", "b.test a.test c.test", nil},
		{"10:b.test. 10:a.test.", "", "b.test a.test", nil},
		{"10:A.Test. 20:a.test", "", "a.test", nil},
		{"0:.", "", "", errNullMX},
		{"0:. 10:a.test.", "", "a.test", nil},
		{"", "", "", nil},
		{"10:a.test. 20:me.test. 20:b.test. 30:c.test.", "me.test", "a.test", nil},
		{"10:me.test. 20:b.test.", "me.test", "", errLoop},
		{"10:a.test. 20:me.test.", "other.test", "a.test me.test", nil},
	}
	for _, tt := range tests {
		got, err := exchangers(mx(tt.records), tt.own)
		if strings.Join(got, " ") != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("%q: %q, %v", tt.records, got, err)
		}
	}
}

func TestLiteral(t *testing.T) {
	for s, want := range map[string]string{
		"[192.0.2.1]": "192.0.2.1", "[IPv6:2001:db8::1]": "2001:db8::1", "[ipv6:::1]": "::1",
		"a.test": "", "[x]": "", "[IPv6:]": "", "[fe80::1%eth0]": "", "[]": "",
	} {
		got, ok := literal(s)
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%s: %v, %v", s, got, ok)
		}
	}
}

func TestFind(t *testing.T) {
	temporary := &net.DNSError{Err: "server misbehaving", IsTemporary: true}
	z := &zone{
		mx: map[string][]*net.MX{
			"two.test": {{Host: "b.two.test.", Pref: 20}, {Host: "a.two.test.", Pref: 10}}, "null.test": {{Host: "."}},
			"gone.test": {{Host: "nowhere.test.", Pref: 1}}, "half.test": {{Host: "bad.test.", Pref: 1}, {Host: "a.two.test.", Pref: 2}},
			"many.test": {{Host: "many.test.", Pref: 1}}, "later.test": {{Host: "bad.test.", Pref: 1}}, "loop.test": {{Host: "out.x.test.", Pref: 1}},
		},
		ip: map[string][]string{
			"a.two.test": {"192.0.2.1", "2001:db8::1"}, "b.two.test": {"192.0.2.2"}, "plain.test": {"192.0.2.3"},
			"many.test": {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"},
		},
		err: map[string]error{"ip bad.test": temporary, "mx servfail.test": temporary},
	}
	o := Options{SMTP: smtp.Options{LocalName: "out.x.test"}, MX: &MX{Resolver: z, NoPolicies: true}}
	for domain, want := range map[string]string{
		"two.test":              "192.0.2.1 [2001:db8::1] 192.0.2.2",
		"plain.test":            "192.0.2.3",
		"half.test":             "192.0.2.1 [2001:db8::1]",
		"many.test":             "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5",
		"null.test":             "556 5.1.10 the domain takes no mail (null MX)",
		"nothing.test":          "550 5.1.2 the domain has no mail host",
		"gone.test":             "550 5.4.4 the domain's mail hosts have no address",
		"later.test":            "451 4.4.3 lookup : server misbehaving",
		"servfail.test":         "451 4.4.3 lookup : server misbehaving",
		"loop.test":             "554 5.4.6 the best mail host of the domain is this one",
		"[192.0.2.9]":           "192.0.2.9",
		"[IPv6:2001:db8::9]":    "[2001:db8::9]",
		"[nonsense]":            "550 5.1.3 the address has no domain that mail can be sent to",
		"":                      "550 5.1.3 the address has no domain that mail can be sent to",
		"two.test from ipv4":    "192.0.2.1 192.0.2.2",
		"two.test from ipv6":    "[2001:db8::1]",
		"two.test closed":       "550 5.4.4 the relay has no host for the domain",
		"partner.test closed":   "h1.test:2525 h2.test",
		"two.test else":         "192.0.2.1 [2001:db8::1] 192.0.2.2",
		"two.test everything":   "sink:25",
		"[192.0.2.9] all fixed": "sink:25",
	} {
		domain, how, _ := strings.Cut(domain, " ")
		o := o
		switch how {
		case "from ipv4":
			o.SMTP.LocalAddr = "203.0.113.7"
		case "from ipv6":
			o.SMTP.LocalAddr = "2001:db8::7"
		case "closed":
			o.MX = &MX{Resolver: z, Hosts: map[string][]string{"partner.test": {"h1.test:2525", "h2.test"}}}
		case "else":
			o.MX = &MX{Resolver: z, NoPolicies: true, Hosts: map[string][]string{"partner.test": {"h1.test"}, "*": nil}}
		case "everything", "all fixed":
			o.MX = &MX{Resolver: z, Hosts: map[string][]string{"*": {"sink:25"}}}
		}
		r, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		list, err := r.finder.find(t.Context(), domain)
		var got []string
		for _, h := range list {
			got = append(got, h.options.Host)
		}
		text := strings.Join(got, " ")
		var failed *RouteError
		if errors.As(err, &failed) {
			text = failed.Reply.String()
		}
		if text != want {
			t.Errorf("%s %s: %q (%v), want %q", domain, how, text, err, want)
		}
	}
}

// TestHostOptions: the name is the exchanger's, for SNI and, with a policy, for
// the verification.
func TestHostOptions(t *testing.T) {
	z := &zone{mx: map[string][]*net.MX{"a.test": {{Host: "MX1.a.test."}}}, ip: map[string][]string{"mx1.a.test": {"192.0.2.1"}}}
	r, err := New(Options{SMTP: smtp.Options{LocalName: "out.x.test"}, MX: &MX{Resolver: z}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.finder.find(t.Context(), "a.test")
	if err != nil || len(list) != 1 || list[0].options.TLSOptions.ServerName != "mx1.a.test" || list[0].options.TLS != smtp.TLSOpportunistic || list[0].options.Port != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

// mxRelay runs a test with a relay to the MX hosts of a network whose domains have
// one host each, called mx.DOMAIN.
func mxBubble(t *testing.T, n map[string]*fakeHost, o Options, f func(t *testing.T, r *Relay)) {
	t.Helper()
	z, wire := &zone{mx: map[string][]*net.MX{}, ip: map[string][]string{}}, network{}
	i := 0
	for domain, h := range n {
		i++
		address := fmt.Sprintf("10.0.%d.%d", i/250, i%250+1)
		z.mx[domain] = []*net.MX{{Host: "mx." + domain + "."}}
		z.ip["mx."+domain] = []string{address}
		wire[address+":25"] = h
	}
	o.MX = &MX{Resolver: z, NoPolicies: true}
	o.SMTP.Dialer = wire
	bubbleAt(t, o, f)
}

func TestSplitsByDomain(t *testing.T) {
	a, b := &fakeHost{}, &fakeHost{}
	mxBubble(t, map[string]*fakeHost{"a.test": a, "b.test": b}, Options{}, func(t *testing.T, r *Relay) {
		res, err := r.Send(t.Context(), letter{to: "1@a.test 2@B.test 3@a.test 2@b.test"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"1@a.test", "2@B.test", "3@a.test", "2@b.test"}, res.Accepted()); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"TO:<1@a.test>", "TO:<3@a.test>"}, a.rcpts); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"TO:<2@B.test>", "TO:<2@b.test>"}, b.rcpts); diff != "" {
			t.Error(diff)
		}
		if s := r.Stats(); s.Submitted != 1 || s.Sent != 1 {
			t.Errorf("%+v", s)
		}
		if s := r.Sites(); s["a.test"].Sent != 1 || s["b.test"].Sent != 1 || len(s) != 2 {
			t.Errorf("%+v", s)
		}
	})
}

// TestPartsThatFail: whatever becomes of one site, its recipients are in the
// result, and the others have their mail.
func TestPartsThatFail(t *testing.T) {
	tests := []struct {
		name string
		bad  *fakeHost
		err  string // of the message
		row  string // of the bad site's recipient
		own  bool   // RecipientResult.Err is set
	}{
		{"no connection", &fakeHost{refuse: func(int) error { return errors.New("refused") }}, "<nil>", "451 4.4.1 smtp: mx.bad.test (10.0.0.N:25): refused", true},
		{"554 greeting-like", &fakeHost{answer: onVerb("EHLO", 0, "554 5.7.1 no")}, "<nil>", "554 5.7.1 no", true},
		{"421", &fakeHost{answer: onVerb("MAIL", 0, "421 4.3.2 busy")}, "<nil>", "421 4.3.2 busy", true},
		{"refused", &fakeHost{answer: onVerb("RCPT", 0, "550 5.1.1 who")}, "<nil>", "550 5.1.1 who", false},
		{"content", &fakeHost{answer: onVerb(".", 0, "554 5.6.0 spam")}, "<nil>", "554 5.6.0 spam", true},
		{"drop", &fakeHost{answer: onVerb("DATA", 0, "-")}, "<nil>", "451 4.4.2 smtp: data: EOF (last reply: 250 RCPT ok)", true},
		{"unknown", &fakeHost{answer: onVerb(".", 0, "-")}, "disconnected/unknown", "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			good := &fakeHost{}
			mxBubble(t, map[string]*fakeHost{"good.test": good, "bad.test": tt.bad}, Options{}, func(t *testing.T, r *Relay) {
				res, err := r.Send(t.Context(), letter{to: "1@bad.test 2@good.test 3@missing.test"}, nil)
				if kindOf(err) != tt.err || res == nil || len(res.Recipients) != 3 {
					t.Fatalf("%v, %+v", err, res)
				}
				bad, missing := res.Recipients[0], res.Recipients[2]
				row := strings.NewReplacer("10.0.0.1:", "10.0.0.N:", "10.0.0.2:", "10.0.0.N:", "10.0.0.3:", "10.0.0.N:").Replace(bad.Reply.String())
				if tt.name == "drop" {
					row, _, _ = strings.Cut(row, " smtp")
					tt.row, _, _ = strings.Cut(tt.row, " smtp")
				}
				if bad.Address != "1@bad.test" || row != tt.row || (bad.Err != nil) != tt.own {
					t.Errorf("%q, %v", row, bad.Err)
				}
				if missing.Address != "3@missing.test" || missing.Reply.Code != 550 || missing.Err == nil {
					t.Errorf("%+v", missing)
				}
				if diff := cmp.Diff([]string{"2@good.test"}, res.Accepted()); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

func TestAllPartsFail(t *testing.T) {
	refuse := func(reply string) *fakeHost { return &fakeHost{answer: onVerb("RCPT", 0, reply)} }
	hosts := map[string]*fakeHost{"a.test": refuse("550 5.1.1 who"), "b.test": refuse("450 4.2.0 later")}
	mxBubble(t, hosts, Options{}, func(t *testing.T, r *Relay) {
		_, err := r.Send(t.Context(), letter{to: "1@a.test 2@b.test 3@null.test"}, nil)
		var all *smtp.RecipientsRefusedError
		if !errors.As(err, &all) || len(all.Refused) != 3 || !all.Temporary() || all.Refused[1].Reply.Code != 450 {
			t.Fatal(err)
		}
		_, err = r.Send(t.Context(), letter{to: "3@null.test"}, nil)
		var route *RouteError
		if !errors.As(err, &route) || kindOf(err) != "connect/no" {
			t.Error(err)
		}
		if _, err := r.Send(t.Context(), letter{to: "1@a.test 2@b.test"}, &smtp.SendOptions{AllOrNothing: true}); kindOf(err) != "argument/no" {
			t.Error(err)
		}
		if _, err := r.Send(t.Context(), letter{to: "a<b@c.test"}, nil); kindOf(err) != "argument/no" {
			t.Error(err)
		}
		if s := r.Stats(); s.Failed != 4 || s.Refused != 3 {
			t.Errorf("%+v", s)
		}
	})
}

// unreadable is a message whose content can't be had.
type unreadable struct{ letter }

var errUnreadable = errors.New("no such file")

func (unreadable) Encode(bool, bool) (smtp.Encoded, error) { return nil, errUnreadable }

// TestFaultOfTheMessage: it is no refusal by anybody.
func TestFaultOfTheMessage(t *testing.T) {
	hosts := map[string]*fakeHost{"a.test": {}, "b.test": {}}
	mxBubble(t, hosts, Options{}, func(t *testing.T, r *Relay) {
		if res, err := r.Send(t.Context(), unreadable{letter{to: "1@a.test 2@b.test"}}, nil); !errors.Is(err, errUnreadable) || res != nil {
			t.Error(res, err)
		}
	})
}

// TestNextExchanger: the second host gets what the first can't take, and of an
// exchanger all addresses are tried.
func TestNextExchanger(t *testing.T) {
	first, second := &fakeHost{answer: onVerb("MAIL", 0, "451 4.3.0 later")}, &fakeHost{}
	z := &zone{mx: map[string][]*net.MX{"a.test": {{Host: "one.test.", Pref: 1}, {Host: "two.test.", Pref: 2}}}, ip: map[string][]string{"one.test": {"10.0.0.1", "10.0.0.2"}, "two.test": {"10.0.0.3"}}}
	o := Options{MX: &MX{Resolver: z, NoPolicies: true}, SMTP: smtp.Options{Dialer: network{"10.0.0.2:25": first, "10.0.0.3:25": second}}}
	bubbleAt(t, o, func(t *testing.T, r *Relay) {
		for range 3 {
			if _, err := r.Send(t.Context(), letter{to: "1@a.test"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if dials, _, _, _ := first.count(); dials != 1 {
			t.Errorf("%d dials of the host that said later", dials)
		}
		if z.asked["mx a.test"] != 1 {
			t.Errorf("%v", z.asked)
		}
		time.Sleep(mxKept)
		if _, err := r.Send(t.Context(), letter{to: "1@a.test"}, nil); err != nil || z.asked["mx a.test"] != 2 {
			t.Errorf("%v, %v", err, z.asked)
		}
	})
}

// TestSlowStart: a second connection is opened once a message was taken.
func TestSlowStart(t *testing.T) {
	h := &fakeHost{answer: func(_ int, verb, _ string) string {
		if verb == "." {
			time.Sleep(time.Second)
		}
		return ""
	}}
	mxBubble(t, map[string]*fakeHost{"a.test": h}, Options{Connections: 3}, func(t *testing.T, r *Relay) {
		submitTo(t, r, many(10, "a.test")...)
		time.Sleep(500 * time.Millisecond)
		if _, most, _, _ := h.count(); most != 1 {
			t.Errorf("%d connections to an unknown host", most)
		}
		if errs := outcomes(t, r, 10); errs != nil {
			t.Error(errs)
		}
		if _, most, _, _ := h.count(); most != 3 {
			t.Errorf("%d connections", most)
		}
	})
}

// TestConnectionsByDomain: a site's own number stands instead of the relay's, and
// its connections carry messages in a row all the same.
func TestConnectionsByDomain(t *testing.T) {
	slow := func(_ int, verb, _ string) string {
		if verb == "." {
			time.Sleep(time.Second)
		}
		return ""
	}
	hosts := map[string]*fakeHost{"one.test": {answer: slow}, "four.test": {answer: slow}, "other.test": {answer: slow}}
	o := Options{PerDomain: map[string]DomainLimits{"one.test": {Connections: 1}, "four.test": {Connections: 4}}}
	mxBubble(t, hosts, o, func(t *testing.T, r *Relay) {
		for domain := range hosts {
			submitTo(t, r, many(20, domain)...)
		}
		if errs := outcomes(t, r, 60); errs != nil {
			t.Error(errs)
		}
		for domain, want := range map[string]int{"one.test": 1, "four.test": 4, "other.test": siteConnections} {
			if _, most, _, _ := hosts[domain].count(); most != want {
				t.Errorf("%s: %d connections", domain, most)
			}
		}
	})
}

// TestRedirectGoesToOnePlace: nobody but the redirect address's domain is asked for.
func TestRedirectGoesToOnePlace(t *testing.T) {
	a, test := &fakeHost{}, &fakeHost{}
	o := Options{SMTP: smtp.Options{Redirect: "me@redirect.test"}}
	mxBubble(t, map[string]*fakeHost{"a.test": a, "redirect.test": test}, o, func(t *testing.T, r *Relay) {
		res, err := r.Send(t.Context(), letter{to: "1@a.test 2@b.test"}, nil)
		if err != nil || len(res.Recipients) != 1 || len(test.rcpts) != 1 || len(a.rcpts) != 0 {
			t.Errorf("%v, %+v", err, res)
		}
	})
}

// TestHundredsOfSites: some stall, some say 421, some refuse; the healthy ones
// finish unimpeded over at most 64 connections, and nothing is lost.
func TestHundredsOfSites(t *testing.T) {
	const sites, each, stalledSites = 300, 5, 20
	gate := make(chan struct{})
	hosts := map[string]*fakeHost{}
	for i := range sites {
		h := &fakeHost{}
		switch {
		case i < stalledSites:
			h.answer = func(_ int, verb, _ string) string {
				if verb == "." {
					<-gate
				}
				return ""
			}
		case i%10 == 0:
			h.answer = onVerb("MAIL", 0, "421 4.3.2 busy")
		case i%10 == 1:
			h.answer = onVerb("RCPT", 0, "550 5.1.1 who")
		}
		hosts[fmt.Sprintf("d%d.test", i)] = h
	}
	var gateMade sync.Once
	mxBubble(t, hosts, Options{}, func(t *testing.T, r *Relay) {
		gateMade.Do(func() { gate = make(chan struct{}) }) // of the bubble
		start := time.Now()
		for n := range each {
			for i := range sites {
				if err := r.Submit(t.Context(), Job{Message: letter{to: fmt.Sprintf("r@d%d.test", i)}, Tag: n*sites + i}); err != nil {
					t.Fatal(err)
				}
			}
		}
		var took time.Duration // of the healthy
		healthy, failed := 0, 0
		for range (sites - stalledSites) * each {
			out, ok := r.Next(t.Context())
			if !ok {
				t.Fatal("no outcome")
			}
			if out.Err != nil {
				failed++
				continue
			}
			healthy++
			took = time.Since(start)
		}
		if healthy != 224*each || failed != 56*each || took > time.Second {
			t.Errorf("%d healthy in %s, %d failed", healthy, took, failed)
		}
		if s := r.Stats(); s.Connections > totalConnections || s.InFlight > 2*stalledSites || s.InFlight+s.Queued != stalledSites*each {
			t.Errorf("%+v", s)
		}
		close(gate)
		if errs := outcomes(t, r, stalledSites*each); errs != nil {
			t.Error(errs)
		}
	})
}

// TestTotalConnections: with room for two, five sites take turns.
func TestTotalConnections(t *testing.T) {
	hosts := map[string]*fakeHost{}
	for i := range 5 {
		hosts[fmt.Sprintf("d%d.test", i)] = &fakeHost{}
	}
	o := Options{TotalConnections: 2}
	mxBubble(t, hosts, o, func(t *testing.T, r *Relay) {
		for i := range 5 {
			submitTo(t, r, many(50, fmt.Sprintf("d%d.test", i))...)
		}
		if errs := outcomes(t, r, 250); errs != nil {
			t.Error(errs)
		}
		if s := r.Stats(); s.Connections > 2 {
			t.Errorf("%+v", s)
		}
		for domain, h := range hosts {
			if dials, most, _, finals := h.count(); finals != 50 || most > 2 || dials > 50/turn+5 {
				t.Errorf("%s: %d messages over %d connections, %d at once", domain, finals, dials, most)
			}
		}
	})
}

func TestMXOptionsAreChecked(t *testing.T) {
	for name, bad := range map[string]Options{
		"host":     {SMTP: smtp.Options{Host: "a.test"}, MX: &MX{}},
		"port":     {SMTP: smtp.Options{Port: 25}, MX: &MX{}},
		"user":     {SMTP: smtp.Options{Credentials: smtp.Credentials{User: "u"}}, MX: &MX{}},
		"lmtp":     {SMTP: smtp.Options{Protocol: smtp.LMTP}, MX: &MX{}},
		"implicit": {SMTP: smtp.Options{TLS: smtp.TLSImplicit}, MX: &MX{}},
		"fallback": {Fallbacks: []smtp.Options{{Host: "a.test"}}, MX: &MX{}},
		"domain":   {MX: &MX{Hosts: map[string][]string{"a b": nil}}},
		"server":   {MX: &MX{Hosts: map[string][]string{"a.test": {"a b"}}}},
		"name":     {SMTP: smtp.Options{LocalName: "a b"}, MX: &MX{}},
		"total":    {SMTP: smtp.Options{Host: "a.test"}, TotalConnections: 3},
		"negative": {MX: &MX{}, TotalConnections: -1},
	} {
		if _, err := New(bad); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if r, err := New(Options{MX: &MX{}}); err != nil || r.Name() != "mx" || r.o.SMTP.TLS != smtp.TLSOpportunistic {
		t.Error(r, err)
	}
}
