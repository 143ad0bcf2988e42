package outbox

import (
	"errors"
	"strings"

	"moonpost/relay"
	"moonpost/smtp"
)

// attempted is what a relay made of an item's recipients.
type attempted struct {
	relay  string
	to     []string
	result *smtp.Result
	err    error
}

// delivered tells what became of the message as a whole.
func (a *attempted) delivered() smtp.Delivered {
	if a.err == nil || a.result != nil {
		return smtp.Yes
	}
	var e smtp.Error
	if errors.As(a.err, &e) {
		return e.Delivered()
	}
	return smtp.No
}

// cancelled tells that the message was withdrawn before anybody could have it: we
// were interrupted, or its final dot was not allowed.
func (a *attempted) cancelled() bool {
	var e *smtp.CancelledError
	return a.delivered() == smtp.No && (errors.As(a.err, &e) || errors.Is(a.err, relay.ErrClosed))
}

// placeFailed tells that it is the place that could not be had: any message would
// have failed alike.
func (a *attempted) placeFailed() bool { return a.delivered() == smtp.No && ofPlace(a.err) }

func ofPlace(err error) bool {
	var (
		route     *relay.RouteError
		forbidden *smtp.ForbiddenError
		argument  *smtp.ArgumentError
		e         smtp.Error
	)
	switch {
	case errors.As(err, &route):
		return route.Temporary() // else there is no such domain
	case !errors.As(err, &e), errors.As(err, &forbidden), errors.As(err, &argument):
		return false
	}
	return e.Stage() >= smtp.StageConnect && e.Stage() <= smtp.StageAuth
}

// temporary tells whether the whole message may be taken later: what is the
// place's heals, even a wrong password.
func (a *attempted) temporary() bool {
	var (
		e        smtp.Error
		protocol *smtp.ProtocolError
	)
	return errors.As(a.err, &e) && (e.Temporary() || ofPlace(a.err) || errors.As(a.err, &protocol))
}

// reply is what the server said about the whole message, or what we say instead.
func (a *attempted) reply() Reply {
	if a.err == nil {
		return ownWords(a.result.Reply, a.result.QueueID)
	}
	var (
		all      *smtp.RecipientsRefusedError
		response *smtp.ResponseError
	)
	if errors.As(a.err, &all) && len(all.Refused) > 0 {
		return replyOf(all.Refused[0], Reply{})
	}
	if errors.As(a.err, &response) {
		return ownWords(response.Reply, "")
	}
	return Reply{Text: errorText(a.err)}
}

// replyOf is the last word on one recipient.
func replyOf(r smtp.RecipientResult, otherwise Reply) Reply {
	switch {
	case r.Reply.Code != 0:
		return ownWords(r.Reply, "")
	case r.Err != nil:
		return Reply{Text: errorText(r.Err)}
	}
	return otherwise
}

// ownWords takes a server's reply; its enhanced code isn't repeated in the text.
func ownWords(r smtp.Reply, queueID string) Reply {
	enhanced := r.Enhanced.String()
	text := r.Message()
	if rest, ok := strings.CutPrefix(text, enhanced+" "); ok && enhanced != "" {
		text = rest
	}
	return Reply{Code: r.Code, Enhanced: enhanced, Text: clean(text), QueueID: clean(queueID)}
}

func errorText(err error) string { return clean(strings.TrimPrefix(err.Error(), "smtp: ")) }

// longestText bounds what is kept of a server's or an error's words.
const longestText = 2000

// clean makes a text that every store can keep.
func clean(text string) string {
	if len(text) > longestText {
		text = text[:longestText] + "…"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// refused are the replies to single recipients that came with an error.
func (a *attempted) refused() []smtp.RecipientResult {
	var (
		all  *smtp.RecipientsRefusedError
		data *smtp.DataError
	)
	switch {
	case a.result != nil:
		return a.result.Recipients
	case errors.As(a.err, &all):
		return all.Refused
	case errors.As(a.err, &data):
		return data.Refused
	}
	return nil
}
