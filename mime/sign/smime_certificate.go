package sign

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"time"

	"moonpost/mime"
)

// purpose is what a certificate is about to be used for.
type purpose struct {
	name  string
	usage x509.KeyUsage // any of them will do
}

var toSign = purpose{"signing", x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment} // RFC 8550 §4.4.2

// encrypting is the purpose of having a message encrypted to a certificate.
func encrypting(c *x509.Certificate) purpose {
	if _, ok := c.PublicKey.(*rsa.PublicKey); ok {
		return purpose{"encryption", x509.KeyUsageKeyEncipherment} // RFC 3279 §2.3.1
	}
	return purpose{"encryption", x509.KeyUsageKeyAgreement} // RFC 5480 §3
}

// fitFor checks that readers will accept the use of a certificate at the given time.
func fitFor(c *x509.Certificate, now time.Time, p purpose) error {
	problem := ""
	switch {
	case now.Before(c.NotBefore):
		problem = "is not valid before " + c.NotBefore.UTC().Format(time.DateTime) + " UTC"
	case now.After(c.NotAfter):
		problem = "expired on " + c.NotAfter.UTC().Format(time.DateTime) + " UTC"
	case c.KeyUsage != 0 && c.KeyUsage&p.usage == 0:
		problem = "is not made for " + p.name
	case !forMail(c):
		problem = "is not made for mail" // RFC 8550 §4.4.4
	}
	if problem == "" {
		return nil
	}
	return &mime.Error{Field: "certificate", What: fmt.Sprintf("the certificate of %s %s", owner(c), problem)}
}

// forMail tells whether the purposes that a certificate lists include mail; one that lists none is for everything.
func forMail(c *x509.Certificate) bool {
	if len(c.ExtKeyUsage) == 0 && len(c.UnknownExtKeyUsage) == 0 {
		return true
	}
	return slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageEmailProtection) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
}

// mailboxes are the addresses of a certificate's owner: the alternative names and, in old ones, that of the subject.
func mailboxes(c *x509.Certificate) []string { // RFC 8550 §3
	list := slices.Clone(c.EmailAddresses)
	for _, name := range c.Subject.Names {
		if text, ok := name.Value.(string); ok && name.Type.Equal(oidEmailAddress) && !isAmong(list, text) {
			list = append(list, text)
		}
	}
	return list
}

var oidEmailAddress = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}

// owner names the certificate for an error.
func owner(c *x509.Certificate) string {
	if list := mailboxes(c); len(list) > 0 {
		return list[0]
	}
	if name := c.Subject.String(); name != "" {
		return name
	}
	return "serial number " + c.SerialNumber.String()
}
