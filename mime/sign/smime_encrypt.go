package sign

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"

	"moonpost/mime"

	"github.com/smallstep/pkcs7"
)

// SMIMERecipients are certificates to which messages are encrypted (RFC 8551). They are used by several goroutines at
// once.
type SMIMERecipients struct{ certificates []*x509.Certificate }

// NewSMIMERecipients takes certificates in PEM, one or more in each text.
func NewSMIMERecipients(texts ...[]byte) (*SMIMERecipients, error) {
	r := &SMIMERecipients{}
	for _, text := range texts {
		list, err := readCertificates("recipients", text)
		if err != nil {
			return nil, err
		}
		r.certificates = append(r.certificates, list...)
	}
	for _, c := range r.certificates {
		switch c.PublicKey.(type) {
		case *rsa.PublicKey, *ecdsa.PublicKey:
		default:
			return nil, &mime.Error{Field: "recipients", What: "the certificate of " + owner(c) + " has neither an RSA key nor one of an elliptic curve of NIST, so nothing can be encrypted to it"}
		}
	}
	if len(r.certificates) == 0 {
		return nil, &mime.Error{Field: "recipients", What: "there is nobody to encrypt to"}
	}
	return r, nil
}

// Apply encrypts the body of the message as it is now. The content key comes from the system's randomness whatever the
// message's own. A recipient of the envelope without a certificate is worth a warning; a certificate that is out of
// date or not made for it is an error.
func (r *SMIMERecipients) Apply(m *mime.Message) error {
	err := m.Enclose(func(entity []byte, env *mime.Env) (*mime.Part, error) {
		for _, c := range r.certificates {
			if err := fitFor(c, env.Now(), encrypting(c)); err != nil {
				return nil, err
			}
		}
		octets, err := r.envelop(entity)
		if err != nil {
			return nil, err
		}
		return mime.NewPart("application/pkcs7-mime", mime.Bytes(octets), // RFC 8551 §3.3
			mime.WithParam("smime-type", "enveloped-data"), mime.WithFilename("smime.p7m"), mime.WithParam("name", "smime.p7m"))
	})
	if err == nil {
		var readers []string
		for _, c := range r.certificates {
			readers = append(readers, mailboxes(c)...)
		}
		warnReaders(m, "certificate", readers)
	}
	return err
}

// envelope is the outer structure. The library makes one too, but takes its cipher from a variable of its package, DES
// at first, and leaves out what RSA's identifier must have.
type envelope struct { // RFC 5652 §6.1
	Type    asn1.ObjectIdentifier
	Content struct {
		Version    int
		Recipients []asn1.RawValue `asn1:"set"`
		Encrypted  struct {
			Type      asn1.ObjectIdentifier
			Algorithm pkix.AlgorithmIdentifier
			Octets    []byte `asn1:"tag:0"`
		}
	} `asn1:"explicit,tag:0"`
}

// envelopeKey is the content key for one recipient.
type envelopeKey struct { // RFC 5652 §6.2.1
	Version   int
	Recipient certificateName
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

// certificateName tells one certificate from all others.
type certificateName struct { // RFC 5652 §10.2.4
	Issuer asn1.RawValue
	Serial *big.Int
}

func nameOf(c *x509.Certificate) certificateName {
	return certificateName{asn1.RawValue{FullBytes: c.RawIssuer}, c.SerialNumber}
}

// envelop gives the entity encrypted, in DER. AES in CBC mode is what every reader knows; GCM needs another structure,
// which those before S/MIME 4.0 don't open.
func (r *SMIMERecipients) envelop(entity []byte) ([]byte, error) { // RFC 8551 §2.7
	var e envelope
	e.Type = pkcs7.OIDEnvelopedData
	key, iv := make([]byte, 32), make([]byte, aes.BlockSize)
	_, _ = rand.Read(key) // never fails
	_, _ = rand.Read(iv)
	encrypted, err := encryptCBC(key, iv, entity)
	if err != nil {
		return nil, err
	}
	e.Content.Encrypted.Type = pkcs7.OIDData
	e.Content.Encrypted.Algorithm.Algorithm = pkcs7.OIDEncryptionAlgorithmAES256CBC
	e.Content.Encrypted.Algorithm.Parameters = asn1.RawValue{Tag: asn1.TagOctetString, Bytes: iv} // RFC 3565 §4.1
	e.Content.Encrypted.Octets = encrypted
	for _, c := range r.certificates {
		one, err := keyFor(c, key)
		if err != nil {
			return nil, &mime.Error{Field: "recipients", What: "the message cannot be encrypted to " + owner(c), Err: err}
		}
		if _, isRSA := c.PublicKey.(*rsa.PublicKey); !isRSA {
			e.Content.Version = 2
		}
		e.Content.Recipients = append(e.Content.Recipients, asn1.RawValue{FullBytes: one})
	}
	return asn1.Marshal(e)
}

// encryptCBC pads and encrypts.
func encryptCBC(key, iv, plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	n := aes.BlockSize - len(plain)%aes.BlockSize // RFC 5652 §6.3
	out := append(make([]byte, 0, len(plain)+n), plain...)
	out = append(out, bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
	return out, nil
}

// keyFor encrypts the content key to a certificate.
func keyFor(c *x509.Certificate, key []byte) ([]byte, error) { // RFC 8551 §2.3
	if public, ok := c.PublicKey.(*ecdsa.PublicKey); ok {
		return agree(c, public, key)
	}
	public, ok := c.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, errKeyKind
	}
	encrypted, err := rsa.EncryptPKCS1v15(rand.Reader, public, key) //nolint:staticcheck // OAEP is not what every reader knows
	if err != nil {
		return nil, err
	}
	algorithm := pkix.AlgorithmIdentifier{Algorithm: pkcs7.OIDEncryptionAlgorithmRSA, Parameters: asn1.NullRawValue} // RFC 3370 §4.2.1
	return asn1.Marshal(envelopeKey{0, nameOf(c), algorithm, encrypted})
}

var errKeyKind = errors.New("the key is neither an RSA key nor of an elliptic curve of NIST")
