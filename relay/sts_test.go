package relay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"

	"github.com/google/go-cmp/cmp"
)

const examplePolicy = "version: STSv1\r\nmode: enforce\r\nmx: mail.a.test\r\nmx: *.b.test\r\nmax_age: 604800\r\n"

func TestParsePolicy(t *testing.T) {
	p, err := parsePolicy(examplePolicy)
	want := policy{mode: "enforce", mx: []string{"mail.a.test", "*.b.test"}, maxAge: 7 * 24 * time.Hour}
	if err != nil || !cmp.Equal(p, want, cmp.AllowUnexported(policy{})) {
		t.Errorf("%+v, %v", p, err)
	}
	good := map[string]string{
		"version: STSv1\nmode: none\nmax_age: 1":                                   "none",
		"version:STSv1\nmode:testing\nmx:a.test\nmax_age:86400\n\n":                "testing",
		"version: STSv1\nmode: enforce\nmode: none\nmx: a.test\nmax_age: 1\nx: y":  "enforce",
		"version: STSv1\nmode: enforce\nmx: a.test\nmax_age: 99999999999999\nx: y": "enforce",
	}
	for text, mode := range good {
		if p, err := parsePolicy(text); err != nil || p.mode != mode || p.maxAge > maxPolicyAge {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
	for _, text := range []string{
		"", "hello", "version: STSv2\nmode: none\nmax_age: 1", "version: STSv1\nmode: enforce\nmax_age: 1", "version: STSv1\nmode: strict\nmx: a.test\nmax_age: 1",
		"version: STSv1\nmode: none", "version: STSv1\nmode: none\nmax_age: -1", "version: STSv1\nmode: none\nmax_age: x", "version: STSv1\nmode: testing\nmx: a b\nmax_age: 1",
		"version: STSv1\nmode: testing\nmx: *.\nmax_age: 1", "version: STSv1\nmode: testing\nmx: a.*.test\nmax_age: 1",
	} {
		if p, err := parsePolicy(text); !errors.Is(err, errPolicy) {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add(examplePolicy)
	f.Add("version: STSv1\nmode: none\nmax_age: 1")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePolicy(text)
		if err != nil {
			return
		}
		if p.mode != "none" && len(p.mx) == 0 || p.maxAge < 0 || p.maxAge > maxPolicyAge {
			t.Fatalf("%q: %+v", text, p)
		}
		for _, pattern := range p.mx {
			if name := strings.Replace(pattern, "*", "x", 1); !p.allows(name) {
				t.Fatalf("%q doesn't allow %q", pattern, name)
			}
		}
	})
}

func TestPolicyAllows(t *testing.T) {
	p := policy{mx: []string{"mail.a.test", "*.b.test"}}
	for name, want := range map[string]bool{
		"mail.a.test": true, "MAIL.a.test.": true, "a.test": false, "x.mail.a.test": false,
		"x.b.test": true, "b.test": false, "y.x.b.test": false, ".b.test": true, "": false,
	} {
		if p.allows(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}

func TestPolicyID(t *testing.T) {
	for _, tt := range []struct {
		records []string
		want    string
	}{
		{[]string{"v=STSv1; id=20160831085700Z;"}, "20160831085700Z"},
		{[]string{"v=spf1 -all", "v=STSv1;id=1"}, "1"},
		{[]string{"v=STSv1; id=1", "v=STSv1; id=2"}, ""},
		{[]string{"v=STSv2; id=1"}, ""},
		{[]string{"v=STSv1"}, ""},
		{nil, ""},
	} {
		if got := policyID(tt.records); got != tt.want {
			t.Errorf("%q: %q", tt.records, got)
		}
	}
}

// policyServer is the web server of every domain's policy host.
type policyServer struct {
	*http.Client
	handle http.HandlerFunc

	mu    sync.Mutex
	asked []string
}

func (s *policyServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.String())
	s.mu.Unlock()
	w := httptest.NewRecorder()
	s.handle(w, r)
	return w.Result(), nil
}

func newPolicyServer(handle http.HandlerFunc) *policyServer {
	s := &policyServer{handle: handle}
	s.Client = &http.Client{Transport: s}
	return s
}

func serveText(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(text))
	}
}

func TestPolicies(t *testing.T) {
	now := time.Unix(0, 0)
	z := &zone{txt: map[string][]string{"_mta-sts.a.test": {"v=STSv1; id=1"}}}
	web := newPolicyServer(serveText(examplePolicy))
	p := newPolicies(&MX{Resolver: z, HTTP: web.Client}, &smtp.Options{}, func() time.Time { return now })
	step := func(name string, wait time.Duration, wantMode string, wantFetches int) {
		t.Helper()
		now = now.Add(wait)
		got, ok := p.of(t.Context(), "a.test")
		if got.mode != wantMode || ok != (wantMode != "") || len(web.asked) != wantFetches {
			t.Errorf("%s: %+v, %v after %d fetches", name, got, ok, len(web.asked))
		}
	}
	step("first", 0, "enforce", 1)
	step("again", 0, "enforce", 1)
	step("the same id", time.Hour, "enforce", 1)
	z.txt["_mta-sts.a.test"] = []string{"v=STSv1; id=2"}
	web.handle = serveText(strings.Replace(examplePolicy, "enforce", "testing", 1))
	step("a new one", time.Hour, "testing", 2)
	z.txt["_mta-sts.a.test"] = []string{"v=STSv1; id=3"}
	web.handle = http.NotFound
	step("it can't be had", time.Hour, "testing", 3)
	z.err = map[string]error{"txt _mta-sts.a.test": errors.New("servfail")}
	step("nor the record", time.Hour, "testing", 3)
	step("its time is over", 8*24*time.Hour, "", 3)
	if want := "https://mta-sts.a.test/.well-known/mta-sts.txt"; web.asked[0] != want {
		t.Errorf("asked for %s", web.asked[0])
	}
}

// TestPolicyIsNotTakenFromAnywhere: redirects, other types, other codes and
// endless files are no policy.
func TestPolicyIsNotTakenFromAnywhere(t *testing.T) {
	for name, handle := range map[string]http.HandlerFunc{
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://else.test/", http.StatusFound)
		},
		"html": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(examplePolicy))
		},
		"500": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write([]byte(examplePolicy))
		},
		"large": serveText(examplePolicy + strings.Repeat("x: y\n", maxPolicySize)),
		"wrong": serveText("nothing of the kind"),
	} {
		t.Run(name, func(t *testing.T) {
			web := newPolicyServer(handle)
			p := newPolicies(&MX{HTTP: web.Client}, &smtp.Options{}, systemClock)
			if got, err := p.fetch(t.Context(), "a.test"); err == nil || len(web.asked) != 1 {
				t.Errorf("%+v, %v", got, web.asked)
			}
		})
	}
}

func TestPoliciesAreForgotten(t *testing.T) {
	p := newPolicies(&MX{Resolver: &zone{}}, &smtp.Options{}, systemClock)
	for i := range 2 * policiesKept {
		p.of(t.Context(), fmt.Sprintf("d%d.test", i))
	}
	if len(p.known) > policiesKept {
		t.Error(len(p.known))
	}
}

// TestPolicyRaisesTLS: an enforced policy leaves only the hosts it names, and
// those have to prove who they are; a host without TLS gets nothing then.
func TestPolicyRaisesTLS(t *testing.T) {
	plain := &fakeHost{}
	z := &zone{
		mx:  map[string][]*net.MX{"a.test": {{Host: "evil.test.", Pref: 1}, {Host: "mail.a.test.", Pref: 2}}, "c.test": {{Host: "evil.test.", Pref: 1}}, "free.test": {{Host: "evil.test."}}},
		ip:  map[string][]string{"evil.test": {"10.0.0.66"}, "mail.a.test": {"10.0.0.1"}},
		txt: map[string][]string{"_mta-sts.a.test": {"v=STSv1; id=1"}, "_mta-sts.c.test": {"v=STSv1; id=1"}},
	}
	web := newPolicyServer(serveText(examplePolicy))
	o := Options{MX: &MX{Resolver: z, HTTP: web.Client}, SMTP: smtp.Options{Dialer: network{"10.0.0.1:25": plain, "10.0.0.66:25": plain}}}
	bubbleAt(t, o, func(t *testing.T, r *Relay) {
		_, err := r.Send(t.Context(), letter{to: "1@a.test"}, nil)
		if kindOf(err) != "not_supported/no" {
			t.Error(err)
		}
		var route *RouteError
		if _, err := r.Send(t.Context(), letter{to: "1@c.test"}, nil); !errors.As(err, &route) || route.Reply.Enhanced != (smtp.EnhancedCode{4, 7, 5}) {
			t.Error(err)
		}
		if _, err := r.Send(t.Context(), letter{to: "1@free.test"}, nil); err != nil {
			t.Error(err)
		}
		list, err := r.finder.find(context.Background(), "a.test")
		if err != nil || len(list) != 1 || list[0].options.TLS != smtp.TLSRequired || list[0].options.TLSOptions.ServerName != "mail.a.test" {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// through leads addresses to servers of a test.
type through map[string]string

func (d through) DialContext(ctx context.Context, kind, address string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, kind, d[address])
}

// TestPolicyVerifiesTheHost: with an enforced policy the certificate has to bear the
// host's name; without one any will do.
func TestPolicyVerifiesTheHost(t *testing.T) {
	ca := smtptest.NewCA(t)
	right := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "mail.a.test")})
	wrong := smtptest.NewServer(t, smtptest.Config{TLS: ca.Server(t, "else.test")})
	z := &zone{
		mx:  map[string][]*net.MX{"a.test": {{Host: "mail.a.test."}}, "b.test": {{Host: "x.b.test."}}, "free.test": {{Host: "x.b.test."}}},
		ip:  map[string][]string{"mail.a.test": {"10.0.0.1"}, "x.b.test": {"10.0.0.2"}},
		txt: map[string][]string{"_mta-sts.a.test": {"v=STSv1; id=1"}, "_mta-sts.b.test": {"v=STSv1; id=1"}},
	}
	web := newPolicyServer(serveText(examplePolicy))
	o := Options{MX: &MX{Resolver: z, HTTP: web.Client}}
	o.SMTP.Dialer = through{"10.0.0.1:25": right.Addr(), "10.0.0.2:25": wrong.Addr()}
	o.SMTP.TLSOptions.Roots = ca.Pool
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Send(t.Context(), letter{to: "1@a.test 2@b.test 3@free.test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"250", "451 4.7.5", "250"} {
		if got := res.Recipients[i].Reply.String(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", res.Recipients[i].Address, got, want)
		}
	}
	for _, s := range []*smtptest.Server{right, wrong} {
		if got := s.Messages(); len(got) != 1 || !got[0].Encrypted {
			t.Errorf("%+v", got)
		}
	}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// lost is a DNS that never answers.
type lost struct{ *zone }

func (lost) LookupMX(ctx context.Context, _ string) ([]*net.MX, error) {
	<-ctx.Done()
	return nil, &net.DNSError{Err: ctx.Err().Error(), IsTimeout: true}
}

// TestLookupEnds: by the message's context, or after its own time as a failure
// that may pass.
func TestLookupEnds(t *testing.T) {
	bubbleAt(t, Options{MX: &MX{Resolver: lost{&zone{}}, NoPolicies: true}}, func(t *testing.T, r *Relay) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.Send(ctx, letter{to: "1@a.test"}, nil); kindOf(err) != "cancelled/no" {
			t.Error(err)
		}
		start := time.Now()
		var route *RouteError
		if _, err := r.Send(t.Context(), letter{to: "1@a.test"}, nil); !errors.As(err, &route) || !route.Temporary() || time.Since(start) != mxTimeout {
			t.Error(err, time.Since(start))
		}
	})
}
