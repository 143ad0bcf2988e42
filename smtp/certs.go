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
	pem, err := t.read(path)
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
	cert, err := t.loadPair(certFile, keyFile)
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

func (t *TLSOptions) loadPair(certFile, keyFile string) (tls.Certificate, error) {
	cert, err := t.read(certFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := t.read(keyFile)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(cert, key)
}

func (t *TLSOptions) read(name string) ([]byte, error) {
	if t.ReadFile != nil {
		return t.ReadFile(name)
	}
	return os.ReadFile(name)
}
