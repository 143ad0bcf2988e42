package outbox

import "time"

// leaveOut takes suppressed recipients off the mails.
func (s *sender) leaveOut(list []*flight) (ready []*flight) {
	if len(list) == 0 {
		return nil
	}
	var addresses []string
	for _, f := range list {
		for _, a := range f.to {
			addresses = append(addresses, personOf(a))
		}
	}
	found, err := s.suppressed(addresses)
	if !s.try(err) {
		for _, f := range list {
			s.release(f)
			s.back = append(s.back, f.item.ID)
		}
		return nil
	}
	byAddress := map[string]Suppression{}
	for _, one := range found {
		byAddress[one.Address] = one
	}
	for _, f := range list {
		if f.leaveOut(byAddress); len(f.to) > 0 {
			ready = append(ready, f)
		} else {
			s.end(f, Suppressed, f.suppressed[0].Reply)
		}
	}
	return ready
}

// listed is whether there is anybody on the suppression lists that matter, as it
// was a moment ago.
type listed struct {
	anybody bool
	until   time.Time
}

// listedFor is how long an empty list is taken for empty.
const listedFor = time.Second

// suppressed returns the entries for some addresses.
func (s *sender) suppressed(addresses []string) ([]Suppression, error) {
	scopes := append([]string{"*"}, s.job.Scopes...)
	if now := s.env.Mono(); !now.Before(s.listed.until) {
		s.listed = listed{until: now.Add(listedFor)}
		for _, scope := range scopes {
			one, err := s.env.Store.ListSuppressed(s.ctx, scope, "", 1)
			if err != nil {
				return nil, err
			}
			s.listed.anybody = s.listed.anybody || len(one) > 0
		}
	}
	if !s.listed.anybody {
		return nil, nil
	}
	return s.env.Store.Suppressed(s.ctx, addresses, scopes, s.env.Wall())
}
