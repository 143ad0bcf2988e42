package mime

import (
	"bytes"
	"io"
	"strings"

	"github.com/emersion/go-message/charset"
	textencoding "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/transform"
)

const (
	utf8Name  = "utf-8"
	asciiName = "us-ascii"
	bom       = "\ufeff"
)

// encodeText converts UTF-8 text to a charset. Octets that are not UTF-8 are taken to be in the charset already,
// unless that is UTF-8 itself.
func encodeText(text, name string) ([]byte, error) {
	switch name {
	case utf8Name:
		if i := invalidUTF8(text); i >= 0 {
			return nil, &Error{Field: "text", What: "not valid UTF-8 at octet " + itoa(i), Advice: "give the charset of the text"}
		}
		return []byte(text), nil
	case asciiName:
		return encodeASCII(text)
	}
	enc, err := ianaindex.MIME.Encoding(name)
	if err != nil || enc == nil {
		return nil, fault("charset", "this charset is not known", name)
	}
	if invalidUTF8(text) >= 0 {
		return []byte(text), nil
	}
	return convert(enc, text, name)
}

func encodeASCII(text string) ([]byte, error) {
	for _, r := range text {
		if r > 0x7F {
			return nil, fault("charset", asciiName+" cannot hold this character", string(r))
		}
	}
	return []byte(text), nil
}

func convert(enc textencoding.Encoding, text, name string) ([]byte, error) {
	out, _, err := transform.Bytes(enc.NewEncoder(), []byte(text))
	if err == nil {
		return out, nil
	}
	for _, r := range text {
		if _, err := enc.NewEncoder().String(string(r)); err != nil {
			return nil, fault("charset", name+" cannot hold this character", string(r))
		}
	}
	return nil, &Error{Field: "charset", What: "the text cannot be converted to " + name, Err: err}
}

// wideCharset tells whether the octets of a charset mean nothing line by line.
func wideCharset(name string) bool {
	return strings.HasPrefix(name, "utf-16") || strings.HasPrefix(name, "utf-32") || strings.HasPrefix(name, "iso-10646-ucs")
}

// decodeText gives octets of a charset as UTF-8.
func decodeText(b []byte, name string) (string, error) {
	if name == "" || name == utf8Name || name == asciiName {
		return string(b), nil
	}
	r, err := charset.Reader(name, bytes.NewReader(b))
	if err != nil {
		return "", &Error{Field: "charset", What: "this charset is not known", Value: name, Err: err}
	}
	out, err := io.ReadAll(r)
	return string(out), err
}
