package relay

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// policy is what a domain asks of those who send to its hosts, RFC 8461.
type policy struct {
	mode   string // "enforce", "testing" or "none"
	mx     []string
	maxAge time.Duration
}

// Bounds on policies.
const (
	maxPolicySize = 64 << 10                           // RFC 8461 §3.3
	maxPolicyAge  = 31557600 * time.Second             // RFC 8461 §3.2
	policyPath    = "/.well-known/mta-sts.txt"         // RFC 8461 §3.3
	policyHost    = "mta-sts."                         // RFC 8461 §3.2
	policyRecord  = "_mta-sts."                        // RFC 8461 §3.1
	policyVersion = "STSv1"                            // RFC 8461 §3.1
	policyLines   = maxPolicySize / len("mx:a.test\n") // more than any real one
)

var errPolicy = errors.New("malformed MTA-STS policy")

// parsePolicy reads a policy file.
func parsePolicy(text string) (policy, error) {
	fields := map[string]string{}
	var p policy
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		switch _, twice := fields[key]; {
		case strings.TrimSpace(line) == "":
		case !ok:
			return policy{}, errPolicy
		case key == "mx" && validPattern(value) && len(p.mx) < policyLines:
			p.mx = append(p.mx, hostName(value))
		case key == "mx":
			return policy{}, errPolicy
		case !twice: // RFC 8461 §3.2
			fields[key] = value
		}
	}
	seconds, err := strconv.ParseUint(fields["max_age"], 10, 64)
	p.mode, p.maxAge = fields["mode"], time.Duration(min(seconds, uint64(maxPolicyAge/time.Second)))*time.Second
	known := p.mode == "none" || (p.mode == "enforce" || p.mode == "testing") && len(p.mx) > 0
	if fields["version"] != policyVersion || err != nil || !known {
		return policy{}, errPolicy
	}
	return p, nil
}

// validPattern takes a host name, of which the first label may be an asterisk.
func validPattern(s string) bool {
	s = strings.TrimPrefix(s, "*.")
	if s == "" || len(s) > 255 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '.' || r == '_')
	}) < 0
}

// allows tells whether a mail host is one that the policy names.
func (p *policy) allows(name string) bool {
	name = hostName(name)
	for _, pattern := range p.mx {
		parent, wild := strings.CutPrefix(pattern, "*.")
		_, rest, _ := strings.Cut(name, ".")
		if pattern == name || wild && rest == parent { // RFC 8461 §4.1
			return true
		}
	}
	return false
}

// policyID returns the id of a domain's policy from its TXT records, or "" if
// there is none, or more than one record.
func policyID(records []string) string {
	id, found := "", 0
	for _, record := range records {
		version, rest, _ := strings.Cut(record, ";")
		if strings.TrimSpace(version) != "v="+policyVersion {
			continue
		}
		found++
		for field := range strings.SplitSeq(rest, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(field), "=")
			if key == "id" {
				id = strings.TrimSpace(value)
			}
		}
	}
	if found != 1 { // RFC 8461 §3.1
		return ""
	}
	return id
}
