package luabind

import (
	"encoding/base64"
	"io"
	"strings"
)

// keyLimit is far more than any key has.
const keyLimit = 1 << 20

// keyOctets reads a file of keys or certificates.
func (rt *Runtime) keyOctets(path string) ([]byte, error) {
	if isKey(path) { // the error of a file that is not there would show it
		return nil, &argumentError{text: "a key or certificate was given where the name of its file belongs", hint: "mime.dkim and mime.pgp take a key itself as key = …"}
	}
	source, err := rt.source(path)
	if err != nil {
		return nil, err
	}
	f, err := source.Open()
	if err != nil {
		return nil, rt.fileError(path, err)
	}
	defer f.Close() //nolint:errcheck // opened for reading only
	b, err := io.ReadAll(io.LimitReader(f, keyLimit+1))
	switch {
	case err != nil:
		return nil, rt.fileError(path, err)
	case len(b) > keyLimit:
		return nil, &argumentError{text: path + ": the file is larger than 1 MiB, so it is not one of keys"}
	}
	return b, nil
}

// isKey tells keys, in PEM or as the seed of an Ed25519 key, from the names of files.
func isKey(path string) bool {
	text := strings.TrimSpace(path)
	seed, err := base64.StdEncoding.DecodeString(text)
	return strings.Contains(text, "-----BEGIN ") || err == nil && len(seed) == 32 && strings.HasSuffix(text, "=")
}
