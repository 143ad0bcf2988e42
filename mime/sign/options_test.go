package sign

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"moonpost/mime"
)

func TestOptions(t *testing.T) {
	tests := []struct {
		name   string
		change func(*DKIMOptions)
		want   string // part of the error; "" for none
	}{
		{"as is", func(*DKIMOptions) {}, ""},
		{"international domain", func(o *DKIMOptions) { o.Domain = "Bücher.example" }, ""},
		{"no domain", func(o *DKIMOptions) { o.Domain = "" }, "domain: it is missing"},
		{"injection by the domain", func(o *DKIMOptions) { o.Domain = "example.org; l=0" }, "domain: this is not a name for DNS"},
		{"a line break in the domain", func(o *DKIMOptions) { o.Domain = "example.org\r\nBcc: x@y.test" }, "domain: this is not"},
		{"address literal", func(o *DKIMOptions) { o.Domain = "[127.0.0.1]" }, "domain: this is not"},
		{"no selector", func(o *DKIMOptions) { o.Selector = "" }, "selector: it is missing"},
		{"injection by the selector", func(o *DKIMOptions) { o.Selector = "s;x=1" }, "selector: this is not"},
		{"selector of several labels", func(o *DKIMOptions) { o.Selector = "2026.march_1" }, ""},
		{"too long together", func(o *DKIMOptions) { o.Selector = strings.Repeat("abc.", 60) + "x" }, "record is too long"},
		{"canonicalization", func(o *DKIMOptions) { o.Canonicalization = "relaxed/lax" }, "canonicalization: this is not"},
		{"injection by names", func(o *DKIMOptions) { o.Headers = []string{"From; l=0"} }, "headers: this is not the name"},
		{"a colon in a name", func(o *DKIMOptions) { o.Oversign = []string{"From:To"} }, "headers: this is not the name"},
		{"long name", func(o *DKIMOptions) { o.Headers = []string{strings.Repeat("x", 71)} }, "headers: this is not the name"},
		{"signature of signatures", func(o *DKIMOptions) { o.Headers = []string{"dkim-signature"} }, "does not sign signatures"},
		{"identity", func(o *DKIMOptions) { o.Identity = "@news.example.org" }, ""},
		{"identity of another", func(o *DKIMOptions) { o.Identity = "x@example.com" }, "in the signing domain"},
		{"identity of a namesake", func(o *DKIMOptions) { o.Identity = "x@badexample.org" }, "in the signing domain"},
		{"identity without @", func(o *DKIMOptions) { o.Identity = "example.org" }, "it needs an @"},
		{"injection by the identity", func(o *DKIMOptions) { o.Identity = "a\r\nb@example.org" }, "must be printable ASCII"},
		{"no time to live", func(o *DKIMOptions) { o.Expires = time.Millisecond }, "expires: a signature holds"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			o := DKIMOptions{Domain: "example.org", Selector: "e", Key: []byte(rfcSeed)}
			c.change(&o)
			_, err := NewDKIM(o)
			checkError(t, err, c.want)
		})
	}
}

func checkError(t *testing.T, err error, want string) {
	t.Helper()
	var fault *mime.Error
	switch {
	case want == "" && err != nil, want != "" && (!errors.As(err, &fault) || !strings.Contains(err.Error(), want)):
		t.Errorf("the error is %v, not %q", err, want)
	case want == "":
	case strings.Contains(err.Error()+fault.Hint(), rfcSeed[:8]) || strings.Contains(err.Error(), "MII"):
		t.Errorf("the error shows the key: %v", err)
	}
}

func TestKeys(t *testing.T) {
	key, ed := must(rsa.GenerateKey(rand.Reader, 2048)), ed25519.NewKeyFromSeed(make([]byte, 32))
	ec := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	block := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	pkcs8 := func(key any) string { return block("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(key))) }
	tests := []struct{ name, text, want string }{
		{"RSA, PKCS #1", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), ""},
		{"RSA, PKCS #8", pkcs8(key), ""},
		{"Ed25519, PKCS #8", pkcs8(ed), ""},
		{"Ed25519, seed", "\n" + rfcSeed + "\n", ""},
		{"indented, CRLF", strings.ReplaceAll("key:\n"+pkcs8(ed), "\n", "\r\n\t  "), ""},
		{"after parameters", block("EC PARAMETERS", []byte{6}) + pkcs8(ed), ""},
		{"nothing", " \n", "the key is empty"},
		{"text", "secret" + rfcSeed, "neither a key in PEM form"},
		{"seed of 31 octets", base64.StdEncoding.EncodeToString(make([]byte, 31)), "neither a key in PEM form"},
		{"ECDSA", pkcs8(ec), "keys of this kind"},
		{"ECDSA, SEC 1", block("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ec))), "no use for ECDSA"},
		{"public key", block("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(ed.Public()))), "this is no private key but PUBLIC KEY"},
		{"only parameters", block("EC PARAMETERS", []byte{6}), "this is no private key"},
		{"OpenSSH", block("OPENSSH PRIVATE KEY", []byte("x")), "in OpenSSH's form"},
		{"encrypted", block("ENCRYPTED PRIVATE KEY", []byte("x")), "encrypted with a passphrase"},
		{"encrypted, PKCS #1", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "encrypted with a passphrase"},
		{"damaged", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)[:500]), "the key is damaged"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseKey([]byte(c.text))
			checkError(t, err, c.want)
		})
	}
}

// TestSmallKeys looks at RSA keys that are too small, or nearly so. Nobody can make one of 512 bits any more.
func TestSmallKeys(t *testing.T) { // RFC 8301 §3.2
	for bits, want := range map[uint]string{512: "only 512 bits", 1023: "only 1023 bits", 1024: ""} {
		key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), bits-1), E: 65537}}
		got, err := usable(key)
		checkError(t, err, want)
		if err == nil && !strings.Contains(weakness(got), "only 1024 bits") {
			t.Errorf("no warning: %q", weakness(got))
		}
	}
	if rsaSigner().Warning() != "" || edSigner().Warning() != "" {
		t.Error("a good key is warned of")
	}
}

func TestRecord(t *testing.T) {
	e := edSigner()
	if e.RecordName() != "e._domainkey.example.org" || e.Record() != rfcEd25519 || e.Domain() != "example.org" || e.Selector() != "e" || e.Algorithm() != "ed25519-sha256" {
		t.Errorf("%s %s %s", e.RecordName(), e.Record(), e.Algorithm())
	}
	if want := `e._domainkey.example.org. IN TXT ( "` + rfcEd25519 + `" )`; e.ZoneLine() != want {
		t.Errorf("the line is %s, not %s", e.ZoneLine(), want)
	}
	r := rsaSigner()
	for part := range strings.SplitSeq(r.ZoneLine(), `"`) {
		if len(part) > 255 {
			t.Errorf("a string of %d octets: %s", len(part), part)
		}
	}
	if joined := strings.Join(strings.Split(r.ZoneLine(), `" "`), ""); !strings.Contains(joined, r.Record()) {
		t.Errorf("the line is %s", joined)
	}
}

// TestTimes puts the clock's time into the signature, and what the option adds to it.
func TestTimes(t *testing.T) {
	m := compose(nil)
	m.Sign(edSigner(func(o *DKIMOptions) { o.Expires = time.Hour }))
	b := octetsOf(t, m, false, false)
	if at, end := tagOf(t, b, "t"), tagOf(t, b, "x"); at != "1772353800" || end != "1772357400" {
		t.Errorf("t=%s x=%s", at, end)
	}
}
