package sqlstore

import (
	"context"

	"moonpost/outbox"
)

// noteRunning tells of each batch which living worker runs it.
func (s *store) noteRunning(ctx context.Context, list []outbox.Batch) error {
	return s.update(ctx, "look who runs batches", "", func(t *tx) error {
		for i := range list {
			b := &list[i]
			b.Runs = nil
			if b.Producer == 0 {
				continue
			}
			w, ok, err := s.engine.living(t, b.Producer)
			if err != nil {
				return err
			}
			if ok {
				b.Runs = &w
			}
		}
		return nil
	})
}
