package outbox

import (
	"context"
	"time"
)

// Store keeps the outbox. All times are of the caller's wall clock but those of
// leases, which are the store's own. It is for any number of goroutines.
//
// Errors are *StoreError (kind store) for what is wrong with the store itself,
// *BusyError, *NotFoundError, or the context's cause.
type Store interface {
	Workers
	Batches
	Intake
	Ledger
	Inventory
	MailQueue
	Suppressions
	Values
	// Shared tells that processes on several machines may use the store: then a
	// batch is run by many, leases run out by time, and limits are shared.
	Shared() bool
	// Name is the store's address without secrets, for messages.
	Name() string
	Close() error
}

// Workers are the processes that deliver.
type Workers interface {
	// Join registers a worker, alive until Leave, the process's end or, in a
	// shared store, LeaseTime without a Beat.
	Join(ctx context.Context) (Worker, error)
	// Beat says that the worker is alive, and what it wants to send through: for
	// each name it gets some of the shards into which the limits of that place are
	// cut, as fair a share as the number of workers allows, none while others
	// hold all. *LostError if the store has taken the worker for dead.
	Beat(ctx context.Context, worker int64, wants []Want) ([]Share, error)
	// Leave gives back all that the worker has claimed and its shares.
	Leave(ctx context.Context, worker int64) error
	// Recover brings what dead workers left behind into order: claimed items are
	// as they were before (pending, ready, or deferred if they had been tried),
	// intents in doubt. It returns how many of each.
	Recover(ctx context.Context) (ready, inDoubt int64, err error)
}

// Want names a relay or site, and into how many shards its limits may be cut.
type Want struct {
	Name   string
	Shards int
}

// Share is how much of a place's limits a worker has: Held of Shards.
type Share struct {
	Name         string
	Held, Shards int
}

// Batches are the records of batches.
type Batches interface {
	// OpenBatch returns the batch and makes it where there is none.
	OpenBatch(ctx context.Context, id string, f Fingerprint, now time.Time) (b Batch, created bool, err error)
	// AcceptChanges makes f the fingerprint of the batch.
	AcceptChanges(ctx context.Context, id string, f Fingerprint) error
	// Produce makes the worker the one that walks the source and begins a walk; a
	// *BusyError if another that lives is it.
	Produce(ctx context.Context, id string, worker int64) (walk int64, err error)
	// Walked says that the walk came to its end.
	Walked(ctx context.Context, id string, worker int64) error
	// Batch returns one, with counts. *NotFoundError.
	Batch(ctx context.Context, id string) (Batch, error)
	// ListBatches returns all, with counts, the newest first.
	ListBatches(ctx context.Context) ([]Batch, error)
	// CancelBatch ends a batch: what is open is Cancelled. It returns how many.
	CancelBatch(ctx context.Context, id string) (int64, error)
	// ForgetBatch deletes a batch and all its items: their keys may be mailed again.
	// *BusyError while a worker runs it.
	ForgetBatch(ctx context.Context, id string) error
	// Prune forgets batches and queued mail that came to their end before a
	// moment. It returns how many batches and items.
	Prune(ctx context.Context, before time.Time) (batches, items int64, err error)
}

// Intake takes rows of a batch.
type Intake interface {
	// Add takes rows, in one transaction; the arrivals are in their order. Rows of
	// items that are open are refreshed, others stay.
	Add(ctx context.Context, batch string, worker, walk int64, rows []NewItem, now time.Time) ([]Arrival, error)
}

// Ledger is what delivering reads and writes.
type Ledger interface {
	// Claim gives items to the worker, in the order of Due, then ID. With none left
	// the list is empty.
	Claim(ctx context.Context, c Claim) ([]Item, error)
	// Commit makes a group durable.
	Commit(ctx context.Context, g *Group) (*Verdict, error)
	// DueSites lists sites with ready or deferred items of a batch (or the Queue),
	// those due later included, the earliest first; pending is how many items wait
	// to be rendered.
	DueSites(ctx context.Context, batch string, walk int64) (sites []SiteDue, pending int64, err error)
	// SiteStates returns what was kept of sites.
	SiteStates(ctx context.Context, names []string) ([]SiteState, error)
	// Untold returns events of a batch that callbacks wait for, the oldest first.
	Untold(ctx context.Context, batch string, n int) ([]Event, error)
}

// Filter chooses items.
type Filter struct {
	Batch  string
	States []State  // nil: all
	Keys   []string // nil: all
	Walk   int64    // of this walk; 0: all
	After  int64    // IDs above this one: for pages
	N      int      // at most; 0: 1000
}

// Change is what people do to items.
type Change struct {
	Batch string
	Keys  []string // nil: all in From
	From  []State
	To    State // Ready stands for Pending where no recipients are fixed
	Reply *Reply
	Fresh bool // forget attempts and the due time
	Now   time.Time
}

// Inventory is for people's questions and decisions.
type Inventory interface {
	Items(ctx context.Context, f Filter) ([]Item, error)
	Counts(ctx context.Context, batch string, walk int64) (Counts, error)
	// Outcomes returns what became of an item's recipients one by one, where they
	// fared differently.
	Outcomes(ctx context.Context, item int64) ([]RecipientOutcome, error)
	// Change moves items from one state to another and returns how many.
	Change(ctx context.Context, c Change) (int64, error)
	// Lookup returns the states of keys that exist.
	Lookup(ctx context.Context, batch string, keys []string) (map[string]State, error)
}

// MailQueue takes whole messages.
type MailQueue interface {
	// Put keeps a message. Where the key is taken, dup is the item that has it, and
	// nothing is kept; same tells whether its content is the same.
	Put(ctx context.Context, m NewMail, now time.Time) (id int64, dup *Item, same bool, err error)
	// Body returns a message that was put.
	Body(ctx context.Context, sum string) ([]byte, error)
}

// Suppression keeps an address from being mailed.
type Suppression struct {
	Address string // as PersonOf gives it
	Scope   string // "*" is everywhere
	Reason  string
	Source  string    // who says so: a batch, a script, a person
	Until   time.Time // zero: for ever
	Created time.Time
}

// Suppressions are the list of addresses that are not mailed.
type Suppressions interface {
	Suppress(ctx context.Context, list []Suppression) error
	// Suppressed returns the entries that hold for some addresses in some scopes;
	// those of "*" always do.
	Suppressed(ctx context.Context, addresses, scopes []string, now time.Time) ([]Suppression, error)
	// Unsuppress takes addresses off the list of one scope and returns how many
	// were on it.
	Unsuppress(ctx context.Context, addresses []string, scope string) (int64, error)
	// ListSuppressed returns entries in order of address behind after, at most n.
	ListSuppressed(ctx context.Context, scope, after string, n int) ([]Suppression, error)
}

// Values are the durable state of scripts: opaque values by space and key.
type Values interface {
	// Value returns a value and until when it is kept; the zero time is for ever.
	Value(ctx context.Context, space, key string, now time.Time) (value []byte, until time.Time, ok bool, err error)
	// SetValue keeps a value; a zero until is for ever.
	SetValue(ctx context.Context, space, key string, value []byte, until, now time.Time) error
	DeleteValue(ctx context.Context, space, key string) (existed bool, err error)
	// SwapValue replaces a value by another only if it still is old (nil: absent);
	// a nil value deletes.
	SwapValue(ctx context.Context, space, key string, old, value []byte, until, now time.Time) (swapped bool, err error)
}
