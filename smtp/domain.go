package smtp

import (
	"strings"

	"golang.org/x/net/idna"
)

// DomainOf returns the domain of an envelope address as it is looked up: A-labels
// in lower case, or an address literal with its brackets. It is "" for a bare
// local name. The error is a *ArgumentError.
func DomainOf(address string) (string, error) {
	m, err := parseMailbox(address)
	if err != nil {
		return "", err
	}
	if isASCII(m.domain) {
		return asciiLower(m.domain), nil
	}
	domain, err := idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false)).ToASCII(m.domain) // RFC 5891 §5
	if err != nil {
		return "", argumentError("domain has no A-label form", m.domain)
	}
	return strings.ToLower(domain), nil
}
