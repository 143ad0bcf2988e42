package mime

import "strings"

// IsAutomatic tells whether a program, not a person, sent the message, so that no program should answer it: by
// Auto-Submitted, a list's fields, Precedence, a null sender, the form of a report, or a wish for no automatic answers.
func (m *Message) IsAutomatic() bool {
	return m.from != nil && *m.from == "" || m.Part.isAutomatic()
}

func (p *Part) isAutomatic() bool {
	h := p.header
	if value, ok := h.Get("Auto-Submitted"); ok && firstWord(strings.TrimSpace(value)) != "no" { // RFC 3834 §5
		return true
	}
	if path, ok := h.Get("Return-Path"); ok && strings.Trim(path, " \t") == "<>" { // RFC 3834 §2
		return true
	}
	for name := range h.Fields() {
		if len(name) > len("list-") && strings.EqualFold(name[:len("list-")], "list-") { // RFC 2369 §2
			return true
		}
	}
	value, _ := h.Get("Precedence")
	switch firstWord(strings.TrimSpace(value)) {
	case "bulk", "list", "junk", "auto_reply": // RFC 3834 §3.1.8
		return true
	}
	return p.wantsNoAnswer() || p.MediaType() == "multipart/report" || p.DeliveryReport() != nil
}

// wantsNoAnswer reads the field by which Exchange asks for no automatic answers. Wishes about reports alone do not
// count: people's mail may have them.
func (p *Part) wantsNoAnswer() bool {
	value, _ := p.header.Get("X-Auto-Response-Suppress")
	for word := range strings.SplitSeq(value, ",") {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "all", "oof", "autoreply":
			return true
		}
	}
	return false
}
