package sqlstore

import (
	"strings"

	"moonpost/outbox"
)

// itemColumns are what scanItem reads. The row's JSON comes from its own table,
// which state changes leave alone.
const itemColumns = `item.id, item.batch, item.key, item.part, item.sender, item.rcpts, item.relays, item.site, item.message_id,
	item.state, item.attempts, item.tries, item.due, item.expires, item.worker, item.relay,
	item.code, item.enhanced, item.text, item.queue_id, item.body, item.created, item.updated,
	coalesce((select json from source_row where source_row.item = item.id), '')`

func scanItem(scan scan) (outbox.Item, error) {
	var it outbox.Item
	var rcpts, relays, state, row string
	var due, expires, created, updated int64
	err := scan(&it.ID, &it.Batch, &it.Key, &it.Part, &it.Sender, &rcpts, &relays, &it.Site, &it.MessageID,
		&state, &it.Attempts, &it.Tries, &due, &expires, &it.Worker, &it.Relay,
		&it.Reply.Code, &it.Reply.Enhanced, &it.Reply.Text, &it.Reply.QueueID, &it.Body, &created, &updated, &row)
	if err != nil {
		return it, err
	}
	it.State = outbox.State(state)
	it.Recipients, it.Relays = parseList(rcpts), parseList(relays)
	it.Due, it.Expires, it.Created, it.Updated = fromMilli(due), fromMilli(expires), fromMilli(created), fromMilli(updated)
	if row != "" {
		it.Row = []byte(row)
	}
	return it, nil
}

// isOpen stands in the index item_open; a question must have the same words to
// be answered from it.
const isOpen = `(state = 'pending' or state = 'ready' or state = 'deferred')`

// A row that grows splits its page, which costs more than all else that happens to
// it on SQLite. So it is made with room for what rendering and the reply will tell.
const (
	roomForAll   = 230
	roomForReply = 64
)

// room is n spaces, none on PostgreSQL, which writes a changed row elsewhere anyway.
func (d dialect) room(n int) string {
	if d.postgres {
		return ""
	}
	return strings.Repeat(" ", n)
}

// asBefore is the state of a claimed item that goes back.
const asBefore = `case when rcpts = '' then 'pending' when tries > 0 then 'deferred' else 'ready' end`
