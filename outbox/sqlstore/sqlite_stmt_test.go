package sqlstore

import (
	"database/sql/driver"
	"reflect"
	"slices"
	"testing"
)

func TestPerRow(t *testing.T) {
	for _, c := range []struct {
		query string
		first int
		text  string
		order []int
	}{
		{"update item set state = 'sent', due = r.due, relay = case when r.relay = '' then item.relay else r.relay end, updated = cast($3 as bigint)\n\t{each r: i int, relay text, due int} where item.id = r.i and worker = $2", 3,
			"update item set state = 'sent', due = ?, relay = case when ? = '' then item.relay else ? end, updated = cast(? as bigint)\n\t where item.id = ? and worker = ?", []int{5, 4, 4, 2, 3, 1}},
		{"insert into want (name, worker) select r.queue_id, $2 {each r: queue_id text} where true {order r}", 2,
			"insert into want (name, worker) select ?, ?  where true ", []int{2, 1}},
	} {
		if text, order := perRow(c.query, c.first); text != c.text || !slices.Equal(order, c.order) {
			t.Errorf("%s\n%s %v", c.query, text, order)
		}
	}
}

func TestAssign(t *testing.T) {
	var (
		text    string
		long    int64
		number  int
		yes     bool
		part    float64
		octets  []byte
		missing = []byte("before")
	)
	values := []driver.Value{"a", int64(1) << 40, int64(2), int64(1), 0.5, []byte{0}, nil}
	if err := assign([]any{&text, &long, &number, &yes, &part, &octets, &missing}, values); err != nil {
		t.Fatal(err)
	}
	if text != "a" || long != 1<<40 || number != 2 || !yes || part != 0.5 || len(octets) != 1 || missing != nil {
		t.Error(text, long, number, yes, part, octets, missing)
	}
	for name, into := range map[string]any{"text from null": &text, "number from null": &number, "a type that no question has": new(uint8)} {
		if err := assign([]any{into}, []driver.Value{nil}); err == nil {
			t.Error(name, reflect.ValueOf(into).Elem())
		}
	}
	if assign([]any{&text}, nil) == nil {
		t.Error("a column is missing")
	}
}
