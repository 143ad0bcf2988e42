package sign

import (
	"bytes"
	"slices"
	"sync"

	"moonpost/mime"
)

const (
	cachedBodies = 8        // bodies whose hashes are remembered
	cachedFrom   = 4 << 10  // octets; a smaller body is hashed faster than found
	cachedOctets = 32 << 20 // of the bodies beside the last used; they stay in memory for it
)

// BodyHashes remembers the hashes of the last few bodies, so that a body that goes to many recipients is hashed once.
// Signers that share one hash a body once for all of them. Bodies are compared octet by octet, which for octets that
// messages share costs nothing; a body of which a part is read from a source is hashed every time, because the source
// may have changed. The zero value is ready. It may be used by several goroutines at once.
type BodyHashes struct {
	mu   sync.Mutex
	list []bodyHash // the last used first
}

type bodyHash struct {
	pieces  [][]byte
	relaxed bool
	hash    []byte
}

// of gives the hash of the body.
func (c *BodyHashes) of(s *mime.Signing, relaxed bool) ([]byte, error) {
	pieces, kept := s.Kept()
	if !kept || octets(pieces) < cachedFrom {
		return hashBody(relaxed, s.Body)
	}
	if h := c.find(pieces, relaxed); h != nil {
		return h, nil
	}
	h, err := hashBody(relaxed, s.Body)
	if err == nil {
		c.add(bodyHash{pieces, relaxed, h})
	}
	return h, err
}

func octets(pieces [][]byte) int {
	n := 0
	for _, p := range pieces {
		n += len(p)
	}
	return n
}

func (c *BodyHashes) find(pieces [][]byte, relaxed bool) []byte {
	c.mu.Lock()
	list := c.list // whose elements never change
	c.mu.Unlock()
	i := slices.IndexFunc(list, func(h bodyHash) bool { return h.relaxed == relaxed && slices.EqualFunc(h.pieces, pieces, bytes.Equal) })
	if i < 0 {
		return nil
	}
	if i > 0 {
		c.add(list[i])
	}
	return list[i].hash
}

// add puts a hash in front of a new list.
func (c *BodyHashes) add(h bodyHash) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]bodyHash, 0, cachedBodies)
	list = append(list, h)
	total := 0
	for _, old := range c.list {
		if total += octets(old.pieces); total > cachedOctets {
			break
		}
		if len(list) < cachedBodies && (old.relaxed != h.relaxed || !bytes.Equal(old.hash, h.hash)) {
			list = append(list, old)
		}
	}
	c.list = list
}
