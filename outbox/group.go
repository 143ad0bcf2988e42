package outbox

import "time"

// Claim asks for items to deliver.
type Claim struct {
	Worker  int64
	Batch   string   // Queue or a batch
	Walk    int64    // only what this walk of the source brought; 0: all
	Pending bool     // those of which the site isn't known, instead of those of Site
	Site    string   // ready and deferred items of this site that are due
	Keys    []string // only these; nil: all
	Now     time.Time
	N       int // at most so many
}

// Group is what is committed together, in one transaction: either all of it is
// durable, or an error says that nothing is.
type Group struct {
	Worker   int64
	Parked   []Parked
	Intents  []Parked
	Attempts []Attempt
	Returned []int64 // claimed items that go back as they were
	Told     []Told
	Sites    []SiteState // of the workers's own; replaces what was kept
}

// Parked fixes what rendering told of a claimed item. As a Group's Parked it makes
// the item Ready, as an Intent it allows the final dot.
type Parked struct {
	ID         int64
	Sender     string
	Recipients []string
	Relays     []string
	Site       string
	MessageID  string
	Relay      string // that takes it now; of an intent only
	// Rest are further parts, for other sites: new items, Ready, numbered from 1.
	// They are made once, however often the same is parked.
	Rest []MailPart
}

// Attempt is the outcome of one try, or of what kept it from being tried (a
// rendering error, suppression).
type Attempt struct {
	ID         int64
	State      State // Sent, Deferred, Failed, Suppressed, InDoubt
	Counts     bool  // for the retry schedule
	Due        time.Time
	Relay      string
	Reply      Reply
	Recipients []string           // those left to try; of Deferred only
	Outcomes   []RecipientOutcome // nil: all recipients have State and Reply
	At         time.Time
	Tell       bool // a callback waits for it: the event stays untold until Told
}

// Told says that the callback for a try returned.
type Told struct {
	Item int64
	Try  int
}

// Verdict is what became of a committed Group.
type Verdict struct {
	// Refused are intents of items that the worker does not hold any more: their
	// final dots must not be sent.
	Refused []int64
	// Ignored are attempts of which the store knows better: another worker has
	// taken the item, or somebody settled it.
	Ignored []int64
	// Tries are the numbers of Group.Attempts' tries, in their order; 0 for those
	// ignored.
	Tries []int
}

// SiteState is what is remembered of a site or relay between runs.
type SiteState struct {
	Name    string
	Window  float64          // connections that the last feedback allowed; 0: not known
	Cohorts int              // failures in a row by which it is near to being given up for now
	Next    time.Time        // not before
	Budgets map[string]int64 // by rate ("50000/d"): when its bucket is whole again, Unix milliseconds
}

// SiteDue is mail that waits for a site.
type SiteDue struct {
	Site   string
	Relays []string // of one of the items
	N      int64
	Due    time.Time // of the first; zero: now
}

// Event is a try that a callback has not been told of.
type Event struct {
	Item  Item
	Try   int
	State State
	Reply Reply
	Relay string
	At    time.Time
}
