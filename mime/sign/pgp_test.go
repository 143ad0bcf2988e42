package sign_test

import (
	"bytes"
	"crypto"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/mime"
	"moonpost/mime/sign"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// pgpKinds are the kinds of keys that people have.
var pgpKinds = map[string]packet.Config{
	"RSA":     {Algorithm: packet.PubKeyAlgoRSA, RSABits: 2048},
	"Ed25519": {Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519},
	"P-256":   {Algorithm: packet.PubKeyAlgoECDSA, Curve: packet.CurveNistP256},
	"P-384":   {Algorithm: packet.PubKeyAlgoECDSA, Curve: packet.CurveNistP384},
}

// newPGP makes a key as of half a year ago.
func newPGP(address string, config packet.Config) *openpgp.Entity {
	config.Time = func() time.Time { return now.AddDate(0, -6, 0) }
	config.DefaultHash = crypto.SHA256
	return must(openpgp.NewEntity("Test", "throw-away", address, &config))
}

// pgpKeys are made once.
var pgpKeys = sync.OnceValue(func() map[string]*openpgp.Entity {
	list := map[string]*openpgp.Entity{"bob": newPGP("bob@example.org", pgpKinds["Ed25519"])}
	for kind, config := range pgpKinds {
		list[kind] = newPGP("ann@example.org", config)
	}
	return list
})

func privateText(entity *openpgp.Entity) []byte {
	var b bytes.Buffer
	w := must(armor.Encode(&b, openpgp.PrivateKeyType, nil))
	if err := entity.SerializePrivateWithoutSigning(w, nil); err != nil {
		panic(err)
	}
	w.Close()
	return b.Bytes()
}

func publicText(entity *openpgp.Entity) []byte {
	var b bytes.Buffer
	w := must(armor.Encode(&b, openpgp.PublicKeyType, nil))
	if err := entity.Serialize(w); err != nil {
		panic(err)
	}
	w.Close()
	return b.Bytes()
}

func pgpSigned(t *testing.T, kind string, change func(s *mime.Spec)) *mime.Message {
	t.Helper()
	signer, err := sign.NewPGP(privateText(pgpKeys()[kind]), "")
	if err != nil {
		t.Fatal(err)
	}
	m := compose(change)
	if err := signer.Apply(m); err != nil {
		t.Fatal(err)
	}
	if len(m.Warnings()) > 0 {
		t.Errorf("warnings: %q", m.Warnings())
	}
	return m
}

// pgpReading is how our tests read: at the time of the tests.
func pgpReading() *packet.Config { return &packet.Config{Time: func() time.Time { return now }} }

func TestPGPSigned(t *testing.T) {
	for kind := range pgpKinds {
		for name, change := range bodies {
			t.Run(kind+" "+name, func(t *testing.T) {
				message := octets(t, pgpSigned(t, kind, change))
				hash := "pgp-sha256"
				if kind == "P-384" {
					hash = "pgp-sha384"
				}
				for _, want := range []string{"micalg=" + hash, `protocol="application/pgp-signature"`, "name=signature.asc", "-----BEGIN PGP SIGNATURE-----\r\n"} {
					if !strings.Contains(string(message), want) {
						t.Errorf("no %s in\n%s", want, message)
					}
				}
				entity, part := signedParts(t, message)
				steady(t, entity)
				keys := openpgp.EntityList{pgpKeys()[kind]}
				if _, err := openpgp.CheckArmoredDetachedSignature(keys, bytes.NewReader(entity), bytes.NewReader(content(t, part)), pgpReading()); err != nil {
					t.Error(err)
				}
				if _, err := openpgp.CheckArmoredDetachedSignature(keys, bytes.NewReader(flip(entity)), bytes.NewReader(content(t, part)), pgpReading()); err == nil {
					t.Error("a changed octet was not noticed")
				}
			})
		}
	}
}

// gpg is GnuPG with a home of its own, at the time of the tests.
func gpg(t *testing.T) func(stdin []byte, args ...string) ([]byte, error) {
	t.Helper()
	program := tool(t, "gpg")
	home, err := os.MkdirTemp("", "gpg") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = run(t, nil, "gpgconf", "--homedir", home, "--kill", "all")
		_ = os.RemoveAll(home)
	})
	call := func(stdin []byte, args ...string) ([]byte, error) {
		args = append([]string{
			"--homedir", home, "--batch", "--no-tty", "--quiet", "--trust-model", "always", "--status-fd", "2",
			"--faked-system-time", now.UTC().Format("20060102T150405") + "!",
		}, args...)
		return run(t, stdin, program, args...)
	}
	for _, name := range slices.Sorted(maps.Keys(pgpKeys())) {
		if _, err := call(privateText(pgpKeys()[name]), "--import"); err != nil {
			t.Fatal(err)
		}
	}
	return call
}

func TestPGPByGnuPG(t *testing.T) {
	call := gpg(t)
	for kind := range pgpKinds {
		for name, change := range bodies {
			if kind != "RSA" && name != "tree" {
				continue
			}
			t.Run(kind+" "+name, func(t *testing.T) {
				entity, part := signedParts(t, octets(t, pgpSigned(t, kind, change)))
				signature := file(t, "signature.asc", content(t, part))
				if _, err := call(entity, "--verify", signature, "-"); err != nil {
					t.Errorf("gpg refuses\n%s", entity)
				}
				sameTree(t, entity, change)
			})
		}
	}
	t.Run("changed", func(t *testing.T) {
		entity, part := signedParts(t, octets(t, pgpSigned(t, "RSA", bodies["plain"])))
		if _, err := call(flip(entity), "--verify", file(t, "signature.asc", content(t, part)), "-"); err == nil {
			t.Error("gpg verified what was changed")
		}
	})
}

// pgpEncrypted encrypts to Bob and to keys of all kinds, signed by Ann if need be.
func pgpEncrypted(t *testing.T, signed bool, change func(s *mime.Spec)) *mime.Message {
	t.Helper()
	var texts [][]byte
	for _, name := range slices.Sorted(maps.Keys(pgpKeys())) {
		texts = append(texts, publicText(pgpKeys()[name]))
	}
	r, err := sign.NewPGPRecipients(texts...)
	if err != nil {
		t.Fatal(err)
	}
	if signed {
		r.SignWith = must(sign.NewPGP(privateText(pgpKeys()["RSA"]), ""))
	}
	m := compose(change)
	if err := r.Apply(m); err != nil {
		t.Fatal(err)
	}
	if len(m.Warnings()) > 0 {
		t.Errorf("warnings: %q", m.Warnings())
	}
	return m
}

// armoredMessage finds the encrypted text between the two parts of a multipart/encrypted.
func armoredMessage(t *testing.T, message []byte) []byte {
	t.Helper()
	for _, want := range []string{
		`multipart/encrypted; protocol="application/pgp-encrypted"`, "application/pgp-encrypted\r\n", "\r\n\r\nVersion: 1\r\n",
		"application/octet-stream; name=encrypted.asc\r\n", "Content-Disposition: inline; filename=encrypted.asc\r\n",
	} {
		if !strings.Contains(strings.ReplaceAll(string(message), ";\r\n ", "; "), want) {
			t.Errorf("no %q in\n%s", want, message)
		}
	}
	_, part := signedParts(t, message)
	return content(t, part)
}

func TestPGPEncrypted(t *testing.T) {
	for name, change := range bodies {
		for reader, signed := range map[string]bool{"bob": true, "RSA": false, "P-384": true} {
			t.Run(name+" for "+reader, func(t *testing.T) {
				message := octets(t, pgpEncrypted(t, signed, change))
				block, err := armor.Decode(bytes.NewReader(armoredMessage(t, message)))
				if err != nil {
					t.Fatal(err)
				}
				ring := openpgp.EntityList{pgpKeys()[reader], pgpKeys()["RSA"]}
				details, err := openpgp.ReadMessage(block.Body, ring, nil, pgpReading())
				if err != nil {
					t.Fatal(err)
				}
				entity, err := io.ReadAll(details.UnverifiedBody)
				if err != nil || details.SignatureError != nil || details.IsSigned != signed {
					t.Errorf("%v, %v, signed: %v", err, details.SignatureError, details.IsSigned)
				}
				steady(t, entity)
			})
		}
	}
}

func TestPGPDecryptedByGnuPG(t *testing.T) {
	call := gpg(t)
	for name, change := range bodies {
		t.Run(name, func(t *testing.T) {
			entity, err := call(armoredMessage(t, octets(t, pgpEncrypted(t, true, change))), "--decrypt")
			if err != nil {
				t.Fatal(err)
			}
			sameTree(t, entity, change)
		})
	}
	t.Run("packets", func(t *testing.T) {
		out, err := call(armoredMessage(t, octets(t, pgpEncrypted(t, false, bodies["plain"]))), "--list-packets")
		if err != nil || strings.Contains(string(out), "aead") || !strings.Contains(string(out), "mdc_method: 2") || strings.Contains(string(out), "compressed packet") {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("signed, then encrypted", func(t *testing.T) {
		m := pgpSigned(t, "Ed25519", bodies["tree"])
		if err := must(sign.NewPGPRecipients(publicText(pgpKeys()["bob"]))).Apply(m); err != nil {
			t.Fatal(err)
		}
		inner, err := call(armoredMessage(t, octets(t, m)), "--decrypt")
		if err != nil {
			t.Fatal(err)
		}
		entity, part := signedParts(t, append(inner, "\r\n"...))
		if _, err := call(entity, "--verify", file(t, "signature.asc", content(t, part)), "-"); err != nil {
			t.Error("gpg refuses the signature within")
		}
	})
}

func TestPGPKeys(t *testing.T) {
	rsaKey := pgpKeys()["RSA"]
	locked := newPGP("ann@example.org", pgpKinds["Ed25519"])
	if err := locked.EncryptPrivateKeys([]byte("secret word"), nil); err != nil {
		t.Fatal(err)
	}
	var binary bytes.Buffer
	if err := rsaKey.SerializePrivateWithoutSigning(&binary, nil); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		key        []byte
		passphrase string
		want       string
	}{
		"armored":          {privateText(rsaKey), "", ""},
		"binary":           {binary.Bytes(), "", ""},
		"needless":         {privateText(rsaKey), "secret", ""},
		"locked":           {privateText(locked), "secret word", ""},
		"wrong passphrase": {privateText(locked), "secret ward", "does not open"},
		"no passphrase":    {privateText(locked), "", "no passphrase"},
		"public":           {publicText(rsaKey), "", "no private key"},
		"nothing":          {nil, "", "no OpenPGP key"},
		"something else":   {[]byte("secret"), "", "no OpenPGP key"},
		"cut":              {privateText(rsaKey)[:300], "", "no OpenPGP key"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := sign.NewPGP(test.key, test.passphrase)
			checkError(t, err, test.want)
		})
	}
	_, err := sign.NewPGPRecipients()
	checkError(t, err, "nobody")
	_, err = sign.NewPGPRecipients([]byte("x"))
	checkError(t, err, "no OpenPGP key")
}

func TestPGPUnfit(t *testing.T) {
	config := pgpKinds["Ed25519"]
	config.KeyLifetimeSecs = 3600
	expired := newPGP("ann@example.org", config)
	revoked := newPGP("ann@example.org", pgpKinds["Ed25519"])
	if err := revoked.RevokeKey(packet.KeyCompromised, "", &packet.Config{Time: func() time.Time { return now.AddDate(0, -1, 0) }}); err != nil {
		t.Fatal(err)
	}
	onlySigns := newPGP("ann@example.org", pgpKinds["Ed25519"])
	onlySigns.Subkeys = nil
	other := newPGP("eve@example.org", pgpKinds["Ed25519"])
	for name, test := range map[string]struct {
		key                          *openpgp.Entity
		signing, encrypting, warning string
	}{
		"expired":    {expired, "ann@example.org has expired", "ann@example.org has expired", ""},
		"revoked":    {revoked, "is revoked", "is revoked", ""},
		"only signs": {onlySigns, "", "can encrypt", ""},
		"another's":  {other, "", "", "eve@example.org"},
	} {
		t.Run(name, func(t *testing.T) {
			m := compose(bodies["plain"])
			checkError(t, must(sign.NewPGP(privateText(test.key), "")).Apply(m), test.signing)
			if warnings := strings.Join(m.Warnings(), "\n"); (test.warning != "") != (warnings != "") || !strings.Contains(warnings, test.warning) {
				t.Errorf("warnings %q", warnings)
			}
			m = compose(bodies["plain"])
			checkError(t, must(sign.NewPGPRecipients(publicText(test.key))).Apply(m), test.encrypting)
		})
	}
}

// TestPGPSignedTwiceTheSame holds the same key and clock to the same octets.
func TestPGPSignedTwiceTheSame(t *testing.T) {
	for _, kind := range []string{"RSA", "Ed25519"} {
		_, one := signedParts(t, octets(t, pgpSigned(t, kind, bodies["plain"])))
		_, two := signedParts(t, octets(t, pgpSigned(t, kind, bodies["plain"])))
		if string(one) != string(two) {
			t.Errorf("%s: two signatures of the same octets differ", kind)
		}
	}
}

// TestPGPSubkeysOnly signs with what people keep on a server: the key that certifies stays at home.
func TestPGPSubkeysOnly(t *testing.T) {
	call := gpg(t)
	const user = "Dora <dora@example.org>"
	if _, err := call(nil, "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key", user, "rsa2048", "cert", "never"); err != nil {
		t.Fatal(err)
	}
	list, err := call(nil, "--with-colons", "--list-keys", "dora@example.org")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(list), "\nfpr:")
	fingerprint := strings.Trim(strings.SplitN(after, "\n", 2)[0], ":")
	for _, usage := range []string{"sign", "encr"} {
		if _, err := call(nil, "--pinentry-mode", "loopback", "--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", usage, "never"); err != nil {
			t.Fatal(err)
		}
	}
	secret, err := call(nil, "--armor", "--export-secret-subkeys", "dora@example.org")
	if err != nil {
		t.Fatal(err)
	}
	m := compose(bodies["tree"])
	if err := must(sign.NewPGP(secret, "")).Apply(m); err != nil {
		t.Fatal(err)
	}
	entity, part := signedParts(t, octets(t, m))
	if _, err := call(entity, "--verify", file(t, "signature.asc", content(t, part)), "-"); err != nil {
		t.Error("gpg refuses the subkey's signature")
	}
}
