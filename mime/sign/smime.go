package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"moonpost/mime"
)

// SMIME signs the bodies of messages with the key of a certificate (RFC 8551). It is used by several goroutines at
// once.
type SMIME struct {
	// Opaque packs the body into the signature instead of putting the signature beside it. Only readers with S/MIME
	// can show such a message, but no gateway can break it.
	Opaque bool

	key         crypto.Signer
	certificate *x509.Certificate
	chain       []*x509.Certificate // from the issuer upwards, without the root
}

// NewSMIME makes a signer from PEM: a certificate, its private key, and certificates that lead to a root which readers
// trust. They may stand in any order, and all in the same file. An encrypted key needs its passphrase.
func NewSMIME(certificate, key, chain []byte, passphrase string) (*SMIME, error) {
	signer, err := readKey(key, passphrase)
	if err != nil {
		return nil, err
	}
	certificates, err := readCertificates("certificate", certificate)
	if err != nil {
		return nil, err
	}
	s := &SMIME{key: signer}
	for _, c := range certificates {
		if publicKey, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool }); ok && publicKey.Equal(signer.Public()) {
			if s.certificate == nil || c.NotAfter.After(s.certificate.NotAfter) { // a renewed one may stand behind the old
				s.certificate = c
			}
		}
	}
	if s.certificate == nil {
		return nil, &mime.Error{Field: "certificate", What: "the private key does not belong to the certificate"}
	}
	if len(chain) > 0 {
		more, err := readCertificates("chain", chain)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, more...)
	}
	s.chain = chainOf(s.certificate, certificates)
	return s, nil
}

// chainOf follows the issuers of a certificate. The root stays out: readers have it, or don't trust it.
func chainOf(c *x509.Certificate, pool []*x509.Certificate) []*x509.Certificate { // RFC 8550 §2.3
	var chain []*x509.Certificate
	for range pool {
		issuer := issuerOf(c, pool)
		if issuer == nil {
			break
		}
		chain = append(chain, issuer)
		c = issuer
	}
	return chain
}

func issuerOf(c *x509.Certificate, pool []*x509.Certificate) *x509.Certificate {
	for _, candidate := range pool {
		root := candidate.CheckSignatureFrom(candidate) == nil
		if !candidate.Equal(c) && !root && c.CheckSignatureFrom(candidate) == nil {
			return candidate
		}
	}
	return nil
}

// readCertificates takes all certificates out of PEM text.
func readCertificates(field string, text []byte) ([]*x509.Certificate, error) {
	var list []*x509.Certificate
	for _, block := range pemBlocks(text) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, &mime.Error{Field: field, What: "the certificate cannot be read", Err: err}
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return nil, &mime.Error{
			Field: field, What: "there is no PEM certificate",
			Advice: "openssl x509 -inform der -in CERT -out cert.pem makes PEM of DER; openssl pkcs12 -in FILE.p12 -nodes -out me.pem, of PKCS #12",
		}
	}
	return list, nil
}

// readKey takes the first private key out of PEM text. The errors of the parsers are left out: they may quote the key.
func readKey(text []byte, passphrase string) (crypto.Signer, error) {
	for _, block := range pemBlocks(text) {
		key, err := parseKey(block, passphrase)
		if err != nil {
			return nil, err
		}
		switch key := key.(type) {
		case nil:
		case *rsa.PrivateKey:
			return key, nil
		case *ecdsa.PrivateKey:
			return key, nil
		default:
			return nil, &mime.Error{Field: "key", What: "S/MIME readers know only RSA and ECDSA keys"} // RFC 8551 §2.2
		}
	}
	return nil, &mime.Error{Field: "key", What: "there is no PEM private key", Advice: "openssl pkcs12 -in FILE.p12 -nodes -out me.pem makes PEM of PKCS #12"}
}

var errKey = &mime.Error{Field: "key", What: "the private key cannot be read"}

// parseKey reads one block; nil means that it is no key.
func parseKey(block *pem.Block, passphrase string) (key any, err error) {
	if block.Headers["DEK-Info"] != "" {
		return nil, &mime.Error{Field: "key", What: "the private key is encrypted in OpenSSL's old form", Advice: "openssl pkcs8 -topk8 -in OLD -out new.pem writes it in the present one"}
	}
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		var plain []byte
		if plain, err = decryptKey(block.Bytes, passphrase); err == nil {
			key, err = x509.ParsePKCS8PrivateKey(plain)
		}
	}
	var own *mime.Error
	if err != nil && !errors.As(err, &own) {
		err = errKey
	}
	return key, err
}
