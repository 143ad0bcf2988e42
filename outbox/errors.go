package outbox

import (
	"errors"
	"fmt"
	"time"
)

// ErrNoSpace is what a StoreError wraps where the disk or the store's quota is
// full. Nothing was written; it works on once there is space again.
var ErrNoSpace = errors.New("no space left for the store")

// StoreError says what is wrong with a store: it cannot be opened, read or
// written. What a failed call would have changed is as it was.
type StoreError struct {
	Store string // its address, without secrets
	Op    string // "open", "claim" …
	Err   error
	Tip   string // what to do, or ""
	// Transient errors may be gone at the next call: the connection was lost, the
	// server is being restarted, another program holds a lock.
	Transient bool
}

func (e *StoreError) Error() string { return fmt.Sprintf("store %s: %s: %v", e.Store, e.Op, e.Err) }
func (e *StoreError) Unwrap() error { return e.Err }

// Hint tells what to do about it.
func (e *StoreError) Hint() string { return e.Tip }

// Temporary tells whether the same call may work later.
func (e *StoreError) Temporary() bool { return e.Transient }

// TextError refuses a text that no store keeps: keys, addresses and names are
// UTF-8 without NUL. A StoreError wraps it.
type TextError struct {
	What string // "key", "recipient" …
	Text string
}

func (e *TextError) Error() string {
	return fmt.Sprintf("the %s %q holds bytes that are no text (NUL, or no UTF-8)", e.What, e.Text)
}

// BusyError refuses to run what another process runs.
type BusyError struct {
	Batch string
	By    Worker
}

func (e *BusyError) Error() string {
	return fmt.Sprintf("batch %q is being run by process %d on %s since %s", e.Batch, e.By.Process, e.By.Host, e.By.Since.Format(time.DateTime))
}

// Hint tells what to do about it.
func (e *BusyError) Hint() string {
	return "wait for it, or end that process; what it had begun is taken over then"
}

// NotFoundError says that there is no such batch or item.
type NotFoundError struct{ What, Name string }

func (e *NotFoundError) Error() string { return fmt.Sprintf("there is no %s %q", e.What, e.Name) }

// LostError says that the store has taken a worker for dead: it was silent for
// longer than its lease, and what it had is others' now.
type LostError struct{ Worker int64 }

func (e *LostError) Error() string {
	return fmt.Sprintf("worker %d was silent for longer than its lease; others have taken over its mail", e.Worker)
}

// ChangedError refuses a batch of which the script or template is another than
// it began with.
type ChangedError struct {
	Batch string
	What  string // "script" or "template"
	Left  int64  // items that are not at their end
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("batch %q: the %s has changed since the batch began, and %d of its items are still to be sent", e.Batch, e.What, e.Left)
}

// Hint tells what to do about it.
func (e *ChangedError) Hint() string {
	return "--accept-changes sends the rest with the new one; another id begins a new batch"
}

// Kind is the family of the error, as scripts know it.
func (e *StoreError) Kind() string { return "store" }

// Kind is the family of the error, as scripts know it.
func (e *BusyError) Kind() string { return "store" }

// Kind is the family of the error, as scripts know it.
func (e *NotFoundError) Kind() string { return "argument" }

// Kind is the family of the error, as scripts know it.
func (e *LostError) Kind() string { return "store" }

// Kind is the family of the error, as scripts know it.
func (e *ChangedError) Kind() string { return "argument" }
