package sign

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"sync"

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
		if !hasRSAKey(c) {
			return nil, &mime.Error{Field: "recipients", What: "the certificate of " + owner(c) + " has no RSA key, and mail can be encrypted only to those"}
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
			if err := fitFor(c, env.Now(), toEncrypt); err != nil {
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

// chooseCipher makes the library use AES instead of its default, DES. CBC is what every reader knows; the library's GCM
// goes into a structure that is not meant for it, without the identifier of its nonce.
var chooseCipher = sync.OnceFunc(func() { //nolint:gochecknoglobals // the library's choice is a variable of its package
	pkcs7.ContentEncryptionAlgorithm = pkcs7.EncryptionAlgorithmAES256CBC // RFC 8551 §2.7
})

// envelop gives the entity encrypted, in DER.
func (r *SMIMERecipients) envelop(entity []byte) ([]byte, error) {
	chooseCipher()
	// The library pads in place, so what lies behind the slice must not be its own.
	der, err := pkcs7.Encrypt(entity[:len(entity):len(entity)], r.certificates)
	if err != nil {
		return nil, &mime.Error{Field: "recipients", What: "the message cannot be encrypted", Err: err}
	}
	return withNull(der)
}

// envelope is the outer structure, as far as it must be looked into.
type envelope struct { // RFC 5652 §6.1
	Type    asn1.ObjectIdentifier
	Content struct {
		Version    int
		Recipients []envelopeRecipient `asn1:"set"`
		Encrypted  asn1.RawValue
	} `asn1:"explicit,tag:0"`
}

type envelopeRecipient struct {
	Version int
	Issuer  struct {
		Name   asn1.RawValue
		Serial *big.Int
	}
	Algorithm pkix.AlgorithmIdentifier
	Key       []byte
}

// withNull writes the parameters that RSA must have, which the library leaves out.
func withNull(der []byte) ([]byte, error) { // RFC 3370 §4.2.1
	var e envelope
	if _, err := asn1.Unmarshal(der, &e); err != nil {
		return nil, err
	}
	for i := range e.Content.Recipients {
		e.Content.Recipients[i].Algorithm.Parameters = asn1.NullRawValue
	}
	return asn1.Marshal(e)
}
