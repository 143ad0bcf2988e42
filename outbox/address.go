package outbox

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"moonpost/smtp"
)

// errNoRelay and its like are what is wrong with a mail beside its content.
var (
	errNoRelay     = errors.New("no relay is named for the mail")
	errNobody      = errors.New("the mail has no recipients")
	errNoText      = errors.New("an address, a Message-ID or a relay's name holds bytes that are no text (NUL, or no UTF-8)")
	errNoMessageID = errors.New("a mail to several sites needs a Message-ID")
)

// address finds out where a mail goes: through which relays, to whom, and which
// recipients are for other sites.
func (s *sender) address(f *flight) error {
	var err error
	if f.relays, err = s.relaysOf(f); err != nil {
		return err
	}
	to := f.mail.To
	if fixed(f.item) {
		to = f.item.Recipients
	}
	switch {
	case len(to) == 0:
		return errNobody
	case !areTexts(to...) || !areTexts(f.relays...) || !areTexts(f.mail.Sender, f.mail.MessageID):
		return errNoText // no store would keep it
	}
	first, err := s.wayTo(f.relays[0])
	if err != nil {
		return err
	}
	domain := ""
	f.to = to
	if first.relay.ByDomain() {
		if domain, err = f.split(to); err != nil {
			return err
		}
	}
	if f.goal, err = s.placeOf(first.name, domain); err != nil {
		return err
	}
	f.goal.relays = f.relays
	if len(f.rest) > 0 && f.mail.MessageID == "" {
		return errNoMessageID
	}
	return nil
}

func areTexts(list ...string) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !utf8.ValidString(s) || strings.ContainsRune(s, 0) })
}

// fixed tells that an earlier rendering has settled who the recipients are: those
// that are left are the store's.
func fixed(it *Item) bool {
	return len(it.Recipients) > 0 && (it.MessageID != "" || it.Tries > 0 || it.Part > 0)
}

// relaysOf asks which way a mail goes. One that was deferred may be sent another.
func (s *sender) relaysOf(f *flight) ([]string, error) {
	relays := f.mail.Relays
	if len(relays) == 0 {
		relays = f.item.Relays
	}
	if s.job.OnDeferred != nil && f.item.Tries > 0 {
		other, err := s.job.OnDeferred(f.item, f.item.Reply)
		if err != nil {
			return nil, err
		}
		if len(other) > 0 {
			relays = other
		}
	}
	if len(relays) == 0 {
		return nil, errNoRelay
	}
	return relays, nil
}

// split leaves the recipients of the first one's domain to the mail, and makes
// parts for those of the other domains.
func (f *flight) split(to []string) (domain string, err error) {
	relay := f.relays[0]
	var domains []string
	byDomain := map[string][]string{}
	for _, address := range to {
		one, err := smtp.DomainOf(address)
		if err != nil {
			return "", err
		}
		if !slices.Contains(domains, one) {
			domains = append(domains, one)
		}
		byDomain[one] = append(byDomain[one], address)
	}
	f.to = byDomain[domains[0]]
	for _, one := range domains[1:] {
		f.rest = append(f.rest, MailPart{Recipients: byDomain[one], Relays: f.relays, Site: SiteName(relay, one)})
	}
	return domains[0], nil
}
