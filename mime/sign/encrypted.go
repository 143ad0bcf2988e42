package sign

import (
	"io"

	"moonpost/mime"

	"github.com/ProtonMail/go-crypto/openpgp"
)

// PGPRecipients are OpenPGP keys to which messages are encrypted (RFC 3156). They are used by several goroutines at
// once.
type PGPRecipients struct {
	// SignWith signs within the encryption, in one step; nil leaves the message unsigned, or as it was signed before.
	SignWith *PGP

	list openpgp.EntityList
}

// NewPGPRecipients takes public keys, armored or not, one or more in each text.
func NewPGPRecipients(texts ...[]byte) (*PGPRecipients, error) {
	r := &PGPRecipients{}
	for _, text := range texts {
		list, err := readKeyRing("recipients", text)
		if err != nil {
			return nil, err
		}
		r.list = append(r.list, list...)
	}
	if len(r.list) == 0 {
		return nil, &mime.Error{Field: "recipients", What: "there is nobody to encrypt to"}
	}
	return r, nil
}

// Apply encrypts the body of the message as it is now. A recipient of the envelope without a key is worth a warning; a
// key that has expired, is revoked or cannot encrypt is an error.
func (r *PGPRecipients) Apply(m *mime.Message) error {
	err := m.Enclose(func(entity []byte, env *mime.Env) (*mime.Part, error) {
		if err := r.check(env); err != nil {
			return nil, err
		}
		text, err := armorOf("PGP MESSAGE", func(w io.Writer) error { return r.encrypt(w, entity, env) })
		if err != nil {
			return nil, failed("the message cannot be encrypted", err)
		}
		return encryptedPart(text)
	})
	if err != nil {
		return err
	}
	var readers []string
	for _, entity := range r.list {
		readers = append(readers, users(entity)...)
	}
	warnReaders(m, "key", readers)
	if r.SignWith != nil {
		warnAuthor(m, "key", users(r.SignWith.entity))
	}
	return nil
}

func (r *PGPRecipients) check(env *mime.Env) error {
	for _, entity := range r.list {
		if _, ok := entity.EncryptionKey(env.Now()); !ok {
			return &mime.Error{Field: "recipients", What: "the key of " + keyName(entity) + " " + unfit(entity, env, "encrypt")}
		}
	}
	if r.SignWith == nil {
		return nil
	}
	return r.SignWith.check(env)
}

// encrypt writes one OpenPGP message, signed if need be.
func (r *PGPRecipients) encrypt(w io.Writer, entity []byte, env *mime.Env) error { // RFC 3156 §6.2
	var signer *openpgp.Entity
	if r.SignWith != nil {
		signer = r.SignWith.entity
	}
	plain, err := openpgp.Encrypt(w, r.list, signer, &openpgp.FileHints{IsBinary: true}, pgpConfig(env))
	if err != nil {
		return err
	}
	if _, err := plain.Write(entity); err != nil {
		return err
	}
	return plain.Close()
}

// encryptedPart wraps an encrypted message as readers look for it.
func encryptedPart(text []byte) (*mime.Part, error) { // RFC 3156 §4
	version, err := armored("application/pgp-encrypted", []byte("Version: 1\r\n"), mime.WithDescription("PGP/MIME version identification"))
	if err != nil {
		return nil, err
	}
	content, err := armored("application/octet-stream", text, mime.WithFilename("encrypted.asc"),
		mime.WithDisposition("inline"), mime.WithParam("name", "encrypted.asc"), mime.WithDescription("OpenPGP encrypted message"))
	if err != nil {
		return nil, err
	}
	return mime.NewMultipart("encrypted", []*mime.Part{version, content}, mime.WithParam("protocol", "application/pgp-encrypted")) // RFC 1847 §2.2
}
