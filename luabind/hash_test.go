package luabind

import (
	"os"
	"strings"
	"testing"
)

func TestHash(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("abc", []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	checkModule(t, map[string]string{
		`print(hash.md5("abc"), hash.crc32("abc"), #hash.sha1("abc"), #hash.sha256("abc"), #hash.sha512("abc"))`:          "900150983cd24fb0d6963f7d28e17f72\t352441c2\t40\t64\t128",
		`print(hash.sha256("abc", { raw = true }) == mime.base64.decode("ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="))`: "true",
		`print(hash.file("sha256", "abc") == hash.sha256("abc"), #hash.file("md5", "abc", { raw = true }))`:               "true\t16",
		`print(hash.hmac("sha256", "Jefe", "what do ya want for nothing?"))`:                                              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
		`print(hash.equal("a", "a"), hash.equal("a", "b"), hash.equal("a", "ab"), hash.equal("", ""))`:                    "true\tfalse\tfalse\ttrue",
		`print(#hash.random(8), #hash.random(8, { raw = true }), hash.random(16) ~= hash.random(16))`:                     "16\t8\ttrue",
		`print((hash.uuid():gsub("%x", "x")), hash.uuid():sub(15, 15), hash.uuid():sub(20, 20):match("[89ab]") ~= nil)`:   "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx\t4\ttrue",
		`print(hash.md5(5) == hash.md5("5"))`: "true",
		`hash.sha256()`:                       "error: hash.sha256: text must be a string, got nothing",
		`hash.sha256({})`:                     "error: hash.sha256: text must be a string, got a table",
		`hash.sha256("x", { hex = true })`:    `error: hash.sha256: unknown option "hex"`,
		`hash.hmac("sha3", "s3cret", "x")`:    `error: hash.hmac: unknown algorithm "sha3"; did you mean "sha1"?`,
		`hash.hmac("crc32", "s3cret", "x")`:   `error: hash.hmac: unknown algorithm "crc32"; there are md5, sha1, sha256, sha512`,
		`hash.hmac("sha256", nil, "x")`:       "error: hash.hmac: key must be a string, got nothing",
		`hash.random()`:                       "error: hash.random: octets must be a whole number from 1 to 1048576, got nothing",
		`hash.random(0)`:                      "error: hash.random: octets must be a whole number from 1 to 1048576, got 0",
		`hash.random(1.5)`:                    "error: hash.random: octets must be a whole number from 1 to 1048576, got 1.5",
		`hash.random(1e9)`:                    "error: hash.random: octets must be a whole number from 1 to 1048576, got 1000000000",
		`hash.equal("a")`:                     "error: hash.equal: b must be a string, got nothing",
		`hash.file("sha256", "none")`:         "error: cannot read " + absolute(t, "none") + ": no such file or directory",
		`hash.file("sha257", "abc")`:          `error: hash.file: unknown algorithm "sha257"; did you mean "sha256"?`,
		`hash.sha265("x")`:                    `error: hash has no function "sha265"; did you mean "sha256"?`,
	})
}

// TestHashRandomIsTheHosts: a test can fix it.
func TestHashRandomIsTheHosts(t *testing.T) {
	host := testHost()
	host.Rand = strings.NewReader(strings.Repeat("\x0f", 1000))
	if err := runOn(t, host, `assert(require("hash").random(2) == "0f0f")`); err != nil {
		t.Error(err)
	}
}
