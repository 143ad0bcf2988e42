package sign

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// The keys of RFC 8463 §A.2.
const (
	rfcSeed    = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
	rfcEd25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
	rfcRSA     = "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR" +
		"iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/" +
		"e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
)

func rfcMessage(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/rfc8463.eml")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
}

// TestRFC8463Message holds the verifier of the other tests against the RFC's example, with and without changes.
func TestRFC8463Message(t *testing.T) {
	records := map[string]string{"brisbane._domainkey.football.example.com": rfcEd25519, "test._domainkey.football.example.com": rfcRSA}
	if got := verify(t, rfcMessage(t), records); len(got) != 2 || got[0] != nil || got[1] != nil {
		t.Errorf("the RFC's message: %v", got)
	}
	changed := bytes.Replace(rfcMessage(t), []byte("game.  Are"), []byte("game. Were"), 1)
	if got := verify(t, changed, records); len(got) != 2 || got[0] == nil || got[1] == nil {
		t.Errorf("the RFC's message with another word: %v", got)
	}
}

// TestRFC8463Signature makes the RFC's signature by our own canonical forms: Ed25519 leaves no choice.
func TestRFC8463Signature(t *testing.T) {
	header, body, _ := bytes.Cut(rfcMessage(t), []byte("\r\n\r\n"))
	hash, err := hashBody(true, func(f func([]byte) error) error { return f(body) })
	if got := base64.StdEncoding.EncodeToString(hash); err != nil || got != "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=" {
		t.Errorf("the hash of the body is %s %v", got, err)
	}
	fields := splitHeader(append(header, "\r\n"...), nil)
	var data []byte
	for _, f := range fields[2:] { // From To Subject Date Message-ID, as the h= tag has them
		data = appendField(data, f, true)
	}
	value := regexp.MustCompile(`b=/[^;]*$`).FindString(string(fields[0].raw))
	own := headerField{name: fields[0].name, raw: []byte(strings.TrimSuffix(string(fields[0].raw), value) + "b=")}
	data = bytes.TrimSuffix(appendField(data, own, true), []byte("\r\n"))
	key, err := ParseKey([]byte(rfcSeed))
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(data)
	want := strings.NewReplacer("b=", "", "\r\n", "", " ", "").Replace(value)
	if got := base64.StdEncoding.EncodeToString(ed25519.Sign(key.(ed25519.PrivateKey), digest[:])); got != want {
		t.Errorf("the signature is %s, not %s", got, want)
	}
	if kind, public, err := publicText(key); err != nil || "v=DKIM1; k="+kind+"; p="+public != rfcEd25519 {
		t.Errorf("the record is %s %s %v", kind, public, err)
	}
}

// verify gives what go-msgauth says of every signature.
func verify(t testing.TB, message []byte, records map[string]string) []error {
	t.Helper()
	list, err := dkim.VerifyWithOptions(bytes.NewReader(message), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		return []string{records[name]}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	var out []error
	for _, v := range list {
		out = append(out, v.Err)
	}
	return out
}
