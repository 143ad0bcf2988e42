package data

import (
	"crypto/x509"
	"errors"
)

// certificateHint says what to do about a certificate that could not be verified; otherName is what else can be done
// where it is for another name. It is empty for other errors.
func certificateHint(err error, otherName string) string {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return "the certificate's issuer isn't known: give its CA with ca_file"
	case errors.As(err, &host):
		return "the certificate is for another name: ask by that name" + otherName
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate has expired, or this machine's clock is wrong"
	}
	return ""
}
