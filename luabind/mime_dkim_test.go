package luabind

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// The key and the record of RFC 8463 §A.2.
const (
	seedOfRFC   = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
	recordOfRFC = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
)

// keyFiles writes keys into files and gives their folder.
func keyFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	large, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(large.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"rsa.pem":   {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(large)},
		"small.pem": {Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(small)},
		"pub.pem":   {Type: "PUBLIC KEY", Bytes: public},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.ToSlash(dir) + "/"
}

// dkimCode makes two signers and a message.
func dkimCode(dir string) string {
	return `
	local ed = mime.dkim{ domain = "example.org", selector = "e", key = "` + seedOfRFC + `" }
	local rsa = mime.dkim{ domain = "Example.ORG", selector = "r", key_file = "` + dir + `rsa.pem", expires = "3650d", identity = "@news.example.org" }
	local fields = { from = "News <news@example.org>", to = "ann@x.example", subject = "Übersicht", text = "Grüße\n  two  blanks\n\n", html = "<p>Grüße</p>",
		list = { unsubscribe = "https://example.org/u", one_click = true } }
	local function with(key, value) local t = {} for k, v in pairs(fields) do t[k] = v end t[key] = value return t end
	local function dns() print("DNS", (rsa:dns())) print("DNS", select(2, rsa:dns())) end
	`
}

func TestDKIM(t *testing.T) {
	dir := keyFiles(t)
	begin := dkimCode(dir)
	checkBinding(t, map[string]string{
		begin + `print(ed:dns())`: "e._domainkey.example.org\t" + recordOfRFC + "\te._domainkey.example.org. IN TXT ( \"" + recordOfRFC + "\" )",
		begin + `print(ed.domain, ed.selector, ed.algorithm, rsa.domain, rsa.algorithm)`:                                                                                                                                  "example.org\te\ted25519-sha256\texample.org\trsa-sha256",
		begin + `local m = mime.message(with("dkim", ed)); print(tostring(m) == tostring(m), m:size() == #tostring(m), tostring(m):match("^DKIM%-Signature: v=1; a=ed25519%-sha256;") ~= nil)`:                            "true\ttrue\ttrue",
		begin + `local m = mime.message(fields); print(m:sign(ed) == m, tostring(m):match("t=(%d+)"), m["DKIM-Signature"])`:                                                                                               "true\t1800000000\tnil",
		begin + `local m = mime.message(with("dkim", ed)); local _, n = tostring(m:clone{ To = "bob@x.example" }:sign(rsa)):gsub("DKIM%-Signature:", ""); print(n, tostring(m):find("r;") == nil)`:                        "2\ttrue",
		`print(mime.dkim{ domain = "bücher.example", selector = "s", key = "` + seedOfRFC + `" }.domain)`:                                                                                                                 "xn--bcher-kva.example",
		begin + `local d = mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `", headers = { "Subject" }, oversign = false }; print(tostring(mime.message(with("dkim", d))):match("h=([^;]*);"))`: "From:Subject",
		begin + `local d = mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `", headers = "Subject", oversign = { "To" } }; print(tostring(mime.message(with("dkim", d))):match("h=([^;]*);"))`:  "From:Subject:To:To",
		begin + `local d = mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `", canonicalization = "simple/relaxed" }; print(tostring(mime.message(with("dkim", d))):match("c=([^;]*);"))`:       "simple/relaxed",
		begin + `print(mime.template(with("dkim", { ed, rsa })):render():sign(ed):size() > 1000)`:                                                                                                                         "true",

		`mime.dkim{ domain = "example.org", selector = "s" }`:                                                     `error: mime.dkim: give either option "key_file" or "key"`,
		`mime.dkim{ domain = "example.org", key = "x" }`:                                                          `error: mime.dkim: option "selector" is missing`,
		`mime.dkim{ domain = "example.org", selector = "s", key = "hunter2" }`:                                    `error: mime.dkim: key: this is neither a key in PEM form nor an Ed25519 key of 32 octets in base64`,
		`mime.dkim{ domain = "example.org", selector = "s", key_file = "` + dir + `pub.pem" }`:                    `error: mime.dkim: ` + dir + `pub.pem: this is no private key but PUBLIC KEY`,
		`mime.dkim{ domain = "example.org", selector = "s", key_file = "/nowhere/dkim.pem" }`:                     `error: cannot read /nowhere/dkim.pem: no such file or directory`,
		`mime.dkim{ domain = "a;b", selector = "s", key = "` + seedOfRFC + `" }`:                                  `error: mime.dkim: domain: this is not a name for DNS: "a;b"`,
		`mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `", identity = "@x.example" }`: `error: mime.dkim: identity: it must be in the signing domain or below it: "@x.example"`,
		`mime.dkim{ domian = "example.org" }`:                                                                     `error: mime.dkim: unknown option "domian"; did you mean "domain"?`,
		`mime.message{ from = "a@b.example", to = "c@d.example", text = "x", dkim = "dkim.pem" }`:                 `error: mime.message: dkim must be a signer or a list of signers, got a string`,
		`mime.message{ from = "a@b.example", to = "c@d.example", text = "x", dkim = { domain = "b.example" } }`:   `error: mime.message: dkim must be a signer or a list of signers, got a table`,
		`mime.template{ from = "a@b.example", to = "c@d.example", text = "x", dkim = mime.text("x") }`:            `error: mime.template: dkim must be a signer or a list of signers, got an object`,
		`mime.text("x"):sign("key")`: `error: part:sign: signer must be one, such as mime.dkim makes, got a string`,
		begin + `print(ed.dsn)`:      `error: mime.DKIM has no field "dsn"; did you mean "dns"?`,
	})
}

// TestDKIMVerifies sends messages in all the ways of signing to go-msgauth's verifier.
func TestDKIMVerifies(t *testing.T) {
	begin := dkimCode(keyFiles(t))
	for code, count := range map[string]int{
		`io.write(tostring(mime.message(with("dkim", ed))))`:                                                                                         1,
		`io.write(tostring(mime.message(with("dkim", { rsa, ed }))))`:                                                                                2,
		`io.write(tostring(mime.parse(tostring(mime.message(with("dkim", ed)))):sign(rsa)))`:                                                         2,
		`io.write(mime.message(fields):sign(rsa):bytes{ eight_bit = true })`:                                                                         1,
		`io.write(tostring(mime.template(with("dkim", { ed, rsa })):render()))`:                                                                      2,
		`fields.text = "Dear {{.n}}"; io.write(mime.template(with("dkim", { ed, rsa })):render{ n = "Ünn" }:bytes{ eight_bit = true })`:              2,
		`fields.text = "Dear {{.n}}"; local m = mime.template(with("dkim", rsa)):render{ n = "Ann" }; m.Subject = "y"; io.write(tostring(m))`:        1,
		`local p = mime.text("hi\n"); p.From = "a@example.org"; p.To = "b@x.example"; io.write(tostring(p:sign(ed)))`:                                1,
		`fields.attachments = { { data = "Dear {{.n}}", filename = "a.txt" } }; io.write(tostring(mime.template(with("dkim", ed)):render{ n = 1 }))`: 1,
	} {
		out, logged, err := runBinding(t, begin+"dns() "+code, "")
		if err != nil || logged != "" {
			t.Fatalf("%s: %v %s", code, err, logged)
		}
		lines := strings.SplitN(out, "\n", 3)
		records := map[string]string{
			"e._domainkey.example.org": recordOfRFC, strings.TrimPrefix(lines[0], "DNS\t"): strings.Split(lines[1], "\t")[1],
		}
		list, err := dkim.VerifyWithOptions(bytes.NewReader([]byte(lines[2])), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
			return []string{records[name]}, nil
		}})
		var errs []error
		for _, v := range list {
			errs = append(errs, v.Err)
		}
		if err != nil || len(list) != count || errors.Join(errs...) != nil {
			t.Errorf("%s: %d signatures, %v %v\n%s", code, len(list), err, errors.Join(errs...), lines[2])
		}
	}
}

// TestDKIMWarnings are logged once: for a weak key, and for a domain that is not the author's.
func TestDKIMWarnings(t *testing.T) {
	dir := keyFiles(t)
	message := `mime.message{ from = "a@example.com", to = "b@x.example", text = "x", dkim = d }; `
	for code, want := range map[string]string{
		`local d = mime.dkim{ domain = "example.com", selector = "s", key_file = "` + dir + `small.pem" }`:                                                         `level=WARN msg="mime.dkim: the RSA key has only 1024 bits; 2048 are recommended" domain=example.com selector=s`,
		`local d = mime.dkim{ domain = "example.com", selector = "s", key = "` + seedOfRFC + `" }; ` + message:                                                     ``,
		`local d = mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `" }; ` + message + message:                                           `level=WARN msg="test.lua:1: mime.message: no signature is of the author's domain example.com, so none counts for DMARC"`,
		`local d = mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `" }; ` + strings.Replace(message, "message{", "template{", 1):        `level=WARN msg="no DKIM signature is of the author's domain, so none counts for DMARC" domain=example.com`,
		`local d = mime.dkim{ domain = "example.org", selector = "s", key = "` + seedOfRFC + `" }; mime.template{ from = "{{.f}}", to = "a@b.example", dkim = d }`: ``,
	} {
		_, logged, err := runBinding(t, code, "")
		if got := strings.TrimSpace(logged); err != nil || got != want {
			t.Errorf("%s: %v\nlogged %s\nwant   %s", code, err, got, want)
		}
	}
}
