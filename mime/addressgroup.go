package mime

import "slices"

// HasGroups tells whether an address list names a group, as in "Team: a@b.example, c@d.example;". A list that cannot
// be read has none.
func HasGroups(list string) bool { // RFC 5322 §3.4
	groups, err := parseGroups("address list", list)
	return err == nil && slices.ContainsFunc(groups, func(g group) bool { return g.named })
}
