package mime

// slab is memory that renderings take pieces of: many small ones made one by one
// cost more than their octets do.
type slab struct{ rest []byte }

// slabSize is a size that the allocator has a class for.
const slabSize = 32 << 10

// room gives an empty buffer for a rendering of about n octets. Renderings that
// are made one after the other mostly end together, too; one that is kept keeps
// its slab.
func (t *Template) room(n int) []byte {
	if n > slabSize/4 {
		return make([]byte, 0, n)
	}
	s, _ := t.slabs.Get().(*slab)
	if s == nil {
		s = &slab{}
	}
	if len(s.rest) < n {
		s.rest = make([]byte, slabSize)
	}
	piece := s.rest[:0:n]
	s.rest = s.rest[n:]
	t.slabs.Put(s)
	return piece
}
