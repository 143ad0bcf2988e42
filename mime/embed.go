package mime

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
)

// Embedding tells which pictures of a page become parts of the message.
type Embedding struct {
	Data bool                              // those in data: URLs
	Open func(name string) (Source, error) // gives a file that the page names without a scheme; nil leaves these alone
	Skip func(ref string) bool             // tells references to leave alone; nil is none
}

// Embedder makes parts of the pictures of pages. The same picture is one part, wherever it stands.
type Embedder struct {
	embedding Embedding
	known     map[string]string // reference to cid: URL
	byContent map[string]bool   // cids
	parts     []*Part
	sealed    bool
}

// NewEmbedder starts without pictures.
func NewEmbedder(e Embedding) *Embedder {
	return &Embedder{embedding: e, known: map[string]string{}, byContent: map[string]bool{}}
}

// EmbedImages gives the page with cid: URLs in place of its pictures, and the pictures. The rest of the page stays
// octet by octet. The error is an *Error, or what Open gave.
func EmbedImages(page string, e Embedding) (string, []*Part, error) {
	m := NewEmbedder(e)
	out, err := m.Rewrite(page)
	return out, m.Parts(), err
}

// Parts are the pictures found so far.
func (m *Embedder) Parts() []*Part { return m.parts }

// Seal makes later pages use the pictures found so far, and no others.
func (m *Embedder) Seal() { m.sealed = true }

// Rewrite looks at the src of images, at background attributes and at url(…) in style attributes.
func (m *Embedder) Rewrite(page string) (string, error) {
	var out strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			if !errors.Is(z.Err(), io.EOF) {
				return "", &Error{Field: "html", What: "the page cannot be read", Err: z.Err()}
			}
			out.Write(z.Raw())
			return out.String(), nil
		case html.StartTagToken, html.SelfClosingTagToken:
			tag, err := m.tag(string(z.Raw()))
			if err != nil {
				return "", err
			}
			out.WriteString(tag)
		default:
			out.Write(z.Raw())
		}
	}
}

// tag rewrites the attributes of one tag.
func (m *Embedder) tag(raw string) (string, error) {
	var out strings.Builder
	last := 0
	name, attributes := scanTag(raw)
	for _, a := range attributes {
		value, err := m.attribute(name, a.name, raw[a.from:a.to])
		if err != nil {
			return "", err
		}
		out.WriteString(raw[last:a.from] + value)
		last = a.to
	}
	return out.String() + raw[last:], nil
}

func (m *Embedder) attribute(tag, name, raw string) (string, error) {
	switch {
	case name == "src" && tag == "img", name == "background":
		ref, err := m.resolve(strings.TrimSpace(html.UnescapeString(raw)))
		if err != nil || ref == "" {
			return raw, err
		}
		return ref, nil
	case name == "style":
		return m.style(raw)
	}
	return raw, nil
}

// style rewrites url(…), with quotes, with entities for quotes, or without.
func (m *Embedder) style(raw string) (string, error) {
	var out strings.Builder
	for {
		i := indexFold(raw, "url(")
		if i < 0 {
			return out.String() + raw, nil
		}
		from := i + len("url(")
		from += len(raw[from:]) - len(strings.TrimLeft(raw[from:], " \t\r\n"))
		end := ")"
		for _, quote := range []string{`"`, `'`, "&quot;", "&#34;", "&#39;", "&apos;"} {
			if strings.HasPrefix(raw[from:], quote) {
				from, end = from+len(quote), quote
				break
			}
		}
		length := strings.Index(raw[from:], end)
		if length < 0 {
			return out.String() + raw, nil
		}
		inner := raw[from : from+length]
		ref, err := m.resolve(strings.TrimSpace(html.UnescapeString(inner)))
		if err != nil {
			return "", err
		}
		if ref == "" {
			ref = inner
		}
		out.WriteString(raw[:from] + ref)
		raw = raw[from+length:]
	}
}

// resolve gives the cid: URL for a reference, or "" for one that stays as it is.
func (m *Embedder) resolve(ref string) (string, error) {
	if known, ok := m.known[ref]; ok || m.sealed || ref == "" {
		return known, nil
	}
	if m.embedding.Skip != nil && m.embedding.Skip(ref) {
		return "", nil
	}
	source, name, subtype, err := m.picture(ref)
	if err != nil || source == nil {
		return "", err
	}
	id, err := contentID(source)
	if err != nil {
		return "", &Error{Field: "html", What: "the picture cannot be read", Value: shorten(ref, 60), Err: err}
	}
	if !m.byContent[id] {
		part, err := embeddedPart(source, subtype, WithCID(id), WithDisposition("inline"))
		if err == nil {
			if name == "" {
				name = "image-" + itoa(len(m.parts)+1) + "." + ending(part.MediaType())
			}
			err = part.SetFilename(name)
		}
		if err != nil {
			return "", &Error{Field: "html", What: "the picture cannot be embedded", Value: shorten(ref, 60), Err: err}
		}
		m.byContent[id], m.parts = true, append(m.parts, part)
	}
	m.known[ref] = "cid:" + id
	return m.known[ref], nil
}

// ending is what files of an image type usually end in.
func ending(mediaType string) string {
	_, subtype, _ := strings.Cut(mediaType, "/")
	subtype, _, _ = strings.Cut(subtype, "+")
	return strings.TrimPrefix(subtype, "x-")
}

// embeddedPart finds the type by the content, whatever the page says it is.
func embeddedPart(source Source, subtype string, o ...Option) (*Part, error) {
	part, err := NewImage(source, "", o...)
	if err != nil && subtype != "" {
		return NewImage(source, subtype, o...)
	}
	return part, err
}

// contentID is the same for the same octets, so that messages can be compared.
func contentID(s Source) (string, error) {
	r, err := s.Open()
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }() // it was only read
	hash := sha256.New()
	if _, err := io.Copy(hash, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)[:16]) + "@embedded", nil
}

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
