package mime

import (
	"bytes"
	"strings"
	"sync"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Markdown gives the HTML of a text in CommonMark with tables, bare links, task lists and strikethrough. HTML within
// the text stays as it is: whoever writes a text may write HTML too. Links that would run code lead nowhere.
func Markdown(source string) (string, error) {
	if i := invalidUTF8(source); i >= 0 {
		return "", &Error{Field: "markdown", What: "not valid UTF-8 at octet " + itoa(i), Advice: "convert the text to UTF-8 first"}
	}
	text := []byte(strings.TrimPrefix(source, bom))
	doc, err := ReadMarkdown(markdown(), text)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := markdown().Renderer().Render(&b, text, doc); err != nil {
		return "", &Error{Field: "markdown", What: "the text cannot be converted", Err: err}
	}
	return b.String(), nil
}

// MarkdownPage gives a whole page, without a style sheet. The charset is the one in which the page will be sent; "" is
// UTF-8.
func MarkdownPage(source, charset string) (string, error) {
	body, err := Markdown(source)
	if charset = strings.ToLower(charset); charset == "" {
		charset = utf8Name
	}
	return "<!DOCTYPE html>\n<html>\n<head><meta charset=\"" + charset + "\"></head>\n<body>\n" + body + "</body>\n</html>\n", err
}

var markdown = sync.OnceValue(func() goldmark.Markdown { //nolint:gochecknoglobals // never changed after it is made
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM), MarkdownBound(),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(harmless{}, 1000))),
		goldmark.WithRendererOptions(html.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(boxes{}, 100))),
	)
})

// harmless takes the targets from links that would run code.
type harmless struct{}

// Transform implements parser.ASTTransformer.
func (harmless) Transform(doc *ast.Document, r text.Reader, _ parser.Context) {
	var bad []*ast.AutoLink
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker never fails
		switch n := n.(type) {
		case *ast.Link:
			n.Destination = harmlessURL(n.Destination, false)
		case *ast.Image:
			n.Destination = harmlessURL(n.Destination, true)
		case *ast.AutoLink:
			if entering && html.IsDangerousURL(n.URL(r.Source())) {
				bad = append(bad, n)
			}
		}
		return ast.WalkContinue, nil
	})
	for _, n := range bad {
		n.Parent().ReplaceChild(n.Parent(), n, ast.NewString(util.EscapeHTML(n.Label(r.Source()))))
	}
}

// harmlessURL looks at a target as a reader's program will: without the entities behind which a scheme can hide, and
// without what it skips.
func harmlessURL(url []byte, picture bool) []byte {
	seen := util.ResolveEntityNames(util.ResolveNumericReferences(url))
	seen = bytes.ToLower(bytes.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, seen))
	if html.IsDangerousURL(seen) && !(picture && bytes.HasPrefix(seen, []byte("data:image/"))) {
		return []byte("#")
	}
	return url
}

// boxes draws the boxes of task lists with signs, because readers of mail drop input elements.
type boxes struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (boxes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(extast.KindTaskCheckBox, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		sign := "&#9744; " // an empty box, in every charset
		if box, ok := n.(*extast.TaskCheckBox); ok && box.IsChecked {
			sign = "&#9745; "
		}
		if entering {
			_, _ = w.WriteString(sign) // the buffer keeps its error
		}
		return ast.WalkContinue, nil
	})
}
