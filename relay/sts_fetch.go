package relay

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"time"

	"moonpost/smtp"
)

// policies finds the MTA-STS policies of domains and keeps them as long as they
// want to be kept, within this process.
type policies struct {
	resolver Resolver
	client   *http.Client
	now      func() time.Time

	mu    sync.Mutex
	known map[string]knownPolicy
}

type knownPolicy struct {
	policy
	id      string
	until   time.Time // end of the policy
	checked time.Time // when its id was last asked for
}

const (
	policyTimeout = 10 * time.Second
	policiesKept  = 4096
)

// newPolicies fetches with a client that is tight: no redirects, no proxies, no
// caches, no hosts but those that base allows.
func newPolicies(m *MX, base *smtp.Options, now func() time.Time) *policies {
	client := m.HTTP
	if client == nil {
		client = &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, DisableKeepAlives: true, MaxResponseHeaderBytes: maxPolicySize,
			DialContext: allowedDial(base),
		}}
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // RFC 8461 §3.3
	own.Timeout = policyTimeout
	return &policies{resolver: m.Resolver, client: &own, now: now, known: map[string]knownPolicy{}}
}

// of returns the policy that holds for a domain now. One that can't be fetched
// again holds until its time is over.
func (p *policies) of(ctx context.Context, domain string) (policy, bool) {
	now := p.now()
	p.mu.Lock()
	known, ok := p.known[domain]
	p.mu.Unlock()
	ok = ok && now.Before(known.until)
	if ok && now.Sub(known.checked) < mxKept {
		return known.policy, known.mode != ""
	}
	records, err := p.resolver.LookupTXT(ctx, policyRecord+domain+".")
	id := policyID(records)
	if err == nil && id != "" && !(ok && id == known.id) {
		if fresh, err := p.fetch(ctx, domain); err == nil {
			known, ok = knownPolicy{policy: fresh, id: id, until: now.Add(fresh.maxAge)}, true
		}
	}
	if !ok {
		known = knownPolicy{until: now.Add(mxKept)} // RFC 8461 §5.1
	}
	known.checked = now
	p.keep(domain, known, now)
	return known.policy, known.mode != ""
}

func (p *policies) keep(domain string, known knownPolicy, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= policiesKept {
		for name, old := range p.known {
			if !now.Before(old.until) || old.mode == "" {
				delete(p.known, name)
			}
		}
	}
	p.known[domain] = known
}

// fetch gets a policy from the domain's web server.
func (p *policies) fetch(ctx context.Context, domain string) (policy, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+policyHost+domain+policyPath, nil)
	if err != nil {
		return policy{}, err
	}
	response, err := p.client.Do(request)
	if err != nil {
		return policy{}, err
	}
	defer response.Body.Close() //nolint:errcheck // read only
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if response.StatusCode != http.StatusOK || err != nil || kind != "text/plain" { // RFC 8461 §3.3
		return policy{}, fmt.Errorf("%w: status %d, type %q", errPolicy, response.StatusCode, kind)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxPolicySize+1))
	if err != nil {
		return policy{}, err
	}
	if len(text) > maxPolicySize {
		return policy{}, errPolicy
	}
	return parsePolicy(string(text))
}

// byPolicy leaves out the hosts that an enforced policy doesn't name, and says
// whether the others have to be verified.
func (f *finder) byPolicy(ctx context.Context, domain string, names []string) (allowed []string, verify bool, err error) {
	if f.policies == nil || f.o.SMTP.TLS != smtp.TLSOpportunistic {
		return names, false, nil
	}
	p, ok := f.policies.of(ctx, domain)
	if !ok || p.mode != "enforce" { // RFC 8461 §5
		return names, false, nil
	}
	for _, name := range names {
		if p.allows(name) {
			allowed = append(allowed, name)
		}
	}
	if len(allowed) == 0 {
		return nil, false, noRoute(domain, 451, smtp.EnhancedCode{4, 7, 5}, errors.New("none of the domain's mail hosts is in its MTA-STS policy")) // RFC 8461 §5
	}
	return allowed, true, nil
}
