package outbox

import "time"

// BatchState is where a batch stands.
type BatchState string

// The states of a batch.
const (
	BatchOpen      BatchState = "open"      // may be run
	BatchCancelled BatchState = "cancelled" // a person ended it: nothing of it is sent any more
)

// Batch is a record of the store.
type Batch struct {
	ID       string
	Script   string // SHA-256 in hexadecimal of the script it began with
	Template string // the same of the template, "" without
	State    BatchState
	Walk     int64 // number of the last walk of its source
	Walked   bool  // that walk came to its end
	Producer int64 // worker that walks the source or did so last; 0: none yet
	Created  time.Time
	Updated  time.Time
	Counts   Counts  // nil where they weren't asked for
	Runs     *Worker // that lives and runs it now, of Batch and ListBatches; nil: nobody
}

// Fingerprint is what a batch should not change half-way.
type Fingerprint struct{ Script, Template string }

// Worker is a process that delivers. Its ID is the epoch of all it claims: no other
// worker ever gets it, and what a worker does after the store took it for dead is
// refused.
type Worker struct {
	ID      int64
	Host    string
	Process int
	Since   time.Time
}
