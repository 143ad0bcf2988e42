package luabind

import (
	"bytes"
	"fmt"
	"strings"

	"moonpost/mime"
)

// gmailClip is the length of HTML, in octets, beyond which Gmail shows only the beginning.
const gmailClip = 102 << 10

// longestLine is the length of a line without its end. RFC 5322 §2.1.1
const longestLine = 998

// inspectionSize is the size of a message beyond which only the first inspectedLarge are taken apart.
const (
	inspectionSize = 1 << 20
	inspectedLarge = 20
)

// inspectMail reads a message as its recipients will, and tells what is wrong with it. Content that was too large to keep
// has nothing wrong.
func inspectMail(content []byte) (issues []Finding, subject string) {
	m := mime.Parse(content, mime.ParseOptions{}, nil)
	subject, _ = m.Header().Get("Subject")
	attached := attachedMessages(m.Part, "")
	for _, d := range m.Defects() {
		if within(d.Where, attached) {
			continue
		}
		text := "the message is not well-formed: " + d.Text
		if d.Where != "" {
			text += " (" + d.Where + ")"
		}
		issues = append(issues, Finding{Message: text})
	}
	for _, text := range remarks(m, content) {
		issues = append(issues, Finding{Note: true, Message: text})
	}
	return issues, subject
}

// remarks lists what is allowed but seldom meant.
func remarks(m *mime.Message, content []byte) (texts []string) {
	for _, name := range []string{"From", "Date"} { // RFC 5322 §3.6
		if _, ok := m.Header().Get(name); !ok {
			texts = append(texts, fmt.Sprintf("the message has no %s field", name))
		}
	}
	plain, html := m.Body("plain"), m.Body("html")
	if plain == nil && html == nil && (m.MediaType() == "multipart/mixed" || m.Disposition() == "attachment" && m.MediaType() != "application/pkcs7-mime") {
		texts = append(texts, "the message has no text")
	}
	if html != nil {
		if page, err := html.Content(); err == nil && len(page) > gmailClip {
			texts = append(texts, fmt.Sprintf("the HTML has %d KB; Gmail shows only the first 102", len(page)>>10))
		}
	}
	if hasLongLine(content) {
		texts = append(texts, fmt.Sprintf("a line is longer than %d octets; servers may refuse or break it", longestLine))
	}
	return texts
}

func hasLongLine(content []byte) bool {
	for len(content) > longestLine {
		end := bytes.IndexByte(content, '\n')
		if end < 0 || end > longestLine+1 {
			return true
		}
		content = content[end+1:]
	}
	return false
}

// attachedMessages lists the numbers of the parts that hold other people's messages: what is wrong there is not the
// script's fault.
func attachedMessages(p *mime.Part, path string) (paths []string) {
	if p.MediaType() == "message/rfc822" {
		return []string{path}
	}
	for i, child := range p.Children() {
		number := fmt.Sprint(i + 1)
		if path != "" {
			number = path + "." + number
		}
		paths = append(paths, attachedMessages(child, number)...)
	}
	return paths
}

// within holds for defects in one of the parts.
func within(where string, parts []string) bool {
	number, _, _ := strings.Cut(where, " ")
	for _, part := range parts {
		if part != "" && (number == part || strings.HasPrefix(number, part+".")) {
			return true
		}
	}
	return false
}
