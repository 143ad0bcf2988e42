package mime

import (
	"net/url"
	"path"
	"strings"
)

// picture gives what a reference stands for; a nil source leaves the reference alone.
func (m *Embedder) picture(ref string) (source Source, name, subtype string, err error) {
	scheme, rest, found := strings.Cut(ref, ":")
	switch {
	case found && strings.EqualFold(scheme, "data"):
		if !m.embedding.Data {
			return nil, "", "", nil
		}
		source, subtype, err = dataPicture(rest)
		return source, "", subtype, err
	case found && isScheme(scheme), strings.HasPrefix(ref, "//"), strings.HasPrefix(ref, "#"), m.embedding.Open == nil:
		return nil, "", "", nil
	}
	file, err := localName(ref)
	if err != nil {
		return nil, "", "", err
	}
	source, err = m.embedding.Open(file)
	return source, path.Base(file), "", err
}

func isScheme(s string) bool { // RFC 3986 §3.1
	for i := 0; i < len(s); i++ {
		if letter := s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z'; !letter && (i == 0 || !isAlnum(s[i]) && strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != ""
}

// localName is the name of a file in the folder that the script gave, or below it.
func localName(ref string) (string, error) {
	ref, _, _ = strings.Cut(ref, "#")
	ref, _, _ = strings.Cut(ref, "?")
	name, err := url.PathUnescape(ref)
	if err != nil {
		name = ref
	}
	clean := path.Clean(strings.ReplaceAll(name, `\`, "/"))
	if clean == "." || clean == ".." || strings.HasPrefix(clean, "../") || strings.HasPrefix(clean, "/") || strings.IndexByte(clean, 0) >= 0 {
		return "", &Error{Field: "html", What: "the page names a file outside the folder of its pictures", Value: name}
	}
	return clean, nil
}

// dataPicture reads what stands behind "data:". Data that are no picture are left alone.
func dataPicture(rest string) (Source, string, error) { // RFC 2397 §3
	head, data, found := strings.Cut(rest, ",")
	mediaType, _, _ := strings.Cut(head, ";")
	major, subtype, _ := strings.Cut(strings.ToLower(strings.TrimSpace(mediaType)), "/")
	if !found || major != "image" || !isToken(subtype) {
		return nil, "", nil
	}
	data, err := url.PathUnescape(data)
	octets := []byte(data)
	if params := strings.ToLower(strings.ReplaceAll(head, " ", "")); err == nil && strings.HasSuffix(params, ";base64") {
		octets, err = DecodeBase64(data)
	}
	if err != nil {
		return nil, "", &Error{Field: "html", What: "the data: URL of a picture is damaged", Value: shorten(rest, 60)}
	}
	return Bytes(octets), subtype, nil
}
