package sign

import (
	"encoding/hex"
	"testing"
)

func TestWrapKey(t *testing.T) { // RFC 3394 §4.6
	octets := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	got, err := wrapKey(octets("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
		octets("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f"))
	const want = "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
	if err != nil || hex.EncodeToString(got) != want {
		t.Errorf("%x (%v), want %s", got, err, want)
	}
}
