package mime

import "strings"

// ReportType says what a delivery report is about as a whole.
type ReportType string

// The types of reports. One that names several recipients has the type of the worst that befell any of them.
const (
	ReportBounce    ReportType = "bounce"    // at least one recipient will not get the message
	ReportDelay     ReportType = "delay"     // none failed yet; delivery is still tried for at least one
	ReportRelayed   ReportType = "relayed"   // handed on to a server that sends no reports
	ReportDelivered ReportType = "delivered" // all got it, directly or by a list or a redirection
	ReportComplaint ReportType = "complaint" // a reader, or a program of theirs, objects to the message
	ReportReceipt   ReportType = "receipt"   // tells what a reader did with the message
	ReportOther     ReportType = "other"     // a report by its form, without any of the above
)

// DeliveryReport is what a report about an earlier message tells.
type DeliveryReport struct {
	Type       ReportType
	Recipients []ReportedRecipient
	MessageID  string // of the message reported on, with angle brackets; "" when the report does not tell
	EnvelopeID string // ENVID of the transaction, decoded; of delivery status notifications
	Reporter   string // the server or program that reports; ""
	Feedback   string // of complaints: the kind, "abuse", "fraud", "not-spam" …
}

// ReportedRecipient is one recipient of the message reported on.
type ReportedRecipient struct {
	Address string // as the sender gave it, if the report tells that, else as the last server had it
	Final   string // as the last server had it, when that differs; ""
	Action  string // "failed", "delayed", "delivered", "relayed", "expanded"; of receipts "displayed", "deleted" …
	Status  string // RFC 3463 code, "5.1.1"; ""
	Text    string // the diagnosis; ""
	Server  string // the server that gave it; ""
}

// DeliveryReport reads a report about an earlier message: a delivery status notification (RFC 3464), a complaint
// (RFC 5965), a receipt (RFC 8098), or a bounce in one of the forms of Exim, qmail, Postfix and Exchange that are known
// by their marks. It is nil for every other message: nothing is guessed from the words of a text.
func (p *Part) DeliveryReport() *DeliveryReport {
	for _, read := range []func(*Part) *DeliveryReport{
		(*Part).statusReport, (*Part).eximBounce, (*Part).qmailBounce, (*Part).postfixBounce, (*Part).exchangeBounce,
	} {
		if r := read(p); r != nil {
			if r.MessageID == "" {
				r.MessageID = p.answeredID()
			}
			return r
		}
	}
	return nil
}

// answeredID is the message that a report answers by its own header, which some servers fill in.
func (p *Part) answeredID() string {
	for _, name := range []string{"In-Reply-To", "References"} {
		if value, ok := p.header.Get(name); ok && strings.Count(value, "<") == 1 {
			return firstID(value)
		}
	}
	return ""
}

// statusReport reads the machine-readable part of a multipart/report, or of what lost that label on its way.
func (p *Part) statusReport() *DeliveryReport { return p.reportBelow(p) }

func (p *Part) reportBelow(root *Part) *DeliveryReport { // RFC 6522 §3
	if !p.multi {
		return p.machineReport(root)
	}
	for _, child := range p.children {
		if r := child.reportBelow(root); r != nil {
			if r.MessageID == "" {
				r.MessageID = p.reportedID()
			}
			return r
		}
	}
	return nil
}

// machineReport reads a leaf by its type; nil for all types that are no reports.
func (p *Part) machineReport(root *Part) *DeliveryReport {
	var read func([]byte, *Part) *DeliveryReport
	switch p.MediaType() {
	case "message/delivery-status", "message/global-delivery-status": // RFC 6533 §4
		read = readDeliveryStatus
	case "message/feedback-report": // RFC 5965
		read = readFeedback
	case "message/disposition-notification", "message/global-disposition-notification": // RFC 6533 §6
		read = readDisposition
	default:
		return nil
	}
	b, err := p.Content()
	if err != nil {
		return nil
	}
	return read(b, root)
}

// reportedID finds the Message-ID of the original, of which a report brings the whole or the header.
func (p *Part) reportedID() string {
	for _, child := range p.children {
		switch child.MediaType() {
		case "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers":
			if id := child.innerID(); id != "" {
				return id
			}
		}
	}
	return ""
}

// innerID is the Message-ID of the message that a part holds.
func (p *Part) innerID() string {
	if p.message != nil {
		id, _ := p.message.header.Get("Message-ID")
		return firstID(id)
	}
	b, err := p.Content()
	if err != nil {
		return ""
	}
	for group := range reportGroups(b) {
		return firstID(group.get("message-id")) // what follows is the body
	}
	return ""
}
