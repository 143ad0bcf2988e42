package mime

import "strings"

// failedRecipients are those that a field of Exim's, which Google's servers write as well, names.
func (p *Part) failedRecipients() []ReportedRecipient {
	var list []ReportedRecipient
	for _, value := range p.header.All("X-Failed-Recipients") {
		for address := range strings.SplitSeq(value, ",") {
			if address = strings.TrimSpace(address); strings.Contains(address, "@") {
				list = append(list, ReportedRecipient{Address: address, Action: "failed"})
			}
		}
	}
	return list
}

// eximBounce reads the form that Exim wrote before it wrote multipart/report: the recipients in a field, and in the
// text each, indented by two blanks, above its diagnosis, which is indented further.
func (p *Part) eximBounce() *DeliveryReport {
	list := p.failedRecipients()
	if len(list) == 0 {
		return nil
	}
	r := &DeliveryReport{Type: ReportBounce, Recipients: list}
	text, original := p.splitBounce("------ This is a copy of ")
	r.MessageID = original.id()
	at := make(map[string]int, len(list))
	for i, x := range list {
		at[strings.ToLower(x.Address)] = i
	}
	var diagnosis strings.Builder
	current := -1
	flush := func() {
		if current >= 0 {
			x := &r.Recipients[current]
			x.Text = reportText(diagnosis.String())
			x.settle(true)
		}
		current = -1
		diagnosis.Reset()
	}
	for line := range strings.Lines(text) {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		body := strings.TrimSpace(line)
		switch i, known := at[strings.ToLower(body)]; {
		case known && indent > 0:
			flush()
			current = i
		case current >= 0 && indent > 2:
			diagnosis.WriteString(body + " ")
		default:
			flush()
		}
	}
	flush()
	return r
}

// original is the rest of a bounce that holds the message, or its header.
type original string

// id is the Message-ID in the header.
func (o original) id() string {
	for group := range reportGroups([]byte(o)) {
		return firstID(group.get("message-id"))
	}
	return ""
}

// splitBounce cuts the plain text at the line before the copy of the message.
func (p *Part) splitBounce(mark string) (text string, rest original) {
	text = p.plainText()
	i := 0
	if !strings.HasPrefix(text, mark) {
		if i = strings.Index(text, "\n"+mark) + 1; i == 0 {
			return text, ""
		}
	}
	_, after, _ := strings.Cut(text[i:], "\n")
	return text[:i], original(strings.TrimLeft(after, "\r\n"))
}

// plainText is the body for people, with LF line breaks; "" when there is none or it cannot be read.
func (p *Part) plainText() string {
	leaf := p.Body("plain")
	if leaf == nil {
		return ""
	}
	text, err := leaf.Text()
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// qmailBounce reads qmail's own format: an introduction, a paragraph "<address>:" for each recipient, a paragraph that
// begins with a hyphen, and the message.
func (p *Part) qmailBounce() *DeliveryReport {
	text := p.plainText()
	if !strings.HasPrefix(text, "Hi. This is the") {
		return nil
	}
	r := &DeliveryReport{}
	for paragraph, rest := nextParagraph(text); paragraph != ""; paragraph, rest = nextParagraph(rest) {
		if paragraph[0] == '-' {
			r.MessageID = original(rest).id()
			if r.Type = typeOf(r.Recipients); r.Type == ReportOther {
				return nil // somebody greets us so
			}
			return r
		}
		if x, ok := bracketParagraph(paragraph); ok {
			x.Action = "failed"
			r.Recipients = append(r.Recipients, x)
		}
	}
	return nil
}

// nextParagraph gives the lines up to a blank one, and what follows.
func nextParagraph(text string) (paragraph, rest string) {
	text = strings.TrimLeft(text, "\n")
	paragraph, rest, _ = strings.Cut(text, "\n\n")
	return paragraph, rest
}

// bracketParagraph reads "<address>: what happened".
func bracketParagraph(paragraph string) (ReportedRecipient, bool) {
	if !strings.HasPrefix(paragraph, "<") {
		return ReportedRecipient{}, false
	}
	address, after, found := strings.Cut(paragraph[1:], ">")
	note, text, colon := strings.Cut(after, ":")
	if !found || !colon || !strings.Contains(address, "@") || strings.ContainsAny(address, " \n") {
		return ReportedRecipient{}, false
	}
	x := ReportedRecipient{Address: address}
	if _, expanded, ok := strings.Cut(note, "(expanded from <"); ok { // Postfix tells the address before aliases
		if from, _, ok := strings.Cut(expanded, ">"); ok && strings.Contains(from, "@") {
			x.Address, x.Final = from, address
		}
	}
	x.Text = reportText(strings.Join(strings.Fields(text), " "))
	x.settle(true)
	return x, true
}

// postfixBounce reads Postfix's text for people, for a report that lost its other parts.
func (p *Part) postfixBounce() *DeliveryReport {
	if !p.fromDaemon() {
		return nil
	}
	text := p.plainText()
	if !strings.HasPrefix(strings.TrimLeft(text, "\n"), "This is the mail system at host ") {
		return nil
	}
	action := "failed"
	switch {
	case strings.Contains(text, "\n# THIS IS A WARNING ONLY."):
		action = "delayed"
	case strings.Contains(text, "\nYour message was successfully delivered to"):
		action = "delivered"
	}
	r := &DeliveryReport{}
	for paragraph, rest := nextParagraph(text); paragraph != ""; paragraph, rest = nextParagraph(rest) {
		if x, ok := bracketParagraph(paragraph); ok {
			x.Action = action
			r.Recipients = append(r.Recipients, x)
		}
	}
	if len(r.Recipients) == 0 {
		return nil
	}
	r.Type = typeOf(r.Recipients)
	return r
}

// fromDaemon tells that a mail system sent the message, not a person.
func (p *Part) fromDaemon() bool {
	if path, ok := p.header.Get("Return-Path"); ok && strings.Trim(path, " \t") == "<>" { // RFC 5321 §4.5.5
		return true
	}
	for _, a := range p.header.Addresses("From") {
		local, _, _ := strings.Cut(strings.ToLower(a.Address), "@")
		if local == "mailer-daemon" || local == "postmaster" {
			return true
		}
	}
	return false
}

// exchangeBounce reads the text of old Exchange servers, which signed each diagnosis with a line "MSEXCH:".
func (p *Part) exchangeBounce() *DeliveryReport {
	text := p.plainText()
	_, list, found := strings.Cut(text, "\ndid not reach the following recipient(s):\n")
	if !found || !strings.Contains(list, "MSEXCH:") {
		return nil
	}
	r := &DeliveryReport{}
	for paragraph, rest := nextParagraph(list); paragraph != ""; paragraph, rest = nextParagraph(rest) {
		first, diagnosis, _ := strings.Cut(paragraph, "\n")
		address, _, on := strings.Cut(strings.TrimSpace(first), " on ")
		if !on || !strings.Contains(address, "@") || !strings.Contains(diagnosis, "MSEXCH:") {
			continue
		}
		x := ReportedRecipient{Address: address, Action: "failed", Text: reportText(strings.Join(strings.Fields(diagnosis), " "))}
		x.settle(true)
		r.Recipients = append(r.Recipients, x)
	}
	if len(r.Recipients) == 0 {
		return nil
	}
	r.Type = ReportBounce
	return r
}
