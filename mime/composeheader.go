package mime

import (
	"slices"
	"strings"
)

// ListSpec describes a mailing list.
type ListSpec struct {
	ID          string   // "news.example.org" or "Our news <news.example.org>"
	Unsubscribe []string // https: and mailto: URLs
	OneClick    bool     // offers unsubscription by one POST; needs an https: URL in Unsubscribe
	Subscribe   []string
	Post        []string // "NO" when nobody may write to the list
	Owner       []string
	Help        []string
	Archive     []string
}

// fillHeader sets the fields in the order in which people expect them.
func (s *Spec) fillHeader(h *Header) error {
	h.fields = slices.Grow(h.fields, 10) // most messages have no more
	for _, set := range []func(*Header) error{s.setPeople, s.setSubject, s.setThread, s.setList, s.setMarks, s.setOthers} {
		if err := set(h); err != nil {
			return err
		}
	}
	return nil
}

func (s *Spec) setPeople(h *Header) error {
	fields := []struct {
		name string
		list []Address
	}{{"From", s.From}, {"Sender", s.Sender}, {"Reply-To", s.ReplyTo}, {"To", s.To}, {"Cc", s.Cc}, {"Bcc", s.Bcc},
		{"Disposition-Notification-To", s.ReceiptTo}} // RFC 8098 §2.1
	for _, f := range fields {
		if len(f.list) == 0 {
			continue
		}
		if err := h.SetAddresses(f.name, f.list); err != nil {
			return err
		}
	}
	if len(s.From) > 1 && len(s.Sender) == 0 { // RFC 5322 §3.6.2
		text, _ := h.Get("From")
		return &Error{Field: "From", What: "several authors need a Sender", Value: text, Advice: "set the sender to the one who sends"}
	}
	return nil
}

func (s *Spec) setSubject(h *Header) error {
	if s.Subject != "" {
		if err := h.Set("Subject", s.Subject); err != nil {
			return err
		}
	}
	if !s.Date.IsZero() {
		return h.SetDate("Date", s.Date)
	}
	return nil
}

func (s *Spec) setThread(h *Header) error {
	return setAll(h, [][2]string{
		{"Message-ID", s.MessageID},
		{"In-Reply-To", strings.Join(s.InReplyTo, " ")},
		{"References", strings.Join(s.References, " ")},
	})
}

// setAll sets the fields that have a value.
func setAll(h *Header, fields [][2]string) error {
	for _, f := range fields {
		if f[1] == "" {
			continue
		}
		if err := h.Set(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}

func (s *Spec) setList(h *Header) error {
	l := s.List
	if l == nil {
		return nil
	}
	err := setAll(h, [][2]string{
		{"List-ID", l.ID},
		{"List-Unsubscribe", urls(l.Unsubscribe)},
		{"List-Subscribe", urls(l.Subscribe)},
		{"List-Post", urls(l.Post)},
		{"List-Owner", urls(l.Owner)},
		{"List-Help", urls(l.Help)},
		{"List-Archive", urls(l.Archive)},
	})
	if err != nil || !l.OneClick {
		return err
	}
	for _, u := range l.Unsubscribe {
		if isSecure(u) {
			return h.Set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click") // RFC 8058 §3.1
		}
	}
	return &Error{
		Field: "List-Unsubscribe", What: "one-click unsubscription needs an https: URL", Value: urls(l.Unsubscribe), // RFC 8058 §3.1
		Advice: "add an https: URL to unsubscribe",
	}
}

func isSecure(url string) bool {
	url = strings.TrimLeft(url, "<")
	return len(url) > len("https:") && strings.EqualFold(url[:len("https:")], "https:")
}

// urls brackets each URL, so that a comma inside one does not divide it.
func urls(list []string) string {
	out := make([]string, len(list))
	for i, u := range list {
		if out[i] = u; !strings.HasPrefix(u, "<") && !strings.EqualFold(u, "NO") {
			out[i] = "<" + u + ">"
		}
	}
	return strings.Join(out, ", ")
}

// setMarks sets the fields by which programs treat a message.
func (s *Spec) setMarks(h *Header) error {
	if err := setPriority(h, s.Priority); err != nil {
		return err
	}
	if err := setAutoSubmitted(h, s.AutoSubmitted); err != nil {
		return err
	}
	if wrong := feedbackFault(s.FeedbackID); wrong != "" {
		return &Error{Field: "Feedback-ID", What: wrong, Value: s.FeedbackID, Advice: "write campaign:customer:kind:sender; all but the sender may be left out"}
	}
	return setAll(h, [][2]string{{"Feedback-ID", s.FeedbackID}})
}

// setPriority uses the fields of all known readers, because no two look at the same.
func setPriority(h *Header, level string) error {
	switch level {
	case "", "normal":
		return nil
	case "high":
		return setAll(h, [][2]string{{"X-Priority", "1 (Highest)"}, {"Importance", "high"}, {"Priority", "urgent"}}) // RFC 2156
	case "low":
		return setAll(h, [][2]string{{"X-Priority", "5 (Lowest)"}, {"Importance", "low"}, {"Priority", "non-urgent"}}) // RFC 2156
	default:
		return &Error{Field: "priority", What: "this is not a priority", Value: level, Advice: `use "high", "normal" or "low"`}
	}
}

// setOthers sets the free fields; a name that stands in the list twice is added twice.
func (s *Spec) setOthers(h *Header) error {
	seen := make(map[string]bool)
	for _, f := range s.Headers {
		key := strings.ToLower(f[0])
		set := h.Set
		if seen[key] {
			set = h.Add
		}
		seen[key] = true
		if err := set(f[0], f[1]); err != nil {
			return err
		}
	}
	return nil
}
