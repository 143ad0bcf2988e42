package outbox

import "time"

// Queue is the batch of mail that was put by itself rather than by a batch.
const Queue = ""

// Item is one envelope to one site. A mail to recipients at several sites is
// several items with one key and Message-ID, numbered by Part.
type Item struct {
	ID    int64
	Batch string // Queue for mail that was put
	Key   string // unique with Batch and Part, for ever
	Part  int

	Sender     string   // envelope sender, "" is the null sender
	Recipients []string // still to be tried; nil while Pending
	Relays     []string // names, in order of failover; nil while not chosen
	Site       string   // where the first of Relays takes it, see SiteName; "" while Pending
	MessageID  string   // without angle brackets; the same in every attempt

	State    State
	Attempts int       // those that count for the retry schedule
	Tries    int       // transmissions, those that were slowed down included
	Due      time.Time // not before; zero: at once
	Expires  time.Time // not after; zero: never too late
	Worker   int64     // that claimed it last: the lease's epoch
	Relay    string    // that the last try went through
	Reply    Reply     // the last one, or what we say in its place

	Row     []byte // JSON of the source's row; nil for mail with a body
	Body    string // SHA-256 in hexadecimal of the stored message; "" for mail rendered from Row
	Created time.Time
	Updated time.Time // of the last change of State
}

// Reply is what was said about an item at last.
type Reply struct {
	Code     int    // 0: no server said it
	Enhanced string // "5.1.1", or ""
	Text     string // the server's words, or ours
	QueueID  string // the server's name for the message, if it told one
}

// SiteName names the place of which limits and health are kept: a relay, or with
// MX a domain behind it.
func SiteName(relay, domain string) string {
	if domain == "" {
		return relay
	}
	return relay + "/" + domain
}

// RecipientOutcome is what became of one recipient of an item.
type RecipientOutcome struct {
	Address string
	State   State // Sent, Deferred, Failed, Suppressed or InDoubt
	Reply   Reply
}

// NewItem is a row of a batch's source.
type NewItem struct {
	Key string
	Row []byte
	// Where the batch tells them beforehand: the item is Ready at once.
	Recipients []string
	Relays     []string
	Site       string
	// Failure ends the item at once, as Failed: its address cannot be mailed, its
	// row cannot be kept.
	Failure *Reply
	Tell    bool // a callback waits for the failure: the event, of try 0, stays untold until Told
}

// Arrival is what the store says of a NewItem.
type Arrival uint8

// The kinds of arrivals.
const (
	New       Arrival = iota + 1 // was not there
	Known                        // is there, unchanged or not to be changed any more
	Changed                      // is there, not sent, and its row is another: refreshed
	Duplicate                    // this walk of the source has brought the key already
)

// NewMail is a message for the queue.
type NewMail struct {
	Key       string // "": made by the store
	Sender    string
	Parts     []MailPart // one for each site
	MessageID string
	Body      []byte // the message in its 7-bit form
	Due       time.Time
	Expires   time.Time
	KeyTTL    time.Duration // after which the key may be used again; 0: never
}

// MailPart is the share of one site in a NewMail.
type MailPart struct {
	Recipients []string
	Relays     []string
	Site       string
}
