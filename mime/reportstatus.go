package mime

import (
	"strconv"
	"strings"
)

// readDeliveryStatus reads the fields of a message and, behind a blank line each, of its recipients.
func readDeliveryStatus(b []byte, root *Part) *DeliveryReport { // RFC 3464 §2.1
	r := &DeliveryReport{}
	for group := range reportGroups(b) {
		if r.Reporter == "" {
			_, r.Reporter = typed(group.get("reporting-mta"))
		}
		if id := group.get("original-envelope-id"); r.EnvelopeID == "" && id != "" { // RFC 3464 §2.2.1
			r.EnvelopeID = unxtext(id)
		}
		if r.MessageID == "" {
			r.MessageID = firstID(group.get("x-original-message-id"))
		}
		if recipient, ok := readRecipient(group); ok {
			r.Recipients = append(r.Recipients, recipient)
		}
	}
	if len(r.Recipients) == 0 {
		r.Recipients = root.failedRecipients()
	}
	r.Type = typeOf(r.Recipients)
	return r
}

// readRecipient reads the fields of one recipient; ok is false for fields that concern the message.
func readRecipient(g reportGroup) (ReportedRecipient, bool) {
	final := reportAddress(g.get("final-recipient")) // RFC 3464 §2.3.2
	x := ReportedRecipient{Address: final}
	if original := reportAddress(g.get("original-recipient")); original != "" { // RFC 3464 §2.3.1
		if x.Address = unxtext(original); final != "" && !strings.EqualFold(final, x.Address) {
			x.Final = final
		}
	}
	if x.Address == "" {
		return x, false
	}
	x.Action = firstWord(g.get("action")) // RFC 3464 §2.3.3
	x.Status = firstWord(g.get("status")) // RFC 3464 §2.3.4
	_, x.Server = typed(g.get("remote-mta"))
	kind, text := typed(g.get("diagnostic-code")) // RFC 3464 §2.3.6
	x.Text = reportText(text)
	x.settle(kind == "smtp" || kind == "")
	return x, true
}

// settle fills in what servers leave out: a code that the diagnosis has and the report only hints at, and the action
// where the code tells it.
func (x *ReportedRecipient) settle(smtp bool) {
	x.Address, x.Final, x.Action = tidyText(x.Address), tidyText(x.Final), tidyText(x.Action)
	if !isStatus(x.Status) {
		x.Status = ""
	}
	if vague := strings.HasSuffix(x.Status, ".0.0"); smtp && (x.Status == "" || vague) {
		if exact := enhancedStatus(x.Text); exact != "" && (x.Status == "" || exact[0] == x.Status[0]) {
			x.Status = exact
		}
	}
	if x.Action == "" && x.Status != "" {
		x.Action = map[byte]string{'2': "delivered", '4': "delayed", '5': "failed"}[x.Status[0]]
	}
}

// firstWord is a keyword in lower case, without a comment behind it.
func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t(;,"); i >= 0 {
		s = s[:i]
	}
	return strings.ToLower(s)
}

// unxtext undoes the escapes of SMTP's parameters, which some servers (Exim) copy into reports and others (Postfix)
// undo. They are undone when all that look so stand for what must be escaped: else a "+" is only a "+".
func unxtext(s string) string { // RFC 3461 §4
	given := s
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "+")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if len(rest) < 2 {
			return given
		}
		n, err := strconv.ParseUint(rest[:2], 16, 8)
		if err != nil || strings.ToUpper(rest[:2]) != rest[:2] || n != '+' && n != '=' && n != ' ' {
			return given
		}
		b.WriteByte(byte(n))
		s = rest[2:]
	}
}

// typeOf is what happened to the recipients at worst.
func typeOf(list []ReportedRecipient) ReportType { // RFC 3464 §2.3.3
	order := []struct {
		action string
		kind   ReportType
	}{{"failed", ReportBounce}, {"delayed", ReportDelay}, {"relayed", ReportRelayed}, {"delivered", ReportDelivered}, {"expanded", ReportDelivered}}
	seen := make(map[string]bool)
	for i := range list {
		seen[list[i].Action] = true
	}
	for _, x := range order {
		if seen[x.action] {
			return x.kind
		}
	}
	return ReportOther
}

// readFeedback reads a complaint of a reader or a filter.
func readFeedback(b []byte, _ *Part) *DeliveryReport { // RFC 5965
	r := &DeliveryReport{Type: ReportComplaint}
	for group := range reportGroups(b) {
		for _, f := range group {
			switch f.name {
			case "feedback-type":
				r.Feedback = firstWord(f.value)
			case "user-agent":
				r.Reporter = reportText(f.value)
			case "original-envelope-id":
				r.EnvelopeID = unxtext(f.value)
			case "original-rcpt-to":
				if a := reportAddress(f.value); a != "" {
					r.Recipients = append(r.Recipients, ReportedRecipient{Address: a})
				}
			}
		}
	}
	switch r.Feedback {
	case "":
		return nil
	case "not-spam", "auth-failure": // RFC 6430; RFC 6591
		r.Type = ReportOther
	}
	for i := range r.Recipients {
		r.Recipients[i].Action = r.Feedback
	}
	return r
}

// readDisposition reads what became of a message at its reader's.
func readDisposition(b []byte, _ *Part) *DeliveryReport { // RFC 8098 §3.2
	for g := range reportGroups(b) {
		r := &DeliveryReport{Type: ReportReceipt, MessageID: firstID(g.get("original-message-id"))}
		r.Reporter = reportText(g.get("reporting-ua"))
		x, ok := readRecipient(g)
		if !ok {
			return nil
		}
		_, what, _ := strings.Cut(g.get("disposition"), ";") // "manual-action/MDN-sent-manually; displayed/error"
		what = strings.TrimSpace(what)
		word, modifier, _ := strings.Cut(what, "/")
		x.Action, x.Text = firstWord(word), reportText(modifier)
		for _, name := range []string{"failure", "error", "warning"} {
			if text := g.get(name); text != "" {
				x.Text = reportText(text)
				break
			}
		}
		r.Recipients = []ReportedRecipient{x}
		return r
	}
	return nil
}
