package outbox

import "slices"

// State is how far an item has come.
type State string

// The states: pending → ready → claimed → intent → one of the others. What a dead
// worker had claimed is ready again, what it had intended is in doubt.
const (
	Pending    State = "pending"    // the row is known, recipients aren't yet
	Ready      State = "ready"      // recipients, site and Message-ID are fixed
	Claimed    State = "claimed"    // a worker has it; certainly not delivered
	Intent     State = "intent"     // the final dot may have been sent
	Sent       State = "sent"       // a server took it for all recipients it will ever have
	Deferred   State = "deferred"   // tried, and due again later
	Failed     State = "failed"     // given up, or refused for good
	Suppressed State = "suppressed" // all recipients are on the suppression list
	InDoubt    State = "in_doubt"   // nobody knows whether it was delivered
	Held       State = "held"       // a person keeps it back
	Cancelled  State = "cancelled"  // a person withdrew it before it left
)

// States lists all of them in the order in which they are shown.
func States() []State {
	return []State{Pending, Ready, Claimed, Intent, Sent, Deferred, Failed, Suppressed, InDoubt, Held, Cancelled}
}

// ParseState reads a state's name; ok is false if there is no such state.
func ParseState(name string) (s State, ok bool) {
	s = State(name)
	return s, slices.Contains(States(), s)
}

// Open tells whether the item waits to be delivered, now or later.
func (s State) Open() bool { return s == Pending || s == Ready || s == Deferred }

// Unsettled tells whether the item isn't at its end: it is open, on its way, or a
// person has to decide.
func (s State) Unsettled() bool {
	return s.Open() || s == Claimed || s == Intent || s == InDoubt || s == Held
}

// Counts are numbers of items by state.
type Counts map[State]int64

// Total counts all.
func (c Counts) Total() (n int64) {
	for _, one := range c {
		n += one
	}
	return n
}

// Of counts the items in any of some states.
func (c Counts) Of(states ...State) (n int64) {
	for _, s := range states {
		n += c[s]
	}
	return n
}
