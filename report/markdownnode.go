package report

import (
	"html"
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// markdownNodes writes what a page shows in another way than CommonMark says. Buffers keep their errors.
type markdownNodes struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (markdownNodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindRawHTML, rawHTML)
	r.Register(ast.KindHTMLBlock, htmlBlock)
	r.Register(ast.KindLink, markdownLink)
	r.Register(ast.KindAutoLink, autoLink)
	r.Register(ast.KindImage, markdownImage)
	r.Register(extast.KindTable, markdownTable)
	r.Register(extast.KindTableCell, markdownCell)
	r.Register(extast.KindTaskCheckBox, taskBox)
}

func rawHTML(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(html.EscapeString(string(n.(*ast.RawHTML).Segments.Value(source))))
	}
	return ast.WalkSkipChildren, nil
}

func htmlBlock(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		block := n.(*ast.HTMLBlock)
		text := string(block.Lines().Value(source))
		if block.HasClosure() {
			text += string(block.ClosureLine.Value(source))
		}
		_, _ = w.WriteString("<p>" + html.EscapeString(text) + "</p>\n")
	}
	return ast.WalkContinue, nil
}

func markdownLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	writeLink(w, string(n.(*ast.Link).Destination), entering)
	return ast.WalkContinue, nil
}

// writeLink writes one end of a link; what leads nowhere is text. Entities in a target stand for signs, and blanks in it
// are written as they must be, before it is looked at.
func writeLink(w util.BufWriter, target string, entering bool) {
	target = string(util.URLEscape([]byte(target), true))
	switch {
	case !SafeLink(target):
	case entering:
		_, _ = w.WriteString("<a" + attribute("href", target) + ">")
	default:
		_, _ = w.WriteString("</a>")
	}
}

func autoLink(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		link := n.(*ast.AutoLink)
		target := string(link.URL(source))
		if link.AutoLinkType == ast.AutoLinkEmail {
			target = "mailto:" + target
		}
		writeLink(w, target, true)
		_, _ = w.WriteString(html.EscapeString(string(link.Label(source))))
		writeLink(w, target, false)
	}
	return ast.WalkContinue, nil
}

// markdownImage shows the text of a picture, which would come from elsewhere, and leads to it.
func markdownImage(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	writeLink(w, string(n.(*ast.Image).Destination), entering)
	return ast.WalkContinue, nil
}

func markdownTable(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<div class="scroll"><table class="data" cellpadding="` + strconv.Itoa(cellPadding) + `" cellspacing="0" border="0">` + "\n")
	} else {
		_, _ = w.WriteString("</table></div>\n")
	}
	return ast.WalkContinue, nil
}

func markdownCell(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	name, before := "td", ""
	if n.Parent().Kind() == extast.KindTableHeader {
		name, before = "th", ` scope="col"`
	}
	align := "left"
	switch n.(*extast.TableCell).Alignment {
	case extast.AlignRight:
		align = "right"
	case extast.AlignCenter:
		align = "center"
	}
	if entering {
		_, _ = w.WriteString("<" + name + before + attribute("align", align) + ">")
	} else {
		_, _ = w.WriteString("</" + name + ">\n")
	}
	return ast.WalkContinue, nil
}

// taskBox draws the box of a task with a sign: mail programs drop input elements.
func taskBox(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	sign := "☐ "
	if n.(*extast.TaskCheckBox).IsChecked {
		sign = "☑ "
	}
	if entering {
		_, _ = w.WriteString(sign)
	}
	return ast.WalkContinue, nil
}
