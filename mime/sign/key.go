package sign

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strconv"

	"moonpost/mime"
)

const (
	rsaLeast  = 1024 // RFC 8301 §3.2
	rsaEnough = 2048 // RFC 8301 §3.2
)

// ParseKey reads a private key for DKIM: PEM with an RSA key (PKCS #1 or PKCS #8) or an Ed25519 key (PKCS #8), or the
// 32 octets of an Ed25519 key in base64. The error is a *mime.Error and shows nothing of the key.
func ParseKey(text []byte) (crypto.Signer, error) {
	blocks := pemBlocks(text)
	if len(blocks) == 0 {
		return parseSeed(text)
	}
	for _, block := range blocks {
		if block.Type != "EC PARAMETERS" {
			return parseBlock(block)
		}
	}
	return nil, keyFault("this is no private key but "+blocks[0].Type, "")
}

func keyFault(what, advice string) *mime.Error {
	return &mime.Error{Field: "key", What: what, Advice: advice}
}

// pemBlocks allows for lines that are indented, as in a string of a script.
func pemBlocks(text []byte) (list []*pem.Block) {
	var lines [][]byte
	for line := range bytes.Lines(text) {
		lines = append(lines, bytes.TrimSpace(line))
	}
	rest := append(bytes.Join(lines, []byte("\n")), '\n')
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return list
		}
		list = append(list, block)
	}
}

// parseSeed reads the form in which RFC 8463 shows its key.
func parseSeed(text []byte) (crypto.Signer, error) { // RFC 8463 §A.2
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return nil, keyFault("the key is empty", "")
	}
	seed, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, keyFault("this is neither a key in PEM form nor an Ed25519 key of 32 octets in base64",
			`a private key begins with "-----BEGIN PRIVATE KEY-----"`)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func parseBlock(block *pem.Block) (crypto.Signer, error) {
	var key any
	var err error
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "":
		return nil, keyFault("the key is encrypted with a passphrase", "take the passphrase off: openssl pkey -in key.pem -out plain.pem")
	case block.Type == "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case block.Type == "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case block.Type == "OPENSSH PRIVATE KEY":
		return nil, keyFault("the key is in OpenSSH's form", "make one for DKIM: openssl genpkey -algorithm ed25519 -out dkim.pem")
	case block.Type == "EC PRIVATE KEY":
		return nil, keyFault("DKIM has no use for ECDSA keys", "use an RSA or an Ed25519 key")
	default:
		return nil, keyFault("this is no private key but "+block.Type, "name the file of the private key; the public one goes into DNS")
	}
	if err != nil {
		return nil, &mime.Error{Field: "key", What: "the key is damaged", Err: err}
	}
	return usable(key)
}

// usable refuses keys for which receivers have no use.
func usable(key any) (crypto.Signer, error) {
	switch key := key.(type) {
	case ed25519.PrivateKey:
		return key, nil
	case *rsa.PrivateKey:
		if n := key.N.BitLen(); n < rsaLeast { // RFC 8301 §3.2
			return nil, keyFault("the RSA key has only "+strconv.Itoa(n)+" bits, and receivers ignore less than 1024",
				"make one of 2048 bits: openssl genrsa -out dkim.pem 2048")
		}
		return key, nil
	default:
		return nil, keyFault("DKIM has no use for keys of this kind", "use an RSA or an Ed25519 key")
	}
}

// weakness tells what speaks against a key that may be used, or "".
func weakness(key crypto.Signer) string {
	if k, ok := key.(*rsa.PrivateKey); ok && k.N.BitLen() < rsaEnough {
		return "the RSA key has only " + strconv.Itoa(k.N.BitLen()) + " bits; 2048 are recommended"
	}
	return ""
}

// publicText gives the kind and the public key as they stand in DNS.
func publicText(key crypto.Signer) (kind, text string, err error) {
	if k, ok := key.(ed25519.PrivateKey); ok { // RFC 8463 §4
		public, _ := k.Public().(ed25519.PublicKey)
		return "ed25519", base64.StdEncoding.EncodeToString(public), nil
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public()) // RFC 6376 §3.6.1
	return "rsa", base64.StdEncoding.EncodeToString(der), err
}
