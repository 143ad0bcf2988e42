package mime

import "strings"

// Warnings tell what is allowed but probably not meant, as far as it is the same in all messages.
func (t *Template) Warnings() []string { return t.warnings }

func (s *TemplateSpec) warnings() []string {
	known := Spec{Calendar: s.Calendar}
	if s.Text != nil || s.HTML != nil {
		known.Text = new(string)
	}
	if s.FeedbackID.fixed() {
		known.FeedbackID = s.FeedbackID.fill(nil)
	}
	list := known.warnings()
	if s.HTML == nil {
		return list
	}
	// A page that is a gap as a whole is not known before it is filled.
	if page := strings.Join(s.HTML.Texts, "gap"); page != "gap" {
		list = append(list, cidWarnings(page, s.Inline)...)
	}
	return list
}
