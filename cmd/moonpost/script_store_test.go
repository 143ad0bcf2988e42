package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
	"moonpost/outbox/sqlstore"

	"github.com/rogpeppe/go-internal/testscript"
)

// filledKeys are the mails of the batch that fill makes, by what becomes of them.
const (
	filledSent     = "ann@x.test"
	filledFailed   = "bob@x.test"
	filledAlike    = "cy@x.test"
	filledDeferred = "dan@x.test"
	filledDoubt    = "eve@x.test"
	filledLeft     = "fay@x.test"
)

// fill is the command that makes a store with a batch "news-2026-10" in all states, and two mails in the queue.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill FILE.db")
	}
	ts.Check(fillStore(ts.MkAbs(args[0])))
}

func fillStore(path string) error {
	ctx := context.Background()
	store, err := sqlstore.Open(ctx, path, sqlstore.Options{Wall: time.Now})
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := store.Join(ctx)
	if err == nil {
		err = fillBatch(ctx, store, w.ID)
	}
	for i := 1; i <= 2 && err == nil; i++ {
		_, _, _, err = store.Put(ctx, outbox.NewMail{
			Key: fmt.Sprintf("order-%d", i), Sender: "shop@x.test", MessageID: fmt.Sprintf("m%d@x.test", i), Body: []byte("Subject: your order\r\n\r\nthanks\r\n"),
			Parts: []outbox.MailPart{{Recipients: []string{"ann@x.test"}, Relays: []string{"tx"}, Site: "tx"}},
		}, time.Now())
	}
	if err == nil {
		err = store.Leave(ctx, w.ID)
	}
	return err
}

func fillBatch(ctx context.Context, store outbox.Store, worker int64) error {
	const id = "news-2026-10"
	if _, _, err := store.OpenBatch(ctx, id, outbox.Fingerprint{Script: "s"}, time.Now()); err != nil {
		return err
	}
	walk, err := store.Produce(ctx, id, worker)
	if err != nil {
		return err
	}
	var rows []outbox.NewItem
	for _, key := range []string{filledSent, filledFailed, filledAlike, filledDeferred, filledDoubt, filledLeft} {
		name, _, _ := strings.Cut(key, "@")
		rows = append(rows, outbox.NewItem{
			Key: key, Row: fmt.Appendf(nil, `{"email":%q,"name":%q,"state":"new","n":1}`, key, name), Recipients: []string{key}, Relays: []string{"eu"}, Site: "eu",
		})
	}
	if _, err := store.Add(ctx, id, worker, walk, rows, time.Now()); err != nil {
		return err
	}
	if err := store.Walked(ctx, id, worker); err != nil {
		return err
	}
	items, err := store.Claim(ctx, outbox.Claim{Worker: worker, Batch: id, Site: "eu", Now: time.Now(), N: 5})
	if err != nil || len(items) != 5 {
		return fmt.Errorf("%d claimed: %w", len(items), err)
	}
	return commitAll(ctx, store, worker, items)
}

// commitAll ends the items as their keys say.
func commitAll(ctx context.Context, store outbox.Store, worker int64, items []outbox.Item) error {
	g := &outbox.Group{Worker: worker}
	for _, it := range items {
		g.Intents = append(g.Intents, outbox.Parked{ID: it.ID, Sender: "news@x.test", Recipients: it.Recipients, Relays: it.Relays, Site: it.Site, MessageID: it.Key, Relay: "eu"})
	}
	if _, err := store.Commit(ctx, g); err != nil {
		return err
	}
	g = &outbox.Group{Worker: worker}
	for _, it := range items {
		a := outbox.Attempt{ID: it.ID, State: outbox.Failed, Counts: true, Relay: "eu", At: time.Now(), Reply: outbox.Reply{Code: 550, Enhanced: "5.1.1", Text: "<" + it.Key + ">: no such user"}}
		switch it.Key {
		case filledSent:
			a.State, a.Reply = outbox.Sent, outbox.Reply{Code: 250, Enhanced: "2.0.0", Text: "ok", QueueID: "Q1"}
		case filledDeferred:
			a.State, a.Reply = outbox.Deferred, outbox.Reply{Code: 451, Enhanced: "4.3.0", Text: "come later"}
			a.Due, a.Recipients = time.Now().Add(10*time.Minute), it.Recipients
		case filledDoubt:
			a.State, a.Reply = outbox.InDoubt, outbox.Reply{Text: "the connection was lost before the reply"}
		}
		g.Attempts = append(g.Attempts, a)
	}
	_, err := store.Commit(ctx, g)
	return err
}

// TestFillStore keeps the command honest: what it fills is what the scripts count on.
func TestFillStore(t *testing.T) {
	path := t.TempDir() + "/filled.db"
	if err := fillStore(path); err != nil {
		t.Fatal(err)
	}
	store, err := sqlstore.Open(t.Context(), path, sqlstore.Options{Wall: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	b, err := store.Batch(t.Context(), "news-2026-10")
	if err != nil || countsText(b.Counts) != "1 sent, 2 failed, 1 deferred, 1 in doubt, 1 to be sent" || b.Runs != nil {
		t.Errorf("%s, %+v: %v", countsText(b.Counts), b, err)
	}
}
