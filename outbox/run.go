package outbox

import (
	"context"
	"log/slog"
	"time"

	"moonpost/relay"
	"moonpost/smtp"
)

// Job is a batch to be run. Its functions are called by Run on the goroutine that
// called it, one at a time, Renderers apart.
type Job struct {
	ID          string
	Fingerprint Fingerprint
	Source      Source   // nil: nothing new; what the store has is sent
	Render      Renderer // called as Source is
	// Renderers render too, each on a goroutine of its own.
	Renderers []Renderer
	// Prepare is called once before Source, by the process that walks it; nil: nothing.
	Prepare func(ctx context.Context) error
	Relays  Relays
	Retry   Retry
	Wait    time.Duration // how long Run waits for retries that are due later, once nothing else is left
	Doubt   Doubt
	Scopes  []string // of the suppression list, besides "*"
	// SuppressOn takes a recipient whose refusal it matches off the mail for ever; nil: nobody.
	SuppressOn func(r Reply) bool
	StopIf     StopIf
	Hours      Hours        // zero: always
	NotBefore  time.Time    // zero: now
	Expires    time.Time    // zero: never; later the batch isn't sent by surprise
	Rates      []relay.Rate // of the batch
	// Failover tells whether a refusal for good is tried with the next relay too; nil: never.
	Failover func(r Reply) bool
	// OnDeferred may send the next try another way: names of relays, or nil.
	OnDeferred func(it *Item, r Reply) ([]string, error)
	Tell       Callbacks
	Flags      Flags
	Env        Env
}

// Source gives rows one after the other; io.EOF ends it. An error of kind
// *RowError leaves out a row, any other ends the walk and Run.
type Source interface {
	Next(ctx context.Context) (*NewItem, error)
}

// RowError says why a row has no item: its key is missing, or raised.
type RowError struct {
	Row int // from 1
	Err error
}

func (e *RowError) Error() string { return e.Err.Error() }
func (e *RowError) Unwrap() error { return e.Err }

// Renderer makes the mail of items.
type Renderer interface {
	// Render returns nil for an item that is skipped this time; an error fails it.
	Render(ctx context.Context, it *Item) (*Mail, error)
}

// Mail is a rendered item. Message must not change until it is sent.
type Mail struct {
	Message   smtp.Message
	Options   *smtp.SendOptions // nil: none; From, To and BeforeFinal are set by Run
	Sender    string
	To        []string
	MessageID string
	Relays    []string // names in order of failover
}

// Relays finds relays by name, and the sites behind them.
type Relays interface {
	// Relay returns a *NotFoundError for an unknown name.
	Relay(name string) (*relay.Relay, error)
}

// Retry is the schedule of further tries.
type Retry struct {
	Attempts int           // tries in all; 0: 5
	First    time.Duration // before the second; 0: 1 min
	Factor   float64       // by which the wait grows; 0: 2
	Cap      time.Duration // longest wait; 0: 1 h
	GiveUp   time.Duration // age at which an item is given up, of a batch's since its first try; 0: 2 days
}

// Policy is what becomes of items in doubt.
type Policy string

// The policies for items in doubt.
const (
	Hold   Policy = "hold"
	Resend Policy = "resend"
	Skip   Policy = "skip" // taken for sent
)

// Doubt settles items in doubt.
type Doubt struct {
	Policy Policy // "": Hold
	// Decide is asked for each item instead, if there is one.
	Decide func(it *Item) (Policy, error)
}

// StopIf ends a run in which too much fails.
type StopIf struct {
	Failed   int64   // items; 0: no such limit
	Fraction float64 // of those done in this run; 0: no such limit
	After    int64   // counts from so many done
}

// Callbacks are called after an outcome is durable, and at least once; nil ones
// aren't.
type Callbacks struct {
	Sent, Failed, Deferred func(e *Event) error
}

// Flags are what the command line asks of every batch.
type Flags struct {
	Limit         int64    // items to send at most; 0: all
	Only          []string // keys; nil: all
	RetryFailed   bool     // failed ones are open again, with new attempts
	Doubt         Policy   // instead of the job's
	AcceptChanges bool
}

// Env is what Run takes of its surroundings.
type Env struct {
	Store Store
	Wall  func() time.Time
	Mono  func() time.Time
	// Sleep waits, or jumps where the clock does.
	Sleep func(ctx context.Context, d time.Duration) error
	Final context.Context // governs the wait for replies to final dots; nil: the call's
	Log   *slog.Logger
	// Confirm is asked after the walk, before anything is sent; false sends nothing.
	Confirm func(p *Plan) (bool, error)
	// Watch shows how the run comes along: snapshot may be called at any time until stop.
	Watch func(id string, snapshot func() Progress) (stop func())
}

// Plan is what a run is about to do.
type Plan struct {
	Batch      Batch
	Resumed    bool
	Rows       int64 // that the source gave
	ToSend     int64 // open items that this run may send; Flags.Limit is not looked at
	Already    int64 // sent before
	Former     int64 // of these: not in the source any more
	Counts     Counts
	Duplicates []string // keys, the first few
	Duplicate  int64
	Changed    int64
	Gone       int64      // open items of earlier walks that the source gave no more: not sent
	Bad        []RowError // the first few
	BadRows    int64
	Through    []string // names of the relays, filled by the caller of Run; empty where they are chosen for each mail
}

// Progress is where a run stands.
type Progress struct {
	Total  int64  // items that this run may send
	Counts Counts // of this run's items
	Done   int64
	Rate   float64       // items done a second, lately
	Left   time.Duration // at this rate; 0: not known
	Phase  string        // "reading", "sending", "waiting" …
}

// Summary is what a run did. Counts but Sent and those named so are of the whole
// batch at its end.
type Summary struct {
	Batch      string
	Sent       int64 // by this run
	Already    int64 // before it
	Failed     int64 // stand failed at its end
	Refused    int64 // recipients, refused for good by this run, of mails that went to others
	Deferred   int64 // due later
	InDoubt    int64
	Suppressed int64
	Skipped    int64 // rendered to nothing by this run
	Duplicate  int64
	Changed    int64
	Gone       int64
	BadRows    int64
	Left       int64     // open items that this run would have sent and did not, whatever the reason
	Wanted     bool      // Left is as the flags asked
	Due        time.Time // of the first of Deferred; zero: none is
	Stopped    string    // StoppedFailures … or other words; "" where the run came to its end
	Why        string    // details of Stopped, or ""
	Duplicates []string  // keys of Duplicate, the first few
	Unknown    []string  // keys of Flags.Only that the batch doesn't have
	Bad        []string  // the first few of BadRows: their numbers, and what is wrong
	Elapsed    time.Duration
	Errors     []Complaint // what went wrong, alike ones together, the most frequent first
}

// Complaint is a reason for failures and how often it came.
type Complaint struct {
	Text string
	Hint string
	N    int64
	Key  string // of the first
}
