package sign

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // the default of the format, which old files rely on
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"hash"
	"strings"

	"moonpost/mime"
)

// iterationsMax bounds the work that a file can ask for. OpenSSL writes 2048, careful people a million.
const iterationsMax = 10_000_000

// encryptedKey is a private key under a passphrase.
type encryptedKey struct { // RFC 5958 §3
	Scheme struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters struct { // RFC 8018 §A.4
			Derivation struct {
				Algorithm  asn1.ObjectIdentifier
				Parameters struct { // RFC 8018 §A.2
					Salt       []byte
					Iterations int
					Length     int                      `asn1:"optional"`
					Function   pkix.AlgorithmIdentifier `asn1:"optional"`
				}
			}
			Cipher struct {
				Algorithm asn1.ObjectIdentifier
				IV        []byte
			}
		}
	}
	Octets []byte
}

// decryptKey opens a private key as OpenSSL protects it: PBES2 with AES. A wrong passphrase and a broken file look the
// same.
func decryptKey(der []byte, passphrase string) ([]byte, error) {
	if passphrase == "" {
		return nil, &mime.Error{Field: "key", What: "the private key is encrypted and there is no passphrase"}
	}
	var k encryptedKey
	if _, err := asn1.Unmarshal(der, &k); err != nil || k.Scheme.Algorithm.String() != "1.2.840.113549.1.5.13" {
		return nil, errUnknownEncryption()
	}
	parameters := k.Scheme.Parameters
	derivation := parameters.Derivation.Parameters
	function := keyFunction(derivation.Function.Algorithm.String())
	length := map[string]int{"2.16.840.1.101.3.4.1.2": 16, "2.16.840.1.101.3.4.1.22": 24, "2.16.840.1.101.3.4.1.42": 32}[parameters.Cipher.Algorithm.String()]
	if function == nil || length == 0 || parameters.Derivation.Algorithm.String() != "1.2.840.113549.1.5.12" ||
		derivation.Iterations < 1 || derivation.Iterations > iterationsMax ||
		len(parameters.Cipher.IV) != aes.BlockSize || len(k.Octets) == 0 || len(k.Octets)%aes.BlockSize != 0 {
		return nil, errUnknownEncryption()
	}
	secret, err := pbkdf2.Key(function, passphrase, derivation.Salt, derivation.Iterations, length)
	if err != nil {
		return nil, errUnknownEncryption()
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, errUnknownEncryption()
	}
	plain := make([]byte, len(k.Octets))
	cipher.NewCBCDecrypter(block, parameters.Cipher.IV).CryptBlocks(plain, k.Octets)
	return unpadded(plain)
}

// unpadded drops the padding, and takes odd padding for the mark of a wrong passphrase.
func unpadded(plain []byte) ([]byte, error) { // RFC 8018 §6.2
	n := int(plain[len(plain)-1])
	if n == 0 || n > aes.BlockSize || strings.Trim(string(plain[len(plain)-n:]), string(plain[len(plain)-1:])) != "" {
		return nil, &mime.Error{Field: "passphrase", What: "the passphrase does not open the private key"}
	}
	return plain[:len(plain)-n], nil
}

// keyFunction is the hash of the derivation, by its identifier; none means SHA-1.
func keyFunction(oid string) func() hash.Hash {
	switch oid {
	case "", "1.2.840.113549.2.7":
		return sha1.New
	case "1.2.840.113549.2.9":
		return sha256.New
	case "1.2.840.113549.2.10":
		return sha512.New384
	case "1.2.840.113549.2.11":
		return sha512.New
	default:
		return nil
	}
}

func errUnknownEncryption() error {
	return &mime.Error{
		Field: "key", What: "the private key is encrypted in a way that is not known here",
		Advice: "openssl pkcs8 -topk8 -v2 aes256 -in OLD -out new.pem encrypts it in one that is",
	}
}
