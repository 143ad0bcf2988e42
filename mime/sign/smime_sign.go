package sign

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"io"
	"slices"
	"time"

	"moonpost/mime"

	"github.com/smallstep/pkcs7"
)

// Apply signs the body of the message as it is now. The signer's address should be the author's; when it is not, the
// message gets a warning. A certificate that is out of date or not made for signing mail is an error.
func (s *SMIME) Apply(m *mime.Message) error {
	err := m.Enclose(func(entity []byte, env *mime.Env) (*mime.Part, error) {
		if err := fitFor(s.certificate, env.Now(), toSign); err != nil {
			return nil, err
		}
		signature, err := s.sign(entity, env.Now())
		if err != nil {
			return nil, err
		}
		if s.Opaque {
			return mime.NewPart("application/pkcs7-mime", mime.Bytes(signature), // RFC 8551 §3.5.2
				mime.WithParam("smime-type", "signed-data"), mime.WithFilename("smime.p7m"), mime.WithParam("name", "smime.p7m"))
		}
		part, err := mime.NewPart("application/pkcs7-signature", mime.Bytes(signature), // RFC 8551 §3.5.3.1
			mime.WithFilename("smime.p7s"), mime.WithParam("name", "smime.p7s"))
		if err != nil {
			return nil, err
		}
		return signedPart(entity, part, "application/pkcs7-signature", "sha-256") // RFC 8551 §3.5.3.2
	})
	if err == nil {
		warnAuthor(m, "certificate", mailboxes(s.certificate))
	}
	return err
}

// sign gives the signature in DER. The library signs with its own clock, so its signature is a blank that is filled in
// afterwards.
func (s *SMIME) sign(entity []byte, now time.Time) ([]byte, error) {
	data, err := pkcs7.NewSignedData(entity)
	if err != nil {
		return nil, err
	}
	data.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256) // RFC 8551 §2.1
	if err := data.AddSigner(s.certificate, blank{s.key}, pkcs7.SignerInfoConfig{ExtraSignedAttributes: s.attributes()}); err != nil {
		return nil, err
	}
	for _, c := range s.chain {
		data.AddCertificate(c)
	}
	if err := s.fill(data, now); err != nil {
		return nil, err
	}
	if !s.Opaque {
		data.Detach()
	}
	return data.Finish()
}

// fill sets the time of the signature, and signs.
func (s *SMIME) fill(data *pkcs7.SignedData, now time.Time) error {
	info := &data.GetSignedData().SignerInfos[0]
	for i := range info.AuthenticatedAttributes {
		if a := &info.AuthenticatedAttributes[i]; a.Type.Equal(pkcs7.OIDAttributeSigningTime) { // RFC 8551 §2.5.1
			value, err := asn1.Marshal(now.UTC().Truncate(time.Second))
			if err != nil {
				return err
			}
			a.Value.Bytes = value
		}
	}
	sortDER(info.AuthenticatedAttributes)
	attributes, err := asn1.MarshalWithParams(info.AuthenticatedAttributes, "set") // RFC 5652 §5.4
	if err != nil {
		return err
	}
	digest := sha256.Sum256(attributes)
	if info.EncryptedDigest, err = s.key.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
		return err
	}
	if _, ok := s.key.(*rsa.PrivateKey); ok { // the library leaves the parameters out
		info.DigestEncryptionAlgorithm.Algorithm = pkcs7.OIDEncryptionAlgorithmRSA
		info.DigestEncryptionAlgorithm.Parameters = asn1.NullRawValue // RFC 3370 §3.2
	}
	return nil
}

// sortDER puts the elements of a set in the order of their encodings, which the library keeps only for its own values.
func sortDER[T any](set []T) {
	slices.SortFunc(set, func(a, b T) int {
		x, _ := asn1.Marshal(a) // what cannot be encoded fails when the whole is
		y, _ := asn1.Marshal(b)
		return bytes.Compare(x, y)
	})
}

// attributes tell answerers which ciphers they may use, and bind the signature to the one certificate.
func (s *SMIME) attributes() []pkcs7.Attribute {
	type capability struct{ Algorithm asn1.ObjectIdentifier }
	type certificateID struct{ Hash []byte } // RFC 5035 §4
	hash := sha256.Sum256(s.certificate.Raw)
	return []pkcs7.Attribute{
		{Type: oidCapabilities, Value: []capability{{pkcs7.OIDEncryptionAlgorithmAES256CBC}, {pkcs7.OIDEncryptionAlgorithmAES128CBC}}}, // RFC 8551 §2.5.2
		{Type: oidSigningCertificate, Value: struct{ IDs []certificateID }{[]certificateID{{hash[:]}}}},
	}
}

var (
	oidCapabilities       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 15}
	oidSigningCertificate = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
)

// blank is a key that leaves the signature open.
type blank struct{ crypto.Signer }

func (blank) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return []byte{0}, nil }
