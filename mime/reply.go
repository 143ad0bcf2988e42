package mime

import (
	"slices"
	"strings"
)

// ReplyOptions say how a message is answered. The zero value answers its author without quoting.
type ReplyOptions struct {
	All         bool      // to all who got it, too
	Own         []Address // further addresses of the one who answers, who gets no copy
	Quote       bool      // the original's text stands below the answer
	QuoteHTML   bool      // and in an HTML form as well, without its pictures
	Attribution *string   // the line above the quote; nil is "On DATE, NAME wrote:"
}

// Reply builds an answer. What the Spec leaves open is taken from the original: recipients, subject, and the fields by
// which readers find the thread. The error is an *Error.
func Reply(original *Message, s Spec, o ReplyOptions, env *Env) (*Message, error) {
	if err := original.settle(); err != nil {
		return nil, err
	}
	own := addressSet(s.From, s.Sender, s.ReplyTo, o.Own)
	to, cc := original.header.answered(o.All, own)
	if len(s.To) == 0 {
		s.To = to
	}
	if len(s.Cc) == 0 {
		s.Cc = cc
	}
	if len(s.To)+len(s.Cc)+len(s.Bcc)+len(s.EnvelopeTo) == 0 {
		return nil, &Error{Field: "To", What: "the message tells nobody to answer", Advice: "give the recipients"}
	}
	if s.Subject == "" {
		subject, _ := original.header.Get("Subject")
		s.Subject = strings.TrimSpace("Re: " + withoutPrefixes(subject, replyPrefixes)) // RFC 5322 §3.6.5
	}
	original.thread(&s)
	if o.Quote || o.QuoteHTML {
		if err := s.quote(original, o); err != nil {
			return nil, err
		}
	}
	return Compose(s, env)
}

// settle fixes the Message-ID of a message that was built and not sent yet.
func (m *Message) settle() error {
	if m.origin != nil || m.env == nil {
		return nil
	}
	return m.fix()
}

// answered gives who gets an answer: whom the author names, else the author; with all the other recipients, too. Who
// answers a message of their own writes to its recipients once more.
func (h *Header) answered(all bool, own map[string]bool) (to, cc []Address) { // RFC 5322 §3.6.2
	seen := make(map[string]bool)
	if all {
		if to = without(h.usable("Mail-Followup-To"), own, seen); len(to) > 0 {
			return to, nil
		}
	}
	for _, name := range []string{"Mail-Reply-To", "Reply-To", "From"} {
		list := h.usable(name)
		if len(list) == 0 {
			continue
		}
		if to = without(list, own, seen); len(to) == 0 && !all {
			to = without(h.usable("To"), own, seen)
		}
		break
	}
	if all {
		to = append(to, without(h.usable("To"), own, seen)...)
		cc = without(h.usable("Cc"), own, seen)
	}
	if len(to) == 0 {
		return cc, nil
	}
	return to, cc
}

// usable gives the addresses of a field that a header may hold; broken mail has others.
func (h *Header) usable(name string) []Address {
	return slices.DeleteFunc(h.Addresses(name), func(a Address) bool { return a.Validate() != nil })
}

// without leaves out the addresses that are in one of the sets, and adds the others to seen.
func without(list []Address, own, seen map[string]bool) []Address {
	var out []Address
	for _, a := range list {
		if key := addressKey(a); !own[key] && !seen[key] {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out
}

func addressSet(lists ...[]Address) map[string]bool {
	set := make(map[string]bool)
	for _, list := range lists {
		for _, a := range list {
			set[addressKey(a)] = true
		}
	}
	return set
}

// addressKey compares addresses as people do, without regard to case, and domains by their A-labels.
func addressKey(a Address) string {
	if box, err := checkMailbox("address", a); err == nil {
		return strings.ToLower(box.local + "@" + box.ascii)
	}
	return strings.ToLower(a.Address)
}

// thread sets the identifiers by which readers put an answer below the message.
func (m *Message) thread(s *Spec) { // RFC 5322 §3.6.4
	field := func(name string) []string {
		text, _ := m.header.Get(name)
		return identifiers(text)
	}
	id := field("Message-ID")
	if len(s.InReplyTo) == 0 && len(id) > 0 {
		s.InReplyTo = id[:1]
	}
	if len(s.References) > 0 {
		return
	}
	list := field("References")
	if parents := field("In-Reply-To"); len(list) == 0 && len(parents) == 1 {
		list = parents
	}
	if len(id) > 0 {
		list = append(list, id[0])
	}
	s.References = boundedThread(list)
}

// threadLimit is how many identifiers an answer names: the first of the thread, and the last ones.
const threadLimit = 20

func boundedThread(list []string) []string {
	seen := make(map[string]bool)
	out := slices.DeleteFunc(list, func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
	if len(out) > threadLimit {
		out = append(out[:1], out[len(out)-threadLimit+1:]...)
	}
	return out
}

// identifiers finds what may stand as an identifier in a header; broken mail has other things there.
func identifiers(text string) []string {
	var list []string
	for {
		start := strings.IndexByte(text, '<')
		if start < 0 {
			return list
		}
		text = text[start:]
		end := strings.IndexAny(text[1:], "<>") + 1
		if end == 0 {
			return list
		}
		if text[end] == '<' {
			text = text[end:]
			continue
		}
		id, wrong := bracketed(text[:end+1])
		if wrong == "" && isASCII(id) && checkText("id", id) == nil && len(id) < lineHard-lineSoft {
			list = append(list, id)
		}
		text = text[end+1:]
	}
}
