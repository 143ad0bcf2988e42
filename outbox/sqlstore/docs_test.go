package sqlstore

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"moonpost/outbox"
)

// TestStorePage runs each query of docs/store.md on a store that has an answer,
// and finds each column of the schema on the page.
func TestStorePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/store.md")
	fatal(t, err)
	s := openTest(t, filepath.Join(t.TempDir(), "moonpost.db")).(*store)
	seed(t, s)
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 8 {
		t.Fatalf("%d queries", len(blocks))
	}
	for _, block := range blocks {
		n := 0
		found, err := s.read.Query(block[1])
		if err := each(found, err, func(scan) error { n++; return nil }); err != nil || n == 0 {
			t.Errorf("%s: %d rows, %v", block[1], n, err)
		}
	}
	words := map[string]bool{}
	for _, word := range regexp.MustCompile(`[a-z_]+`).FindAllString(string(page), -1) {
		words[word] = true
	}
	err = s.ask(t.Context(), "schema", `select m.name, p.name from sqlite_schema m, pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite_%'`, func(scan scan) error {
		var table, column string
		err := scan(&table, &column)
		if !words[table] || !words[column] {
			t.Errorf("%s.%s isn't on the page", table, column)
		}
		return err
	})
	fatal(t, err)
}

// seed makes an item in every state that the page asks about.
func seed(t *testing.T, s *store) {
	t.Helper()
	ctx := t.Context()
	w, err := s.Join(ctx)
	fatal(t, err)
	_, _, err = s.OpenBatch(ctx, "news", outbox.Fingerprint{Script: "s"}, testWall())
	fatal(t, err)
	walk, err := s.Produce(ctx, "news", w.ID)
	fatal(t, err)
	var rows []outbox.NewItem
	for _, key := range []string{"ada@example.com", "bob@example.com", "eve@example.com", "joe@example.com"} {
		name, _, _ := strings.Cut(key, "@")
		rows = append(rows, outbox.NewItem{Key: key, Row: []byte(`{"name":"` + name + `"}`), Recipients: []string{key}, Relays: []string{"tx"}, Site: "tx"})
	}
	_, err = s.Add(ctx, "news", w.ID, walk, rows, testWall())
	fatal(t, err)
	items, err := s.Claim(ctx, outbox.Claim{Worker: w.ID, Batch: "news", Site: "tx", Now: testWall(), N: 10})
	fatal(t, err)
	g := outbox.Group{Worker: w.ID}
	for i, state := range []outbox.State{outbox.Failed, outbox.Sent, outbox.Deferred, outbox.InDoubt} {
		a := outbox.Attempt{ID: items[i].ID, State: state, Relay: "tx", At: testWall(), Reply: outbox.Reply{Code: 550, Enhanced: "5.1.1", Text: "no such user"}}
		if state == outbox.Deferred {
			a.Due = testWall()
			a.Outcomes = []outbox.RecipientOutcome{{Address: "a@x", State: outbox.Sent}, {Address: "b@x", State: outbox.Deferred}}
		}
		g.Attempts = append(g.Attempts, a)
	}
	_, err = s.Commit(ctx, &g)
	fatal(t, err)
	fatal(t, s.Suppress(ctx, []outbox.Suppression{{Address: "a@x", Scope: "*", Reason: "complaint", Source: "news"}}))
}

// TestPostgresViews reads all views on PostgreSQL too.
func TestPostgresViews(t *testing.T) {
	s := openTest(t, newSchema(t)).(*store)
	seed(t, s)
	for _, view := range []string{"item_view", "batch_view", "event_view"} {
		n := 0
		found, err := s.read.Query("select * from " + view)
		if err := each(found, err, func(scan) error { n++; return nil }); err != nil || n == 0 {
			t.Errorf("%s: %d rows, %v", view, n, err)
		}
	}
}
