package sign

import (
	"crypto/aes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
)

var (
	oidECPublicKey = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidAgreement   = asn1.ObjectIdentifier{1, 3, 132, 1, 11, 1}             // dhSinglePass-stdDH-sha256kdf-scheme
	oidWrap        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 45} // AES-256
)

// agreedKey is the content key for one recipient with an elliptic curve, under a secret that a key made for this one
// message and the recipient's have in common.
type agreedKey struct { // RFC 5652 §6.2.2
	Version    int
	Originator struct {
		Key struct {
			Algorithm pkix.AlgorithmIdentifier
			Point     asn1.BitString
		} `asn1:"tag:1"`
	} `asn1:"tag:0"`
	Algorithm struct {
		Agreement asn1.ObjectIdentifier
		Wrap      pkix.AlgorithmIdentifier
	}
	Keys []wrappedKey
}

type wrappedKey struct {
	Recipient certificateName
	Key       []byte
}

// sharedInfo ties the derived key to what it is for.
type sharedInfo struct { // RFC 5753 §7.2
	Wrap pkix.AlgorithmIdentifier
	Bits []byte `asn1:"explicit,tag:2"`
}

// agree encrypts the content key to a certificate with an elliptic curve.
func agree(c *x509.Certificate, public *ecdsa.PublicKey, key []byte) ([]byte, error) { // RFC 5753 §3.1
	theirs, err := public.ECDH()
	if err != nil {
		return nil, err
	}
	ours, err := theirs.Curve().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	secret, err := ours.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	wrap := pkix.AlgorithmIdentifier{Algorithm: oidWrap}
	wrapping, err := derive(secret, wrap)
	if err != nil {
		return nil, err
	}
	wrapped, err := wrapKey(wrapping, key)
	if err != nil {
		return nil, err
	}
	one := agreedKey{Version: 3, Keys: []wrappedKey{{nameOf(c), wrapped}}}
	point := ours.PublicKey().Bytes()
	one.Originator.Key.Algorithm.Algorithm = oidECPublicKey
	one.Originator.Key.Point = asn1.BitString{Bytes: point, BitLength: 8 * len(point)}
	one.Algorithm.Agreement, one.Algorithm.Wrap = oidAgreement, wrap
	return asn1.MarshalWithParams(one, "tag:1")
}

// derive makes a key of 256 bits, for which one round is enough.
func derive(secret []byte, wrap pkix.AlgorithmIdentifier) ([]byte, error) { // RFC 5753 §7.2
	info, err := asn1.Marshal(sharedInfo{wrap, binary.BigEndian.AppendUint32(nil, 256)})
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	hash.Write(secret)
	hash.Write([]byte{0, 0, 0, 1})
	hash.Write(info)
	return hash.Sum(nil), nil
}

// wrapKey encrypts a key of whole 8-octet blocks with another.
func wrapKey(wrapping, key []byte) ([]byte, error) { // RFC 3394 §2.2.1
	block, err := aes.NewCipher(wrapping)
	if err != nil {
		return nil, err
	}
	out := append([]byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}, key...)
	var b [aes.BlockSize]byte
	count := uint64(0)
	for range 6 {
		for i := 8; i < len(out); i += 8 {
			copy(b[:8], out)
			copy(b[8:], out[i:])
			block.Encrypt(b[:], b[:])
			count++
			binary.BigEndian.PutUint64(out, binary.BigEndian.Uint64(b[:8])^count)
			copy(out[i:], b[8:])
		}
	}
	return out, nil
}
