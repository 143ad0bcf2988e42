package mime

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
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
