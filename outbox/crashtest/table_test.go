package crashtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
)

// table gathers what the oracle found, a row for each way to end a process.
type table struct {
	mu    sync.Mutex
	title string
	order []string
	rows  map[string]*row
}

type row struct{ cases, reached, inDoubt, delivered, failed int }

// add counts a case. reached tells whether the process was ended as planned.
func (b *table) add(name string, reached bool, v verdict, failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rows == nil {
		b.rows = map[string]*row{}
	}
	r := b.rows[name]
	if r == nil {
		r = &row{}
		b.rows[name] = r
		b.order = append(b.order, name)
	}
	r.cases++
	r.inDoubt += v.inDoubt
	r.delivered += v.delivered
	if reached {
		r.reached++
	}
	if failed {
		r.failed++
	}
}

// print shows the table at the end of a test.
func (b *table) print(t *testing.T) {
	t.Helper()
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "%s\tcases\tended there\tin doubt\tof these delivered\tviolations\n", b.title)
	var all row
	for _, name := range b.order {
		r := b.rows[name]
		_, _ = fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\n", name, r.cases, r.reached, r.inDoubt, r.delivered, r.failed)
		all.cases += r.cases
		all.reached += r.reached
		all.inDoubt += r.inDoubt
		all.delivered += r.delivered
		all.failed += r.failed
	}
	_, _ = fmt.Fprintf(w, "all\t%d\t%d\t%d\t%d\t%d\n", all.cases, all.reached, all.inDoubt, all.delivered, all.failed)
	_ = w.Flush()
	t.Logf("\n%s", text.String())
}
