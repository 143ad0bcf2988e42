package luabind

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"io"
	"reflect"

	"moonpost/data"

	lua "github.com/yuin/gopher-lua"
)

// hashModule is `hash`: sums, signatures and random tokens.
func hashModule(rt *Runtime) Module {
	m := Module{
		Name: "hash", Doc: "Sums, signatures and random tokens, in hexadecimal digits unless `raw = true` asks for octets. Base64 is in `mime.base64`.",
		Functions: []Function{
			{"hmac", "(algorithm: \"md5\"|\"sha1\"|\"sha256\"|\"sha512\", key: string, text: string, options?: hash.Options): string",
				"Signs a text with a secret key (RFC 2104): only who has the key can make or check the signature. For links that nobody shall guess, such as those to unsubscribe.",
				`print(hash.hmac("sha256", "key", "ann"):sub(1, 16)) --> 9d77c3180ff81edf`, hashHMAC},
			{"equal", "(a: string, b: string): boolean", "Compares two secrets in a time that does not tell where they differ.", `print(hash.equal(hash.md5("a"), hash.md5("a"))) --> true`, hashEqual},
			{"random", "(octets: integer, options?: hash.Options): string", "Random octets that nobody can guess, as twice as many hexadecimal digits; 16 make a good token.", `print(#hash.random(16)) --> 32`, rt.hashRandom},
			{"uuid", "(): string", "A random UUID (RFC 9562 version 4).", `print(#hash.uuid()) --> 36`, rt.hashUUID},
			{"file", "(algorithm: \"md5\"|\"sha1\"|\"sha256\"|\"sha512\"|\"crc32\", path: string, options?: hash.Options): string",
				"The sum of a file, which is not held in memory.", `print(hash.file("crc32", "report.pdf")) --> ff61c21e`, rt.hashFile},
		},
		Types: []string{optionsClass("hash.Options", reflect.TypeFor[hashOptions]())},
	}
	for _, name := range data.HashNames() {
		m.Functions = append(m.Functions, Function{
			Name: name, Sig: "(text: string, options?: hash.Options): string", Doc: hashDocs[name],
			Example: fmt.Sprintf("print(hash.%s(%q):sub(1, 8)) --> %s", name, "moonpost", hashExamples[name]), Fn: hashSum(name),
		})
	}
	return m
}

// hashDocs say what the sums are for.
var hashDocs = map[string]string{
	"md5":    "The MD5 sum, for systems that ask for it; it protects from nobody.",
	"sha1":   "The SHA-1 sum, for systems that ask for it; it protects from nobody.",
	"sha256": "The SHA-256 sum.",
	"sha512": "The SHA-512 sum.",
	"crc32":  "The CRC-32 sum as in zip and gzip, against accidents only.",
}

// hashExamples are the first digits of the sums of "moonpost".
var hashExamples = map[string]string{
	"md5": "bd3feb92", "sha1": "e450e8ea", "sha256": "7cdbb926", "sha512": "81bceb8e", "crc32": "f75c913d",
}

// hashOptions are the options of the module's functions.
type hashOptions struct {
	Raw bool `lua:"raw" doc:"give octets instead of hexadecimal digits"`
}

// pushSum gives octets as the options at argument n say.
func pushSum(L *lua.LState, call string, n int, sum []byte) int {
	var o hashOptions
	checkOptions(L, call, n, &o)
	if o.Raw {
		L.Push(lua.LString(sum))
		return 1
	}
	L.Push(lua.LString(hex.EncodeToString(sum)))
	return 1
}

// hashSum makes the function of one algorithm.
func hashSum(name string) lua.LGFunction {
	return func(L *lua.LState) int {
		call := "hash." + name
		text := argString(L, call, 1, "text")
		h, err := data.NewHash(name)
		if err != nil {
			raise(L, callFault(call, err))
		}
		_, _ = io.WriteString(h, text)
		return pushSum(L, call, 2, h.Sum(nil))
	}
}

func hashHMAC(L *lua.LState) int {
	const call = "hash.hmac"
	sum, err := data.HMAC(argString(L, call, 1, "algorithm"), argString(L, call, 2, "key"), argString(L, call, 3, "text"))
	if err != nil {
		raise(L, callFault(call, err))
	}
	return pushSum(L, call, 4, sum)
}

func hashEqual(L *lua.LState) int {
	const call = "hash.equal"
	a, b := argString(L, call, 1, "a"), argString(L, call, 2, "b")
	L.Push(lua.LBool(subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1))
	return 1
}

// randomOctets come from the host, so that a test can fix them.
func (rt *Runtime) randomOctets(L *lua.LState, n int) []byte {
	octets := make([]byte, n)
	if _, err := io.ReadFull(rt.host.random(), octets); err != nil {
		raise(L, err)
	}
	return octets
}

// random is the host's source of randomness.
func (h *Host) random() io.Reader {
	if h.Rand == nil {
		return rand.Reader
	}
	return h.Rand
}

// mostRandom bounds hash.random, in octets.
const mostRandom = 1 << 20

func (rt *Runtime) hashRandom(L *lua.LState) int {
	const call = "hash.random"
	n, ok := L.Get(1).(lua.LNumber)
	if !ok || !optIsWhole(float64(n)) || n < 1 || n > mostRandom {
		raiseArgument(L, fmt.Sprintf("%s: octets must be a whole number from 1 to %d, got %s", call, mostRandom, shown(L.Get(1))))
	}
	return pushSum(L, call, 2, rt.randomOctets(L, int(n)))
}

// shown names a value's type, and the value where it is short and plain.
func shown(v lua.LValue) string {
	if text := optPlain(v); text != "" {
		return text
	}
	return describe(v)
}

func (rt *Runtime) hashUUID(L *lua.LState) int {
	u := rt.randomOctets(L, 16)
	u[6], u[8] = u[6]&0x0f|0x40, u[8]&0x3f|0x80 // version 4, variant of RFC 9562
	L.Push(lua.LString(fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])))
	return 1
}

func (rt *Runtime) hashFile(L *lua.LState) int {
	const call = "hash.file"
	h, err := data.NewHash(argString(L, call, 1, "algorithm"))
	if err != nil {
		raise(L, callFault(call, err))
	}
	path := argPath(L, call, 2, "path")
	file, err := rt.host.open(path)
	if err != nil {
		raise(L, rt.fileError(path, err))
	}
	defer file.Close() //nolint:errcheck // opened for reading only
	if _, err := io.Copy(h, &contextReader{ctx: L.Context(), r: file}); err != nil {
		raise(L, rt.fileError(path, err))
	}
	return pushSum(L, call, 3, h.Sum(nil))
}
