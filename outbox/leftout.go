package outbox

import "slices"

// leaveOut counts a row that has no item, and names the first ones.
func (p *Plan) leaveOut(e *RowError) {
	p.BadRows++
	if len(p.Bad) < rowsNamed {
		p.Bad = append(p.Bad, *e)
	}
}

// repeated counts a row whose key came before, and names the first ones.
func (p *Plan) repeated(key string) {
	p.Duplicate++
	if len(p.Duplicates) < keysNamed && !slices.Contains(p.Duplicates, key) {
		p.Duplicates = append(p.Duplicates, key)
	}
}
