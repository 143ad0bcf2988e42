package sign

import (
	"strings"

	"moonpost/mime"
)

// signedPart puts a signature beside the octets that it is of.
func signedPart(entity []byte, signature *mime.Part, protocol, hash string) (*mime.Part, error) { // RFC 1847 §2.1
	body, err := mime.NewVerbatim(entity)
	if err != nil {
		return nil, err
	}
	return mime.NewMultipart("signed", []*mime.Part{body, signature}, mime.WithParam("micalg", hash), mime.WithParam("protocol", protocol))
}

// warnAuthor warns of a signature that is not in the name of the author, which readers mark as doubtful.
func warnAuthor(m *mime.Message, what string, signers []string) {
	authors := m.Header().Addresses("From")
	if len(authors) == 0 {
		return
	}
	for _, author := range authors {
		if isAmong(signers, author.Address) {
			return
		}
	}
	m.Warn("the " + what + " that signs is of " + either(signers) + ", not of the author " + authors[0].Address)
}

// warnReaders warns of recipients for whom the message is not encrypted.
func warnReaders(m *mime.Message, what string, readers []string) {
	_, to, _, err := m.Envelope()
	if err != nil { // there are no recipients yet, or no sender
		return
	}
	for _, address := range to {
		if !isAmong(readers, address) {
			m.Warn("there is no " + what + " of " + address + ", who cannot read the message")
		}
	}
}

// isAmong compares addresses without regard to case, as certificates and keys seldom keep it.
func isAmong(list []string, address string) bool {
	for _, one := range list {
		if strings.EqualFold(one, address) {
			return true
		}
	}
	return false
}

func either(list []string) string {
	if len(list) == 0 {
		return "nobody with an address"
	}
	return strings.Join(list, " and ")
}
