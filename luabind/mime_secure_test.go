package luabind

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// scriptTime is the time in the scripts of the tests.
func scriptTime() time.Time { return time.Unix(1_800_000_000, 0) }

// secureFiles writes certificates and keys of Ann and Bob into files and gives their folder.
func secureFiles(t *testing.T) string {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"ann", "bob"} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{
			SerialNumber: big.NewInt(int64(name[0])), Subject: pkix.Name{CommonName: name}, EmailAddresses: []string{name + "@example.org"},
			NotBefore: scriptTime().AddDate(0, -1, 0), NotAfter: scriptTime().AddDate(0, 1, 0),
		}
		der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		files[name+".crt"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		files[name+".key"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		files[name+".pem"] = append(bytes.Clone(files[name+".key"]), files[name+".crt"]...)
		pgpFiles(t, files, name)
	}
	dir := t.TempDir()
	for name, octets := range files {
		if err := os.WriteFile(filepath.Join(dir, name), octets, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.ToSlash(dir) + "/"
}

// pgpFiles adds a public key, and a private one under the passphrase "hunter2".
func pgpFiles(t *testing.T, files map[string][]byte, name string) {
	t.Helper()
	config := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: func() time.Time { return scriptTime().AddDate(0, -1, 0) }}
	entity, err := openpgp.NewEntity(name, "", name+"@example.org", config)
	if err == nil {
		err = entity.EncryptPrivateKeys([]byte("hunter2"), config)
	}
	if err != nil {
		t.Fatal(err)
	}
	for file, kind := range map[string]string{name + ".asc": openpgp.PublicKeyType, name + "-secret.asc": openpgp.PrivateKeyType} {
		var b bytes.Buffer
		w, err := armor.Encode(&b, kind, nil)
		if err != nil {
			t.Fatal(err)
		}
		if kind == openpgp.PublicKeyType {
			err = entity.Serialize(w)
		} else {
			err = entity.SerializePrivateWithoutSigning(w, nil)
		}
		if err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		files[file] = b.Bytes()
	}
}

// secureCode makes signers, recipients and a message.
func secureCode(dir string) string {
	return `
	local dir = "` + dir + `"
	local function read(name) local f = assert(io.open(dir .. name, "rb")) local s = f:read("*a") f:close() return s end
	local ann = mime.smime{ cert_file = dir .. "ann.crt", key_file = dir .. "ann.key" }
	local both = mime.smime{ recipients = { dir .. "ann.crt", dir .. "bob.crt" } }
	local pgp = mime.pgp{ key_file = dir .. "ann-secret.asc", passphrase = "hunter2" }
	local keys = mime.pgp{ recipients = { dir .. "ann.asc", dir .. "bob.asc" } }
	local function letter() return mime.message{ from = "Ann <ann@example.org>", to = "bob@example.org", subject = "Übersicht", text = "Grüße\n", html = "<p>Grüße" } end
	`
}

func TestSecure(t *testing.T) {
	dir := secureFiles(t)
	begin := secureCode(dir)
	checkBinding(t, map[string]string{
		begin + `local m = letter(); print(m:sign(ann) == m, m.content_type, #m, m[1].content_type, m[2].content_type, m[2].filename)`: "true\tmultipart/signed\t2\tmultipart/alternative\tapplication/pkcs7-signature\tsmime.p7s",
		begin + `local m = letter():sign(ann); print(tostring(m) == tostring(m), m.Subject, m:text() == "Grüße\r\n" or m:text())`:      "true\tÜbersicht\ttrue",
		begin + `print(letter():sign(pgp)[2].content_type, letter():encrypt(keys).content_type, letter():encrypt(both).filename)`:      "application/pgp-signature\tmultipart/encrypted\tsmime.p7m",
		begin + `print(letter():sign(ann):encrypt(both).content_type, letter():sign(pgp):encrypt(keys)[1]:data():sub(1, 10))`:          "application/pkcs7-mime\tVersion: 1",
		begin + `print(mime.smime{ cert_file = dir .. "ann.pem", opaque = true } ~= nil, letter():sign(mime.smime{ cert_file = dir .. "ann.pem", opaque = true }):header("Content-Type"))`: "true\t" +
			`application/pkcs7-mime; smime-type=signed-data; name=smime.p7m`,
		begin + `local r = mime.pgp{ recipients = dir .. "bob.asc", sign_with = pgp }; print(#letter():encrypt(r))`:                                                                        "2",
		begin + `print(letter():encrypt(mime.smime{ recipients = read("bob.crt") }).content_type, letter():encrypt(mime.pgp{ recipients = read("bob.asc") })[2].filename)`:                 "application/pkcs7-mime\tencrypted.asc",
		begin + `print(letter():sign(mime.pgp{ key = read("ann-secret.asc"), passphrase = "hunter2" }).content_type)`:                                                                      "multipart/signed",
		begin + `local m = letter():sign(ann); local c = m:clone{ To = "carl@example.org" }; print(c[2]:data() == m[2]:data(), tostring(c):find("To: carl", 1, true) ~= nil)`:              "true\ttrue",
		begin + `local m = letter():sign(ann); print(pcall(m.attach, m, mime.text("x")))`:                                                                                                  "false\ttest.lua:9: part:attach: multipart/signed: the part is signed, so no part can be attached",
		begin + `local m = mime.template{ from = "ann@example.org", to = "{{.a}}", subject = "x", text = "Dear {{.a}}" }:render{ a = "bob@example.org" }; print(m:sign(pgp).content_type)`: "multipart/signed",

		`mime.smime{}`:                                       `error: mime.smime: option "cert_file" or "recipients" is missing`,
		`mime.pgp{}`:                                         `error: mime.pgp: option "key_file" or "recipients" is missing`,
		`mime.pgp{ key_file = "a", key = "b" }`:              `error: mime.pgp: give either option "key_file" or "key"`,
		`mime.smime{ cert_file = "/nowhere/me.crt" }`:        `error: cannot read /nowhere/me.crt: no such file or directory`,
		`mime.smime{ certfile = "x" }`:                       `error: mime.smime: unknown option "certfile"; did you mean "cert_file"?`,
		begin + `mime.smime{ cert_file = dir .. "ann.crt" }`: `error: mime.smime: ` + dir + `ann.crt: there is no PEM private key`,
		begin + `mime.smime{ recipients = { dir .. "ann.crt", dir .. "bob.key" } }`:       `error: mime.smime: ` + dir + `bob.key: there is no PEM certificate`,
		begin + `mime.pgp{ recipients = { dir .. "ann.crt" } }`:                           `error: mime.pgp: ` + dir + `ann.crt: there is no OpenPGP key`,
		begin + `mime.smime{ cert_file = dir .. "ann.crt", key_file = dir .. "bob.key" }`: `error: mime.smime: ` + dir + `ann.crt: the private key does not belong to the certificate`,
		begin + `mime.pgp{ key_file = dir .. "ann-secret.asc", passphrase = "hunter3" }`:  `error: mime.pgp: passphrase: the passphrase does not open the private key`,
		begin + `mime.pgp{ key_file = dir .. "ann-secret.asc" }`:                          `error: mime.pgp: ` + dir + `ann-secret.asc: the private key is encrypted and there is no passphrase`,
		begin + `mime.pgp{ recipients = dir .. "bob.asc", sign_with = keys }`:             `error: mime.pgp: sign_with must be what mime.pgp makes of a private key, got an object`,
		begin + `letter():sign(both)`:                                                     `error: part:sign: this mime.smime has no key to sign with, only recipients`,
		begin + `letter():encrypt(pgp)`:                                                   `error: part:encrypt: this mime.pgp has no recipients, only a key to sign with`,
		begin + `letter():encrypt("bob.crt")`:                                             `error: part:encrypt: recipients must be what mime.smime or mime.pgp makes, got a string`,
	})
}

// TestSecureWarnings are logged once.
func TestSecureWarnings(t *testing.T) {
	begin := secureCode(secureFiles(t))
	for code, want := range map[string]string{
		`letter():sign(ann):encrypt(both)`:                                                  ``,
		`for i = 1, 3 do local m = letter(); m.From = "eve@example.org"; m:sign(ann) end`:   `level=WARN msg="mime.smime: the certificate that signs is of ann@example.org, not of the author eve@example.org"`,
		`for i = 1, 3 do local m = letter(); m.Cc = "eve@example.org"; m:encrypt(keys) end`: `level=WARN msg="mime.pgp: there is no key of eve@example.org, who cannot read the message"`,
	} {
		_, logged, err := runBinding(t, begin+code, "")
		if err != nil || strings.TrimSpace(logged) != want {
			t.Errorf("%s: %v\n%s, want\n%s", code, err, logged, want)
		}
	}
}
