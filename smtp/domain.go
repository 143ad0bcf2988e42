package smtp

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
	domain, err := aLabels(m.domain)
	return asciiLower(domain), err
}

// SplitAddress returns the local part of an envelope address as it was written,
// with its quotes if it has them, and its domain as DomainOf gives it. The error
// is a *ArgumentError.
func SplitAddress(address string) (local, domain string, err error) {
	m, err := parseMailbox(address)
	if err != nil {
		return "", "", err
	}
	domain, err = DomainOf(address)
	return m.local, domain, err
}
