package smtp_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func TestLoadCertificates(t *testing.T) {
	ca, dir := smtptest.NewCA(t), t.TempDir()
	cert := ca.Certificate(t, "client")
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
	write := func(name string, data ...[]byte) string {
		path := filepath.Join(dir, name)
		var all []byte
		for _, d := range data {
			all = append(all, d...)
		}
		if err := os.WriteFile(path, all, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	both, certOnly, keyOnly := write("both.pem", certPEM, keyPEM), write("cert.pem", certPEM), write("key.pem", keyPEM)
	for _, files := range [][2]string{{certOnly, keyOnly}, {both, both}, {both, ""}} {
		var o smtp.TLSOptions
		if err := o.LoadCertificate(files[0], files[1]); err != nil || len(o.Certificates) != 1 {
			t.Errorf("%v: %v", files, err)
		}
	}
	var o smtp.TLSOptions
	for _, files := range [][2]string{{certOnly, ""}, {"", keyOnly}, {keyOnly, certOnly}} {
		wantError[*smtp.ArgumentError](t, o.LoadCertificate(files[0], files[1]), smtp.No)
	}
	wantError[*smtp.ArgumentError](t, o.LoadRoots(keyOnly), smtp.No)
	for _, err := range []error{o.LoadCertificate(filepath.Join(dir, "nothere"), ""), o.LoadRoots(filepath.Join(dir, "nothere"))} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
	if err := o.LoadRoots(write("ca.pem", ca.PEM)); err != nil || o.Roots == nil {
		t.Error(err)
	}
}
