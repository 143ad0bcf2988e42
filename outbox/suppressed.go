package outbox

// leaveOut takes off the recipients that are on the suppression list.
func (f *flight) leaveOut(list map[string]Suppression) {
	if len(list) == 0 {
		return
	}
	left := make([]string, 0, len(f.to))
	for _, a := range f.to {
		if one, ok := list[personOf(a)]; ok {
			f.suppressed = append(f.suppressed, RecipientOutcome{Address: a, State: Suppressed, Reply: Reply{Text: one.words()}})
		} else {
			left = append(left, a)
		}
	}
	f.to = left
}

// words say why an address isn't mailed.
func (s *Suppression) words() string {
	text := "on the suppression list"
	if s.Scope != "*" {
		text += " " + s.Scope
	}
	if s.Reason != "" {
		text += ": " + s.Reason
	}
	return clean(text)
}

// personOf is an address as the suppression list has it. What is no address is on
// no list.
func personOf(address string) string {
	person, err := PersonOf(address)
	if err != nil {
		return address
	}
	return person
}
