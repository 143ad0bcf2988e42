package data

import (
	htmltemplate "html/template"
	"regexp"
	"strings"
	"text/template/parse"
)

// commentFunc writes the comments by which Outlook is told what others don't see. The template package drops comments.
const commentFunc = "_comment"

func conditionalComment(text string) htmltemplate.HTML {
	return htmltemplate.HTML(text) //nolint:gosec // the template's own words
}

// conditional is what begins or ends the part of a page that is for Outlook, or for all but Outlook:
//
//	<!--[if mso]> … <![endif]-->    <!--[if !mso]><!--> … <!--<![endif]-->
var conditional = regexp.MustCompile(`<!--\[if [^\]\n]*\]>(?:<!-->|-->)?|(?:<!--)?<!\[endif\]-->`)

// keepConditionals makes actions of such comments, so that they stay, and values between them are escaped as elsewhere.
func keepConditionals(page string) string {
	if !strings.Contains(page, "<!--[if ") {
		return page
	}
	return conditional.ReplaceAllStringFunc(page, func(comment string) string {
		if strings.ContainsAny(comment, "{`") {
			return comment
		}
		return "{{" + commentFunc + " `" + comment + "`}}"
	})
}

// keptComment is the comment that such an action writes.
func keptComment(n *parse.ActionNode) (text string, ok bool) {
	args := n.Pipe.Cmds[0].Args
	if id, isCall := args[0].(*parse.IdentifierNode); !isCall || id.Ident != commentFunc || len(args) != 2 {
		return "", false
	}
	word, ok := args[1].(*parse.StringNode)
	if !ok {
		return "", false
	}
	return word.Text, true
}
