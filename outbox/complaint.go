package outbox

import (
	"cmp"
	"slices"
)

// complaintsKept is how many different reasons a summary lists; of others the
// number is kept alone.
const (
	complaintsKept  = 20
	complaintsKnown = 1000
)

// complaints counts reasons for failures, alike ones together.
type complaints struct {
	byText map[string]*Complaint
	order  []*Complaint
	others int64
}

// add notes a reason. Once a thousand different ones are known, others are only
// counted: a server may put a number of its own into each.
func (c *complaints) add(text, hint, key string) {
	if one := c.byText[text]; one != nil {
		one.N++
		return
	}
	if len(c.order) >= complaintsKnown {
		c.others++
		return
	}
	if c.byText == nil {
		c.byText = map[string]*Complaint{}
	}
	one := &Complaint{Text: text, Hint: hint, N: 1, Key: key}
	c.byText[text] = one
	c.order = append(c.order, one)
}

// list returns the most frequent ones; what else there was comes last.
func (c *complaints) list() []Complaint {
	sorted := slices.Clone(c.order)
	slices.SortFunc(sorted, func(a, b *Complaint) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Text, b.Text)) })
	var list []Complaint
	others := c.others
	for i, one := range sorted {
		if i < complaintsKept {
			list = append(list, *one)
		} else {
			others += one.N
		}
	}
	if others > 0 {
		list = append(list, Complaint{Text: "other reasons", N: others})
	}
	return list
}
