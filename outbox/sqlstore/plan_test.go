package sqlstore

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
)

// scans are the tables that may be read whole: few rows, or a question about all
// of them.
var scans = []string{"json_each", "(subquery-", "share", "VALUES", "CONSTANT ROW", "worker", "batch", "body", "want", "SCAN r", "SCAN g", "item_taken", "event_untold"}

// TestPlans looks at how SQLite would answer each statement that delivering
// needs: none reads the items one by one, and groups are walked from their rows.
func TestPlans(t *testing.T) {
	s := openTest(t, filepath.Join(t.TempDir(), "moonpost.db")).(*store)
	seed(t, s)
	deliver(t, s)
	explained := 0
	explain := func(query string, n int) {
		explained++
		text := s.sql(query, n, 10)
		if n == oneByOne {
			text, _ = perRow(query, 10)
		}
		found, err := s.read.Query("explain query plan "+text, make([]any, 500)...)
		first := ""
		err = each(found, err, func(scan scan) error {
			var a, b, c int
			var step string
			err := scan(&a, &b, &c, &step)
			if first == "" {
				first = step
			}
			if strings.HasPrefix(step, "SCAN") && !hasAny(step, scans) {
				t.Errorf("%s\n%s", query, step)
			}
			if strings.Contains(step, "AUTOMATIC") {
				t.Errorf("%s\n%s", query, step)
			}
			return err
		})
		fatal(t, err)
		if strings.Contains(query, "from {rows") && strings.HasPrefix(query, "update") && !strings.Contains(query, "(select r.") && strings.HasPrefix(first, "SEARCH") {
			t.Errorf("%s\nbegins with %s", query, first)
		}
	}
	e := s.engine.(*sqliteEngine)
	for p := range e.stmts {
		if p.query != "begin immediate" && p.query != "commit" && p.query != "rollback" {
			explain(p.query, p.n)
		}
	}
	s.stmts.Range(func(query, _ any) bool {
		if !strings.HasPrefix(query.(string), "select state, count(*) from item") { // Counts looks at all on purpose
			explain(query.(string), 0)
		}
		return true
	})
	if explained < 30 {
		t.Errorf("only %d statements were looked at", explained)
	}
}

func hasAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// deliver calls what a run calls.
func deliver(t *testing.T, s *store) {
	t.Helper()
	ctx, now := t.Context(), testWall()
	w, err := s.Join(ctx)
	fatal(t, err)
	fatal(t, s.Leave(ctx, 1))
	_, _, err = s.Recover(ctx)
	fatal(t, err)
	walk, err := s.Produce(ctx, "news", w.ID)
	fatal(t, err)
	rows := []outbox.NewItem{{Key: "ada@example.com", Row: []byte("{}")}, {Key: "joe@example.com"}, {Key: "eve@example.com", Row: []byte(`{"x":1}`)}, {Key: "new", Row: []byte("{}")}, {Key: "new2", Row: []byte("{}")}}
	for range 2 {
		_, err = s.Add(ctx, "news", w.ID, walk, rows, now)
		fatal(t, err)
	}
	fatal(t, s.Walked(ctx, "news", w.ID))
	for _, c := range []outbox.Claim{{Pending: true}, {Site: "tx"}, {Site: "tx", Keys: []string{"x"}}} {
		c.Worker, c.Batch, c.Walk, c.Now, c.N = w.ID, "news", walk, now, 10
		items, err := s.Claim(ctx, c)
		fatal(t, err)
		for i, it := range items {
			p := outbox.Parked{ID: it.ID, Recipients: []string{"a@x"}, Site: "tx", Rest: []outbox.MailPart{{Site: "ty"}}}
			g := outbox.Group{Worker: w.ID, Intents: []outbox.Parked{p, {ID: 999}}, Sites: []outbox.SiteState{{Name: "tx"}}}
			if i == 0 {
				g = outbox.Group{Worker: w.ID, Parked: []outbox.Parked{p}, Returned: []int64{it.ID}}
			}
			_, err = s.Commit(ctx, &g)
			fatal(t, err)
			_, err = s.Commit(ctx, &outbox.Group{
				Worker: w.ID, Told: []outbox.Told{{Item: it.ID, Try: 1}},
				Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, At: now.Add(time.Second), Outcomes: []outbox.RecipientOutcome{{Address: "a@x", State: outbox.Sent}}}, {ID: 999, State: outbox.Sent, At: now}},
			})
			fatal(t, err)
		}
	}
	for range 2 { // the second is a second try
		items, err := s.Claim(ctx, outbox.Claim{Worker: w.ID, Batch: "news", Site: "tx", Now: now, N: 10})
		fatal(t, err)
		for _, it := range items {
			_, err = s.Commit(ctx, &outbox.Group{Worker: w.ID, Attempts: []outbox.Attempt{{ID: it.ID, State: outbox.Deferred, At: now}}})
			fatal(t, err)
		}
	}
	_, _, err = s.DueSites(ctx, "news", walk)
	fatal(t, err)
	_, _, err = s.DueSites(ctx, "", 0)
	fatal(t, err)
	_, err = s.Untold(ctx, "news", 10)
	fatal(t, err)
	_, err = s.Items(ctx, outbox.Filter{Batch: "news", Walk: walk, States: []outbox.State{outbox.Sent}})
	fatal(t, err)
	_, err = s.Items(ctx, outbox.Filter{Batch: "news", Keys: []string{"x"}})
	fatal(t, err)
	_, err = s.Lookup(ctx, "news", []string{"x"})
	fatal(t, err)
	_, err = s.SiteStates(ctx, []string{"tx"})
	fatal(t, err)
	_, err = s.Suppressed(ctx, []string{"a@x"}, []string{"news"}, now)
	fatal(t, err)
	_, _, _, err = s.Put(ctx, outbox.NewMail{Key: "k", Parts: []outbox.MailPart{{Recipients: []string{"a@x"}}}}, now)
	fatal(t, err)
	_, err = s.Claim(ctx, outbox.Claim{Worker: w.ID, Site: "tx", Now: now, N: 10})
	fatal(t, err)
	_, err = s.Outcomes(ctx, 1)
	fatal(t, err)
}
