package sign

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"moonpost/mime"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// PGP signs the bodies of messages with an OpenPGP key (RFC 3156). It is used by several goroutines at once.
type PGP struct{ entity *openpgp.Entity }

// NewPGP makes a signer of a private key, armored or not. A key under a passphrase is opened once, here.
func NewPGP(key []byte, passphrase string) (*PGP, error) {
	list, err := readKeyRing("key", key)
	if err != nil {
		return nil, err
	}
	for _, entity := range list {
		if entity.PrivateKey != nil {
			return &PGP{entity}, unlock(entity, passphrase)
		}
	}
	return nil, &mime.Error{Field: "key", What: "there is no private key, only a public one", Advice: "gpg --export-secret-keys --armor ADDRESS gives the private one"}
}

// unlock opens the keys that sign. The library's errors are left out: they say no more.
func unlock(entity *openpgp.Entity, passphrase string) error {
	if !slices.ContainsFunc(privateKeys(entity), func(k *packet.PrivateKey) bool { return k.Encrypted }) {
		return nil
	}
	if passphrase == "" {
		return &mime.Error{Field: "key", What: "the private key is encrypted and there is no passphrase"}
	}
	if entity.DecryptPrivateKeys([]byte(passphrase)) != nil {
		return &mime.Error{Field: "passphrase", What: "the passphrase does not open the private key"}
	}
	return nil
}

// privateKeys are those that are there: gpg exports a stub of a key that stays in a safer place.
func privateKeys(entity *openpgp.Entity) []*packet.PrivateKey {
	var list []*packet.PrivateKey
	if entity.PrivateKey != nil && !entity.PrivateKey.Dummy() {
		list = append(list, entity.PrivateKey)
	}
	for _, sub := range entity.Subkeys {
		if sub.PrivateKey != nil && !sub.PrivateKey.Dummy() {
			list = append(list, sub.PrivateKey)
		}
	}
	return list
}

// readKeyRing reads keys, armored or binary. Errors of the parser name kinds of packets, never their content.
func readKeyRing(field string, octets []byte) (list openpgp.EntityList, err error) {
	if bytes.Contains(octets, []byte("-----BEGIN PGP ")) {
		list, err = openpgp.ReadArmoredKeyRing(bytes.NewReader(octets))
	} else {
		list, err = openpgp.ReadKeyRing(bytes.NewReader(octets))
		if err != nil { // what the library says of octets that may be anything helps nobody
			list, err = nil, nil
		}
	}
	if err != nil || len(list) == 0 {
		return nil, &mime.Error{Field: field, What: "there is no OpenPGP key", Err: err, Advice: "gpg --export --armor ADDRESS writes a public key"}
	}
	return list, nil
}

// pgpConfig are the choices that every OpenPGP reader understands: no AEAD, no compression. What must be
// secret comes from the system's randomness whatever the message's own.
func pgpConfig(env *mime.Env) *packet.Config {
	salted := false // the salt is a notation that readers show; without it the same message gets the same signature
	return &packet.Config{
		DefaultHash: crypto.SHA256, DefaultCipher: packet.CipherAES256, DefaultCompressionAlgo: packet.CompressionNone,
		Time: env.Now, NonDeterministicSignaturesViaNotation: &salted,
	}
}

// Apply signs the body of the message as it is now. The key's user should be the author; when it is not, the message
// gets a warning. A key that has expired, is revoked or cannot sign is an error.
func (p *PGP) Apply(m *mime.Message) error {
	err := m.Enclose(func(entity []byte, env *mime.Env) (*mime.Part, error) {
		if err := p.check(env); err != nil {
			return nil, err
		}
		signature, hash, err := p.sign(entity, env)
		if err != nil {
			return nil, err
		}
		part, err := armored("application/pgp-signature", signature, mime.WithFilename("signature.asc"),
			mime.WithParam("name", "signature.asc"), mime.WithDescription("OpenPGP digital signature"))
		if err != nil {
			return nil, err
		}
		return signedPart(entity, part, "application/pgp-signature", "pgp-"+hash) // RFC 3156 §5
	})
	if err == nil {
		warnAuthor(m, "key", users(p.entity))
	}
	return err
}

// check tells what keeps the key from signing now.
func (p *PGP) check(env *mime.Env) error {
	key, ok := p.entity.SigningKey(env.Now())
	problem := ""
	switch {
	case !ok:
		problem = unfit(p.entity, env, "sign")
	case key.PrivateKey == nil || key.PrivateKey.Dummy():
		problem = "is not in the file: it has only a stub of the key that signs"
	case key.PublicKey.CreationTime.After(env.Now()):
		problem = "was made at a later time than now"
	default:
		return nil
	}
	return &mime.Error{Field: "key", What: "the key of " + either(users(p.entity)) + " " + problem}
}

// unfit tells why no key can be used for a purpose.
func unfit(entity *openpgp.Entity, env *mime.Env, purpose string) string {
	self, _ := entity.PrimarySelfSignature()
	switch {
	case entity.Revoked(env.Now()):
		return "is revoked"
	case self != nil && (entity.PrimaryKey.KeyExpired(self, env.Now()) || self.SigExpired(env.Now())):
		return "has expired"
	default:
		return "has no valid part that can " + purpose
	}
}

// sign gives the armored signature and the name of its hash. Octets are signed as such, not as text.
func (p *PGP) sign(entity []byte, env *mime.Env) (text []byte, hash string, err error) {
	var b bytes.Buffer
	if err := openpgp.DetachSign(&b, p.entity, bytes.NewReader(entity), pgpConfig(env)); err != nil {
		return nil, "", failed("the message cannot be signed", err)
	}
	signature, err := packet.Read(bytes.NewReader(b.Bytes()))
	if err != nil {
		return nil, "", failed("the message cannot be signed", err)
	}
	used, ok := signature.(*packet.Signature) // some keys sign with a longer hash than they were asked for
	if !ok {
		return nil, "", failed("the message cannot be signed", errNoSignature)
	}
	text, err = armorOf(openpgp.SignatureType, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
	return text, strings.ToLower(strings.ReplaceAll(used.Hash.String(), "-", "")), err
}

var errNoSignature = errors.New("the library gave no signature")

// failed wraps an error of the library. Its texts name algorithms and identifiers of keys, never secrets.
func failed(what string, err error) error {
	var argument pgperrors.InvalidArgumentError
	if errors.As(err, &argument) {
		err = errors.New(string(argument))
	}
	return &mime.Error{Field: "pgp", What: what, Err: err}
}

// armorOf gives what write writes as armored lines that end in CRLF.
func armorOf(kind string, write func(io.Writer) error) ([]byte, error) {
	var b bytes.Buffer
	w, err := armor.Encode(&b, kind, nil)
	if err != nil {
		return nil, err
	}
	if err := write(w); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return append(bytes.ReplaceAll(b.Bytes(), []byte("\n"), []byte("\r\n")), "\r\n"...), nil
}

// armored makes a part of text that needs no encoding.
func armored(mediaType string, text []byte, o ...mime.Option) (*mime.Part, error) {
	return mime.NewPart(mediaType, mime.Bytes(text), append(o, mime.WithEncoding("7bit"))...)
}

// users are the addresses of the key's users that count.
func users(entity *openpgp.Entity) []string {
	var list []string
	for _, identity := range entity.Identities {
		if identity.UserId != nil && identity.UserId.Email != "" {
			list = append(list, identity.UserId.Email)
		}
	}
	slices.Sort(list)
	return list
}

// keyName names a key for an error.
func keyName(entity *openpgp.Entity) string {
	if list := users(entity); len(list) > 0 {
		return list[0]
	}
	return fmt.Sprintf("identifier %X", entity.PrimaryKey.KeyId)
}
