package data

import (
	"encoding/hex"
	"io"
	"strings"
	"testing"
)

func TestHashes(t *testing.T) {
	for name, want := range map[string]string{"md5": "900150983cd24fb0d6963f7d28e17f72", "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d", "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "crc32": "352441c2"} {
		h, err := NewHash(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(h, "abc")
		if got := hex.EncodeToString(h.Sum(nil)); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	for name, want := range map[string]string{"SHA-256": `did you mean "sha256"?`, "sha3": `did you mean "sha`, "": "there are md5", "xyzzy": "there are md5"} {
		if _, err := NewHash(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", name, err)
		}
	}
	// RFC 4231 §4.3
	if sum, err := HMAC("sha256", "Jefe", "what do ya want for nothing?"); err != nil || hex.EncodeToString(sum) != "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" {
		t.Errorf("%x, %v", sum, err)
	}
	if _, err := HMAC("crc32", "k", "x"); err == nil || strings.Contains(err.Error(), "md5, sha1, sha256, sha512, crc32") {
		t.Error(err)
	}
}
