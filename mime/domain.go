package mime

import (
	"strings"

	"golang.org/x/net/idna"
)

const (
	domainMax = 253 // RFC 1035 §2.3.4
	labelMax  = 63  // RFC 1035 §2.3.4
)

// ASCIIDomain gives the A-label form of a domain. The error is an *Error.
func ASCIIDomain(domain string) (string, error) {
	ascii, wrong := asciiDomain(domain)
	if wrong != "" {
		return "", fault("domain", wrong, domain)
	}
	return ascii, nil
}

// asciiDomain gives the A-label form of a domain, or what is wrong with it. Address literals stay as they are.
func asciiDomain(domain string) (ascii, wrong string) { // RFC 5891 §5
	if strings.HasPrefix(domain, "[") {
		return domain, literalFault(domain)
	}
	if isASCII(domain) {
		return domain, domainFault(domain)
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return "", "the domain is not a valid international name"
	}
	return ascii, domainFault(ascii)
}

// IsDomain tells whether s can be the domain of an address or an identifier: a name, which may be international, or an
// address literal.
func IsDomain(s string) bool {
	_, wrong := asciiDomain(s)
	return wrong == ""
}

// unicodeDomain gives an international domain in its U-label form: what a person writes may have capitals, or dots of
// another script.
func unicodeDomain(domain, ascii string) string { // RFC 6531 §3.3
	if isASCII(domain) {
		return domain
	}
	if u, err := idna.Lookup.ToUnicode(ascii); err == nil {
		return u
	}
	return domain
}

func domainFault(domain string) string {
	if len(domain) > domainMax {
		return "the domain is too long"
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" {
			return "the domain has an empty label"
		}
		if len(label) > labelMax {
			return "a label of the domain is too long"
		}
		if label[0] == '-' || label[len(label)-1] == '-' {
			return "a label of the domain begins or ends with a hyphen"
		}
		for i := 0; i < len(label); i++ {
			// QUIRK: host names have no underscore, yet mail domains with one are in use.
			if !isAlnum(label[i]) && label[i] != '-' && label[i] != '_' {
				return "the domain holds a character that no domain may hold"
			}
		}
	}
	return ""
}

func literalFault(domain string) string { // RFC 5321 §4.1.3
	inner, closed := strings.CutSuffix(domain[1:], "]")
	if !closed || inner == "" {
		return "the address literal is incomplete"
	}
	for i := 0; i < len(inner); i++ {
		if c := inner[i]; !isAlnum(c) && strings.IndexByte(".:-", c) < 0 {
			return "the address literal holds a character that none may hold"
		}
	}
	return ""
}
