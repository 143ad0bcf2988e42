package mime

import (
	"html"
	"strings"
	"unicode/utf8"
)

// quoteWidth is the length of lines that are wrapped anew, quote marks included.
const quoteWidth = 74

// settlePage makes the page whole before another's comes into it, whose links to files must never be followed.
func (s *Spec) settlePage() error {
	calendar := s.Calendar
	s.Calendar = nil
	err := s.expand()
	s.Calendar, s.Markdown, s.Embed = calendar, nil, nil
	return err
}

// quote puts the original below the text of an answer.
func (s *Spec) quote(original *Message, o ReplyOptions) error {
	if err := s.settlePage(); err != nil {
		return err
	}
	attribution := original.attribution()
	if o.Attribution != nil {
		attribution = *o.Attribution
	}
	if s.Text == nil && s.HTML != nil {
		text := HTMLToText(*s.HTML)
		s.Text = &text
	}
	answer := ""
	if s.Text != nil {
		answer = *s.Text
	}
	quoted := joinBlocks(answer, joinLines(attribution, strings.Join(original.quotedLines(), "\n")))
	if o.QuoteHTML || s.HTML != nil {
		page := textToHTML(answer)
		if s.HTML != nil {
			page = *s.HTML
		}
		page = insertBefore(page, "</body", `<p>`+html.EscapeString(attribution)+`</p>`+"\n"+`<blockquote type="cite">`+original.quotedHTML()+"</blockquote>\n")
		s.HTML = &page
	}
	s.setText(quoted)
	return nil
}

// setText sets a text that holds another's. Where the charset lacks one of its signs, UTF-8 has it.
func (s *Spec) setText(text string) {
	s.Text = &text
	if _, err := encodeLines(text, strings.ToLower(s.Charset)); s.Charset != "" && err != nil {
		s.Charset = ""
	}
}

// joinBlocks puts a blank line between two texts.
func joinBlocks(a, b string) string {
	a = strings.TrimRight(a, "\r\n")
	if a == "" {
		return b + "\n"
	}
	return a + "\n\n" + b + "\n"
}

func joinLines(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n" + b
}

// attribution is the line above a quote.
func (m *Message) attribution() string {
	who := "somebody"
	if list := m.header.Addresses("From"); len(list) > 0 {
		if who = list[0].Name; who == "" {
			who = list[0].Address
		}
	}
	if date, ok := m.header.Get("Date"); ok && date != "" {
		return "On " + date + ", " + who + " wrote:"
	}
	return who + " wrote:"
}

// quoteDepth is the deepest quoting that is told apart; a line of nothing but marks would make a book of a letter.
const quoteDepth = 20

// paragraph is a line of text below a number of quote marks, of any length when it was flowed.
type paragraph struct {
	depth int
	text  string
	wrap  bool
}

// quotedLines is the text of the message below one more quote mark, its signature left out.
func (m *Message) quotedLines() []string {
	var out []string
	for _, p := range m.paragraphs() {
		if p.wrap {
			out = p.appendWrapped(out)
			continue
		}
		mark := "> "
		if p.text == "" || p.text[0] == '>' {
			mark = ">"
		}
		out = append(out, mark+p.text)
	}
	return out
}

func (m *Message) paragraphs() []paragraph {
	text, flowed, delSp := m.bodyText()
	if flowed {
		return joinFlowed(text, delSp)
	}
	var list []paragraph
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if line == signatureLine {
			break
		}
		list = append(list, paragraph{text: strings.TrimRight(line, " \t")})
	}
	return trimmed(list)
}

// trimmed takes off the blank lines at the end.
func trimmed(list []paragraph) []paragraph {
	for len(list) > 0 && list[len(list)-1].text == "" {
		list = list[:len(list)-1]
	}
	return list
}

// bodyText is the plain text of a message, or what its page tells.
func (m *Message) bodyText() (text string, flowed, delSp bool) {
	if leaf := m.Body("plain"); leaf != nil {
		t := leaf.header.params("content-type")
		format, _ := t.get("format")
		del, _ := t.get("delsp")
		text, _ = leaf.Text()
		return text, strings.EqualFold(format, "flowed"), strings.EqualFold(del, "yes")
	}
	if leaf := m.Body("html"); leaf != nil {
		text, _ = leaf.Text()
		return HTMLToText(text), false, false
	}
	return "", false, false
}

// joinFlowed joins the lines of flowed text to paragraphs.
func joinFlowed(text string, delSp bool) []paragraph { // RFC 3676 §4
	var list []paragraph
	var open []string // the lines of a paragraph that goes on
	depth := 0
	flush := func() {
		if open != nil {
			list = append(list, paragraph{depth: depth, text: strings.Join(open, ""), wrap: true})
		}
		open = nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		body := strings.TrimLeft(line, ">")
		marks := min(len(line)-len(body), quoteDepth)
		body = strings.TrimPrefix(body, " ") // RFC 3676 §4.4
		if marks != depth {
			flush()
		}
		if depth = marks; body == signatureLine { // RFC 3676 §4.3
			if flush(); marks == 0 {
				break
			}
			list = append(list, paragraph{depth: depth, text: body, wrap: true})
			continue
		}
		soft := strings.HasSuffix(body, " ")
		if soft && delSp {
			body = body[:len(body)-1]
		}
		if open = append(open, body); !soft {
			flush()
		}
	}
	flush()
	return trimmed(list)
}

// appendWrapped breaks a paragraph at blanks.
func (p paragraph) appendWrapped(out []string) []string {
	mark := strings.Repeat(">", p.depth+1)
	line, width := mark, len(mark)
	for word := range strings.FieldsSeq(p.text) {
		n := utf8.RuneCountInString(word)
		if width+1+n > quoteWidth && len(line) > len(mark) {
			out = append(out, line)
			line, width = mark, len(mark)
		}
		line += " " + word
		width += 1 + n
	}
	return append(out, line)
}

// textToHTML is a page of plain text.
func textToHTML(text string) string {
	var b strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")), "\n\n") {
		if block != "" {
			b.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(block), "\n", "<br>\n") + "</p>\n")
		}
	}
	return b.String()
}

// insertBefore puts a piece before the last tag of a kind, else at the end of the page.
func insertBefore(page, tag, piece string) string {
	if i := strings.LastIndex(asciiLower(page), tag); i >= 0 {
		return page[:i] + piece + page[i:]
	}
	return page + piece
}

// asciiLower changes no octet but capital letters, so that places in the text stay.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
