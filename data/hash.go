package data

import (
	"crypto/hmac"
	"crypto/md5"  //nolint:gosec // other systems' file sums and ETags
	"crypto/sha1" //nolint:gosec // partners' signatures may still ask for HMAC-SHA-1
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"strings"
)

// hashes are the algorithms by name.
var hashes = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New,
	"crc32": func() hash.Hash { return crc32.NewIEEE() },
}

// HashNames lists what NewHash knows.
func HashNames() []string { return []string{"md5", "sha1", "sha256", "sha512", "crc32"} }

// NewHash makes a hash by its name: md5, sha1, sha256, sha512 or crc32
// (of IEEE 802.3, as in zip).
func NewHash(algorithm string) (hash.Hash, error) {
	fresh, ok := hashes[algorithm]
	if !ok {
		return nil, unknownHash(algorithm, HashNames())
	}
	return fresh(), nil
}

// HMAC signs a text with a key (RFC 2104); crc32 cannot.
func HMAC(algorithm, key, text string) ([]byte, error) {
	fresh, ok := hashes[algorithm]
	if !ok || algorithm == "crc32" {
		return nil, unknownHash(algorithm, HashNames()[:4])
	}
	mac := hmac.New(fresh, []byte(key))
	_, _ = io.WriteString(mac, text)
	return mac.Sum(nil), nil
}

func unknownHash(algorithm string, names []string) error {
	text := fmt.Sprintf("unknown algorithm %q", shorten(algorithm))
	if near := Nearest(strings.ReplaceAll(strings.ToLower(algorithm), "-", ""), names); near != "" {
		return fmt.Errorf("%s; did you mean %q?", text, near)
	}
	return fmt.Errorf("%s; there are %s", text, strings.Join(names, ", "))
}
