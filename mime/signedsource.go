package mime

import (
	"errors"
	"hash/maphash"
	"sync/atomic"
)

// signedSource knows again what a source gave when it was signed. A file that has changed since would go out with a
// signature that is not its own, and nobody but the receiver would notice.
type signedSource struct {
	seed maphash.Seed
	sum  atomic.Pointer[uint64] // of the first reading
}

var errChanged = errors.New("the content is another than when it was signed")

// watchSources has the sources of a message that is about to be signed watched.
func watchSources(segments []segment) {
	for i := range segments {
		if s := &segments[i]; s.part != nil && s.signed == nil {
			s.signed = &signedSource{seed: maphash.MakeSeed()}
		}
	}
}

// watch compares what read hands on with what was handed on the first time; nil compares nothing.
func (s *signedSource) watch(emit func([]byte) error, read func(emit func([]byte) error) error) error {
	if s == nil {
		return read(emit)
	}
	var hash maphash.Hash
	hash.SetSeed(s.seed)
	err := read(func(b []byte) error {
		_, _ = hash.Write(b) // it takes everything
		return emit(b)
	})
	if err != nil {
		return err
	}
	sum := hash.Sum64()
	if !s.sum.CompareAndSwap(nil, &sum) && *s.sum.Load() != sum {
		return errChanged
	}
	return nil
}
