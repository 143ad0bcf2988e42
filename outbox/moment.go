package outbox

// Moment is a place in the course of an item at which a crash makes a difference.
// Programs built with the tag crash end themselves there when they are told to;
// see docs/decisions/023-workers-are-epochs.md.
type Moment string

// The moments, in the order in which an item meets them.
const (
	BeforeOpen      Moment = "before-open"  // of the batch
	AfterOpen       Moment = "after-open"   // the batch is known, nothing was walked
	BeforeAdd       Moment = "before-add"   // of each group of rows
	AfterAdd        Moment = "after-add"    // the group is durable
	AfterWalk       Moment = "after-walk"   // all rows are known
	AfterClaim      Moment = "after-claim"  // items are claimed, nothing is rendered
	AfterRender     Moment = "after-render" // a mail is rendered and not handed on
	BeforePark      Moment = "before-park"  // items whose site has no room
	AfterPark       Moment = "after-park"
	BeforeIntent    Moment = "before-intent"  // everything but the final dot may be sent
	AfterIntent     Moment = "after-intent"   // the intent is durable, the dot isn't sent
	AfterReply      Moment = "after-reply"    // the server has answered, nobody knows yet
	BeforeOutcome   Moment = "before-outcome" // is committed
	AfterOutcome    Moment = "after-outcome"  // is durable, and nobody was told
	BeforeCallback  Moment = "before-callback"
	AfterCallback   Moment = "after-callback" // it returned, and isn't ticked
	AfterTold       Moment = "after-told"     // it is ticked
	BeforeReturn    Moment = "before-return"  // of claimed items at the end
	AfterReturn     Moment = "after-return"
	BeforeRecover   Moment = "before-recover" // of what a dead worker left
	AfterRecover    Moment = "after-recover"
	BeforeSettle    Moment = "before-settle" // of items in doubt by policy
	AfterSettle     Moment = "after-settle"
	BeforePut       Moment = "before-put" // of a message into the queue
	AfterPut        Moment = "after-put"
	InsideCommit    Moment = "inside-commit"    // of any transaction, before its end
	InsideMigration Moment = "inside-migration" // of the schema
	BeforeLeave     Moment = "before-leave"     // of the worker
)

// Moments lists all of them.
func Moments() []Moment {
	return []Moment{
		BeforeOpen, AfterOpen, BeforeAdd, AfterAdd, AfterWalk, AfterClaim, AfterRender, BeforePark, AfterPark,
		BeforeIntent, AfterIntent, AfterReply, BeforeOutcome, AfterOutcome, BeforeCallback, AfterCallback, AfterTold,
		BeforeReturn, AfterReturn, BeforeRecover, AfterRecover, BeforeSettle, AfterSettle, BeforePut, AfterPut,
		InsideCommit, InsideMigration, BeforeLeave,
	}
}
