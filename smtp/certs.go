package smtp

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// LoadRoots makes the certificates of a PEM file the only trusted ones.
func (t *TLSOptions) LoadRoots(path string) error {
	pem, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("smtp: ca file: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return argumentError("no certificate in the PEM file", path)
	}
	t.Roots = pool
	return nil
}

// LoadCertificate adds a client certificate from PEM files. Without keyFile the
// key is in certFile too.
func (t *TLSOptions) LoadCertificate(certFile, keyFile string) error {
	if certFile == "" {
		return argumentError("a client key needs a client certificate", keyFile)
	}
	if keyFile == "" {
		keyFile = certFile
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		var missing *fs.PathError
		if errors.As(err, &missing) {
			return fmt.Errorf("smtp: client certificate: %w", err)
		}
		return argumentError("client certificate: "+err.Error(), certFile)
	}
	t.Certificates = append(t.Certificates, cert)
	return nil
}
