package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"moonpost/smtp"
)

// stored is a message of the queue as it is sent: the octets that were put, to
// whom the item still has to bring them.
type stored struct {
	sender string
	to     []string
	body   []byte
}

// Envelope implements smtp.Message.
func (m *stored) Envelope() (from string, to []string, needUTF8 bool, err error) {
	return m.sender, m.to, !isASCII(headerOf(m.body)), nil // RFC 6531 §3.5
}

// Encode implements smtp.Message. The octets fit every server: they were put in
// their 7-bit form.
func (m *stored) Encode(_, _ bool) (smtp.Encoded, error) { return smtp.ExactOctets(m.body) }

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// letters renders the items of the queue: it loads their bodies.
type letters struct {
	store MailQueue
	wall  func() time.Time
	ways  func(names []string) []string
}

// Render implements Renderer.
func (l letters) Render(ctx context.Context, it *Item) (*Mail, error) {
	if !it.Expires.IsZero() && !l.wall().Before(it.Expires) {
		return nil, &expiredError{it.Expires}
	}
	body, err := l.store.Body(ctx, it.Body)
	if err != nil {
		return nil, err
	}
	return &Mail{
		Message: &stored{sender: it.Sender, to: it.Recipients, body: body},
		Sender:  it.Sender, To: it.Recipients, MessageID: it.MessageID, Relays: waysOf(l.ways, it.Relays),
	}, nil
}

// waysOf resolves names, which are relays already where nobody says otherwise.
func waysOf(resolve func(names []string) []string, names []string) []string {
	if resolve != nil {
		if ways := resolve(names); len(ways) > 0 {
			return ways
		}
	}
	return names
}

// expiredError ends mail that it is too late for.
type expiredError struct{ at time.Time }

func (e *expiredError) Error() string {
	return fmt.Sprintf("it expired at %s before it could be sent", e.at.Format(time.DateTime))
}

func isGone(err error) bool {
	var gone *NotFoundError
	return errors.As(err, &gone)
}
