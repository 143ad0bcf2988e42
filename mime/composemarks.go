package mime

import "strings"

// setAutoSubmitted checks the keyword; parameters may follow it.
func setAutoSubmitted(h *Header, value string) error { // RFC 3834 §5
	if value == "" {
		return nil
	}
	word, _, _ := strings.Cut(value, ";")
	if word = strings.TrimSpace(word); !isToken(word) {
		return fault("Auto-Submitted", "this is not a keyword", value)
	}
	switch strings.ToLower(word) {
	case "no", "auto-generated", "auto-replied":
		return h.Set("Auto-Submitted", value)
	}
	// Any token may extend the list; those that do begin alike, as auto-notified does, and others are typing errors.
	if rest, extension := strings.CutPrefix(strings.ToLower(word), "auto-"); extension && rest != "" {
		return h.Set("Auto-Submitted", value)
	}
	return &Error{Field: "Auto-Submitted", What: "this is not one of the keywords", Value: value, Advice: `use "auto-generated", "auto-replied" or "no"`}
}

// feedbackFields is how many parts of a Feedback-ID Gmail looks at.
const feedbackFields = 4

// feedbackFault tells what is wrong with a Feedback-ID: at most three identifiers and the sender, the only one that
// must be there, divided by colons. No RFC describes it; Gmail's help page does.
func feedbackFault(value string) string {
	if value == "" {
		return ""
	}
	for i := 0; i < len(value); i++ {
		if value[i] <= ' ' || value[i] >= 0x7F {
			return "only ASCII without blanks is allowed"
		}
	}
	switch {
	case strings.Count(value, ":") >= feedbackFields:
		return "there may be four fields at most"
	case strings.HasSuffix(value, ":"):
		return "the sender, which comes last, is empty"
	default:
		return ""
	}
}

// warnings tell what the fields ask for in vain.
func (s *Spec) warnings() []string {
	var list []string
	if sender := s.FeedbackID[strings.LastIndexByte(s.FeedbackID, ':')+1:]; sender != "" && (len(sender) < 5 || len(sender) > 15) {
		list = append(list, "feedback_id: Gmail wants a sender of 5 to 15 characters, not "+quote(sender))
	}
	if s.Calendar != nil {
		list = append(list, s.Calendar.warnings(s.To, s.Cc, s.Bcc)...)
		list = append(list, s.Calendar.organizerWarning(s.From, s.Sender)...)
		if s.Text == nil && s.HTML == nil { // RFC 6047 §2.4
			list = append(list, "calendar: there is no text for readers that know no calendars")
		}
	}
	return list
}
