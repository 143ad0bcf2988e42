package sign_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/mime"
	"moonpost/mime/sign"

	"github.com/smallstep/pkcs7"
)

// holder is somebody with a certificate.
type holder struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func (h holder) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.certificate.Raw})
}

func (h holder) keyPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(h.key))})
}

// issue makes a certificate for an address; change alters it.
func (h *holder) issue(key crypto.Signer, address string, change func(c *x509.Certificate)) holder {
	c := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, big.NewInt(1<<60))), Subject: pkix.Name{CommonName: address}, EmailAddresses: []string{address},
		NotBefore: now.AddDate(0, -6, 0), NotAfter: now.AddDate(0, 6, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
	}
	if change != nil {
		change(c)
	}
	parent, by := c, key
	if h != nil {
		parent, by = h.certificate, h.key
	}
	der := must(x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by))
	return holder{must(x509.ParseCertificate(der)), key}
}

func authority(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid, c.EmailAddresses, c.ExtKeyUsage = true, true, nil, nil
	c.KeyUsage = x509.KeyUsageCertSign
}

// people are made once: a root, an authority below it, and those who have certificates from there.
var people = sync.OnceValue(func() (p struct{ root, issuer, ann, bob, carol holder }) {
	p.root = (*holder)(nil).issue(newEC(), "Root", authority)
	p.issuer = p.root.issue(newEC(), "Issuer", authority)
	p.ann = p.issuer.issue(newRSA(), "ann@example.org", nil)
	p.bob = p.issuer.issue(newRSA(), "bob@example.org", nil)
	p.carol = p.issuer.issue(newEC(), "carol@example.org", nil)
	return p
})

func newRSA() crypto.Signer { return must(rsa.GenerateKey(rand.Reader, 2048)) }
func newEC() crypto.Signer  { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

func signer(t *testing.T, h holder) *sign.SMIME {
	t.Helper()
	s, err := sign.NewSMIME(h.pem(), h.keyPEM(), append(people().root.pem(), people().issuer.pem()...), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func file(t *testing.T, name string, octets []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, octets, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSMIMESigned(t *testing.T) {
	for name, change := range bodies {
		t.Run(name, func(t *testing.T) {
			m := compose(change)
			if err := signer(t, people().ann).Apply(m); err != nil {
				t.Fatal(err)
			}
			message := octets(t, m)
			for _, want := range []string{"micalg=sha-256", `protocol="application/pkcs7-signature"`, `Content-Disposition: attachment; filename=smime.p7s`, "name=smime.p7s\r\n", "Subject: Zahlen =?utf-8?"} {
				if !strings.Contains(string(message), want) {
					t.Errorf("no %s in\n%s", want, message)
				}
			}
			entity, part := signedParts(t, message)
			steady(t, entity)
			signature := content(t, part)
			verifySMIME(t, signature, entity, true)
			verifySMIME(t, signature, flip(entity), false)
		})
	}
}

// verifySMIME has the library look at a signature that stands beside the octets.
func verifySMIME(t *testing.T, signature, entity []byte, good bool) {
	t.Helper()
	p7, err := pkcs7.Parse(signature)
	if err != nil {
		t.Fatal(err)
	}
	if len(p7.Content) > 0 {
		t.Error("the signature is not detached")
	}
	p7.Content = entity
	roots := x509.NewCertPool()
	roots.AddCert(people().root.certificate)
	if err := p7.VerifyWithChainAtTime(roots, now); (err == nil) != good {
		t.Errorf("verified: %v", err)
	}
	var at time.Time
	if err := p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at); err != nil || !at.Equal(now) {
		t.Errorf("signed at %v (%v), the clock says %v", at, err, now)
	}
	if len(p7.Certificates) != 2 {
		t.Errorf("%d certificates, want the signer's and its issuer's", len(p7.Certificates))
	}
}

// TestSMIMEByOpenSSL has another implementation verify, and find what was sent.
func TestSMIMEByOpenSSL(t *testing.T) {
	openssl := tool(t, "openssl")
	root := file(t, "root.pem", people().root.pem())
	verify := func(t *testing.T, message []byte) ([]byte, error) {
		return run(t, message, openssl, "cms", "-verify", "-CAfile", root, "-attime", strconv.FormatInt(now.Unix(), 10), "-purpose", "smimesign")
	}
	for name, change := range bodies {
		t.Run(name, func(t *testing.T) {
			for _, kind := range []string{"RSA", "ECDSA", "opaque"} {
				if kind != "RSA" && name != "tree" && name != "trailing blanks" {
					continue
				}
				h := people().ann
				if kind == "ECDSA" {
					h = people().carol
				}
				s := signer(t, h)
				s.Opaque = kind == "opaque"
				m := compose(change)
				if err := s.Apply(m); err != nil {
					t.Fatal(err)
				}
				message := octets(t, m)
				got, err := verify(t, message)
				if err != nil {
					t.Fatalf("%s: openssl refuses\n%s", kind, message)
				}
				if s.Opaque {
					sameTree(t, got, change)
					continue
				}
				entity, _ := signedParts(t, message)
				if string(got) != string(entity) {
					t.Errorf("%s: openssl read\n%q, want\n%q", kind, got, entity)
				}
				if kind == "RSA" {
					sameTree(t, entity, change)
				}
			}
		})
	}
	t.Run("changed", func(t *testing.T) {
		m := compose(bodies["plain"])
		if err := signer(t, people().ann).Apply(m); err != nil {
			t.Fatal(err)
		}
		if _, err := verify(t, []byte(strings.Replace(string(octets(t, m)), "Hello", "Hallo", 1))); err == nil {
			t.Error("openssl verified what was changed")
		}
	})
}

func TestSMIMEEncrypted(t *testing.T) {
	for name, change := range bodies {
		t.Run(name, func(t *testing.T) {
			m := encrypted(t, change)
			message := octets(t, m)
			if strings.Contains(string(message), "Hello") || !strings.Contains(string(message), "smime-type=enveloped-data") {
				t.Errorf("not encrypted:\n%s", message)
			}
			p7, err := pkcs7.Parse(content(t, message))
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range []holder{people().ann, people().bob} {
				entity, err := p7.Decrypt(h.certificate, h.key)
				if err != nil {
					t.Fatal(err)
				}
				steady(t, entity)
			}
		})
	}
}

func encrypted(t *testing.T, change func(s *mime.Spec)) *mime.Message {
	t.Helper()
	r, err := sign.NewSMIMERecipients(people().ann.pem(), people().bob.pem())
	if err != nil {
		t.Fatal(err)
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

func TestSMIMEDecryptedByOpenSSL(t *testing.T) {
	openssl := tool(t, "openssl")
	certificate, key := file(t, "bob.crt", people().bob.pem()), file(t, "bob.key", people().bob.keyPEM())
	for name, change := range bodies {
		t.Run(name, func(t *testing.T) {
			entity, err := run(t, octets(t, encrypted(t, change)), openssl, "cms", "-decrypt", "-recip", certificate, "-inkey", key)
			if err != nil {
				t.Fatal(err)
			}
			sameTree(t, entity, change)
		})
	}
	for name, curve := range map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()} {
		t.Run(name, func(t *testing.T) {
			issuer := people().issuer
			h := issuer.issue(must(ecdsa.GenerateKey(curve, rand.Reader)), "dora@example.org", func(c *x509.Certificate) {
				c.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyAgreement
			})
			m := compose(bodies["tree"])
			if err := must(sign.NewSMIMERecipients(people().bob.pem(), h.pem())).Apply(m); err != nil {
				t.Fatal(err)
			}
			for _, to := range []holder{h, people().bob} {
				certificate, key := file(t, "c.crt", to.pem()), file(t, "c.key", to.keyPEM())
				entity, err := run(t, octets(t, m), openssl, "cms", "-decrypt", "-recip", certificate, "-inkey", key)
				if err != nil {
					t.Fatal(err)
				}
				sameTree(t, entity, bodies["tree"])
			}
		})
	}
	t.Run("as DER", func(t *testing.T) {
		out, err := run(t, content(t, octets(t, encrypted(t, bodies["plain"]))), openssl, "cms", "-cmsout", "-print", "-noout", "-inform", "DER")
		if err != nil || !strings.Contains(string(out), "aes-256-cbc") || strings.Count(string(out), "parameter: NULL") != 2 {
			t.Errorf("%v\n%s", err, out)
		}
	})
}

// TestSMIMESignedThenEncrypted goes the way of msg:sign(a):encrypt(b).
func TestSMIMESignedThenEncrypted(t *testing.T) {
	m := compose(bodies["tree"])
	if err := signer(t, people().ann).Apply(m); err != nil {
		t.Fatal(err)
	}
	r := must(sign.NewSMIMERecipients(people().bob.pem()))
	if err := r.Apply(m); err != nil {
		t.Fatal(err)
	}
	p7, err := pkcs7.Parse(content(t, octets(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	inner, err := p7.Decrypt(people().bob.certificate, people().bob.key)
	if err != nil {
		t.Fatal(err)
	}
	entity, part := signedParts(t, append(inner, "\r\n"...))
	verifySMIME(t, content(t, part), entity, true)
	sameTree(t, entity, bodies["tree"])
}

func TestSMIMEKeys(t *testing.T) {
	ann, bob, issuer := people().ann, people().bob, people().issuer
	ec := people().carol.key.(*ecdsa.PrivateKey)
	rsaKey := ann.key.(*rsa.PrivateKey)
	encode := func(kind string, der []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}) }
	tests := map[string]struct {
		certificate, key []byte
		want             string // part of the error, or ""
	}{
		"PKCS 8":             {ann.pem(), ann.keyPEM(), ""},
		"PKCS 1":             {ann.pem(), encode("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), ""},
		"SEC 1":              {people().carol.pem(), encode("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec))), ""},
		"all in one":         {append(append(issuer.pem(), ann.keyPEM()...), ann.pem()...), append(issuer.pem(), ann.keyPEM()...), ""},
		"another's key":      {ann.pem(), bob.keyPEM(), "does not belong"},
		"no certificate":     {ann.keyPEM(), ann.keyPEM(), "no PEM certificate"},
		"no key":             {ann.pem(), ann.pem(), "no PEM private key"},
		"DER":                {ann.certificate.Raw, ann.keyPEM(), "no PEM certificate"},
		"broken key":         {ann.pem(), encode("PRIVATE KEY", []byte("secret")), "cannot be read"},
		"broken certificate": {encode("CERTIFICATE", []byte("x")), ann.keyPEM(), "cannot be read"},
		"encrypted, none":    {ann.pem(), encode("ENCRYPTED PRIVATE KEY", []byte("x")), "no passphrase"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := sign.NewSMIME(test.certificate, test.key, nil, "")
			checkError(t, err, test.want)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Error(err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("error %v, want one with %q", err, want)
	case err != nil && strings.Contains(err.Error(), "secret"):
		t.Errorf("the error shows what it must not: %v", err)
	}
}

// TestSMIMEPassphrase opens keys as OpenSSL encrypts them.
func TestSMIMEPassphrase(t *testing.T) {
	openssl := tool(t, "openssl")
	ann := people().ann
	for name, args := range map[string][]string{
		"default": nil, "AES-128": {"-v2", "aes128"}, "SHA-1": {"-v2prf", "hmacWithSHA1"}, "SHA-512": {"-v2", "aes192", "-v2prf", "hmacWithSHA512"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"pkcs8", "-topk8", "-passout", "pass:secret word"}, args...)
			key, err := run(t, ann.keyPEM(), openssl, args...)
			if err != nil {
				t.Fatal(err)
			}
			_, err = sign.NewSMIME(ann.pem(), key, nil, "secret word")
			checkError(t, err, "")
			_, err = sign.NewSMIME(ann.pem(), key, nil, "secret ward")
			checkError(t, err, "key")
			_, err = sign.NewSMIME(ann.pem(), key, nil, "")
			checkError(t, err, "no passphrase")
		})
	}
	key, err := run(t, ann.keyPEM(), openssl, "pkcs8", "-topk8", "-passout", "pass:secret word", "-v2", "des3")
	if err != nil {
		t.Fatal(err)
	}
	_, err = sign.NewSMIME(ann.pem(), key, nil, "secret word")
	checkError(t, err, "not known here")
}

func TestSMIMEUnfit(t *testing.T) {
	issuer, key := people().issuer, people().ann.key
	tests := map[string]struct {
		change      func(c *x509.Certificate)
		signing     string
		encrypting  string
		wantWarning string
	}{
		"good":         {nil, "", "", ""},
		"expired":      {func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Second) }, "ann@example.org expired on 2026-03-01 08:29:59 UTC", "expired", ""},
		"too early":    {func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }, "not valid before", "not valid before", ""},
		"for signing":  {func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }, "", "not made for encryption", ""},
		"to encrypt":   {func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }, "not made for signing", "", ""},
		"for servers":  {func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }, "not made for mail", "not made for mail", ""},
		"for anything": {func(c *x509.Certificate) { c.KeyUsage, c.ExtKeyUsage = 0, nil }, "", "", ""},
		"of another":   {func(c *x509.Certificate) { c.EmailAddresses = []string{"eve@example.org"} }, "", "", "eve@example.org"},
		"of ANN":       {func(c *x509.Certificate) { c.EmailAddresses = []string{"ANN@example.org"} }, "", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			h := issuer.issue(key, "ann@example.org", test.change)
			m := compose(bodies["plain"])
			before := string(octets(t, m))
			err := signer(t, h).Apply(m)
			checkError(t, err, test.signing)
			if after := string(octets(t, m)); err != nil && after != before {
				t.Error("a failure changed the message")
			}
			if warnings := strings.Join(m.Warnings(), "\n"); (test.wantWarning != "") != (warnings != "") || !strings.Contains(warnings, test.wantWarning) {
				t.Errorf("warnings %q", warnings)
			}
			checkError(t, must(sign.NewSMIMERecipients(h.pem())).Apply(compose(bodies["plain"])), test.encrypting)
		})
	}
	ec := people().carol
	checkError(t, must(sign.NewSMIMERecipients(ec.pem())).Apply(compose(bodies["plain"])), "carol@example.org is not made for encryption")
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	h := issuer.issue(edwards, "emil@example.org", nil)
	_, err = sign.NewSMIMERecipients(h.pem())
	checkError(t, err, "emil@example.org has neither an RSA key")
	_, err = sign.NewSMIME(h.pem(), h.keyPEM(), nil, "")
	checkError(t, err, "only RSA and ECDSA")
	_, err = sign.NewSMIMERecipients()
	checkError(t, err, "nobody")
}

// TestSMIMERenewed signs with the certificate that lasts longest of those for one key.
func TestSMIMERenewed(t *testing.T) {
	ann, issuer := people().ann, people().issuer
	old := issuer.issue(ann.key, "ann@example.org", func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) })
	for _, file := range [][]byte{append(old.pem(), ann.pem()...), append(ann.pem(), old.pem()...)} {
		if err := must(sign.NewSMIME(file, ann.keyPEM(), issuer.pem(), "")).Apply(compose(bodies["plain"])); err != nil {
			t.Error(err)
		}
	}
}

// TestSMIMEWarnings looks at what is allowed and probably not meant.
func TestSMIMEWarnings(t *testing.T) {
	m := compose(func(s *mime.Spec) {
		s.Text, s.Bcc = ptr("x"), []mime.Address{{Address: "hidden@example.org"}}
	})
	if err := must(sign.NewSMIMERecipients(people().bob.pem())).Apply(m); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(m.Warnings(), "\n"); got != "there is no certificate of hidden@example.org, who cannot read the message" {
		t.Errorf("warnings %q", got)
	}
	m = compose(func(s *mime.Spec) { s.Text, s.Date = ptr("x"), now.Add(-2*time.Hour) })
	if err := signer(t, people().ann).Apply(m); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(m.Warnings(), "\n"); !strings.Contains(got, "more than an hour") {
		t.Errorf("warnings %q", got)
	}
}

// TestSMIMESignedTwiceTheSame holds the same key and clock to the same octets.
func TestSMIMESignedTwiceTheSame(t *testing.T) {
	var last []byte
	for range 2 {
		m := compose(bodies["plain"])
		if err := signer(t, people().ann).Apply(m); err != nil {
			t.Fatal(err)
		}
		_, part := signedParts(t, octets(t, m))
		signature := content(t, part)
		if last != nil && string(signature) != string(last) {
			t.Error("two signatures of the same octets differ")
		}
		last = signature
	}
}
