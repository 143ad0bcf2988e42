package luabind

import (
	"context"
	"errors"
	"io"

	"moonpost/outbox"
	"moonpost/relay"
	"moonpost/smtp"

	lua "github.com/yuin/gopher-lua"
)

// rowsAtOnce is how many rows one visit to the script's thread brings.
const rowsAtOnce = 256

// batchSource gives the rows of a batch.
type batchSource struct {
	b      *batch
	thread *thread
	rows   rowSource
	number int // of the row at hand
	only   *relay.Relay
	ready  []arrival
	at     int
	most   int // rows that are taken; 0: all
}

// arrival is a row, or why there is none.
type arrival struct {
	item *outbox.NewItem
	err  error
}

// rowSource gives a row and, where it knows one, its number. The row is nil at the end. It is for the script's thread.
type rowSource func(L *lua.LState) (row, number lua.LValue, err error)

func newBatchSource(b *batch, t *thread) *batchSource {
	s := &batchSource{b: b, thread: t}
	if len(b.ways) > 0 && b.options.To != nil {
		s.only, _ = b.rt.relayNamed(b.ways[0]) // was found before
	}
	if b.rt.host.check != nil {
		s.most = checkedRows
	}
	return s
}

// Next implements outbox.Source.
func (s *batchSource) Next(ctx context.Context) (*outbox.NewItem, error) {
	if s.at == len(s.ready) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		s.ready, s.at = s.ready[:0], 0
		if gone := s.thread.do(s.fetch); gone != nil {
			return nil, gone
		}
	}
	next := s.ready[s.at]
	if !ends(next.err) {
		s.at++
	}
	return next.item, next.err
}

// ends tells whether an error is the source's own, rather than a row's.
func ends(err error) bool {
	var row *outbox.RowError
	return err != nil && !errors.As(err, &row)
}

// fetch takes some rows, on the script's thread.
func (s *batchSource) fetch() {
	L := s.thread.L
	for len(s.ready) < rowsAtOnce {
		next := s.row(L)
		s.ready = append(s.ready, next)
		if ends(next.err) {
			return
		}
	}
}

// row takes one row.
func (s *batchSource) row(L *lua.LState) arrival {
	if s.rows == nil {
		var err error
		if s.rows, err = s.b.rt.rowsOf(s.b.options.Source); err != nil {
			return arrival{err: err}
		}
	}
	if s.most > 0 && s.number >= s.most {
		return arrival{err: io.EOF}
	}
	row, number, err := s.rows(L)
	if err == nil && row == lua.LNil {
		err = io.EOF
	}
	if err != nil {
		return arrival{err: err}
	}
	s.number++
	n := s.number
	if given, ok := number.(lua.LNumber); ok && optIsWhole(float64(given)) {
		n = int(given)
	}
	item, err := s.item(L, row, n)
	if err != nil {
		return arrival{err: &outbox.RowError{Row: n, Err: err}}
	}
	return arrival{item: item}
}

// rowsOf reads the option source: a list, or an iterator.
func (rt *Runtime) rowsOf(v lua.LValue) (rowSource, error) {
	const call = "batch.run"
	list, ok := v.(*lua.LTable)
	if !ok || list.Metatable != lua.LNil && rt.state.GetMetaField(list, "__call") != lua.LNil {
		if _, isFunction := v.(*lua.LFunction); !isFunction && rt.state.GetMetaField(v, "__call") == lua.LNil {
			return nil, &OptionError{Call: call, Key: "source", What: `option "source" must be a list of rows or an iterator, such as csv.rows gives, got ` + optShown(v)}
		}
		return func(L *lua.LState) (row, number lua.LValue, err error) { return rt.invokeTwo(L, v) }, nil
	}
	if list.Len() == 0 {
		for key, _ := list.Next(lua.LNil); key != lua.LNil; key, _ = list.Next(key) {
			if key != lua.LString("columns") { // of rows that a query gave
				return nil, &OptionError{Call: call, Key: "source", What: `option "source" must be a list of rows, got a table with named keys`, hint: "write source = { row }"}
			}
		}
	}
	at := 0
	return func(*lua.LState) (row, number lua.LValue, err error) {
		at++
		return list.RawGetInt(at), lua.LNumber(at), nil
	}, nil
}

// invokeTwo calls what can be called and gives its first two results, or what it raised.
func (rt *Runtime) invokeTwo(L *lua.LState, f lua.LValue) (first, second lua.LValue, err error) {
	t, err := rt.protect(L, []lua.LValue{f}, 2, rt.protected.wrapError)
	if err != nil {
		return nil, nil, Unwrap(raisedValue(err))
	}
	first, second = t.Get(-2), t.Get(-1)
	rt.protected.give(t)
	return first, second, nil
}

// item makes what the outbox keeps of a row. An error leaves the row out.
func (s *batchSource) item(L *lua.LState, row lua.LValue, number int) (*outbox.NewItem, error) {
	switch row.(type) {
	case *lua.LTable, lua.LString:
	default:
		return nil, &argumentError{text: "a row must be a table or a string, got " + describe(row)}
	}
	key, err := s.key(L, row, number)
	if err != nil {
		return nil, err
	}
	item := &outbox.NewItem{Key: key}
	if item.Row, err = rowJSON(row, s.b.rt.json); err != nil {
		item.Row = []byte("{}")
		item.Failure = failureOf(err)
		return item, nil
	}
	if s.b.options.To != nil {
		if err := s.addressed(L, item, row, number); err != nil {
			item.Failure = failureOf(err)
		}
	}
	return item, nil
}

// failureOf tells why a mail cannot even be tried.
func failureOf(err error) *outbox.Reply { return &outbox.Reply{Text: plainError(err).Error()} }

// plainError puts the line of the script before the text of what it raised.
func plainError(err error) error {
	var e *ScriptError
	if errors.As(err, &e) {
		return &lineError{e}
	}
	return err
}

// lineError is an error of the script with its line in its text.
type lineError struct{ err *ScriptError }

func (e *lineError) Error() string { return errorLine(e.err) }
func (e *lineError) Unwrap() error { return e.err }

// addressed tells the outbox beforehand whom the mail is for, where all go the same way.
func (s *batchSource) addressed(L *lua.LState, item *outbox.NewItem, row lua.LValue, number int) error {
	v, err := s.column(L, "to", s.b.options.To, row, number)
	if err != nil {
		return err
	}
	list, err := addressList("batch.run", "to", v)
	if err == nil && len(list) == 0 {
		err = &argumentError{text: "to gives no address"}
	}
	if err != nil {
		return err
	}
	site := ""
	for i, a := range list {
		domain, err := smtp.DomainOf(a.Address)
		if err != nil {
			return err
		}
		item.Recipients = append(item.Recipients, a.Address)
		if s.only == nil {
			continue
		}
		if name := s.siteOf(domain); i == 0 {
			site = name
		} else if name != site { // rendering cuts it into parts
			item.Recipients = nil
			return nil
		}
	}
	if site == "" {
		item.Recipients = nil
		return nil
	}
	item.Relays, item.Site = s.b.ways, site
	return nil
}

// siteOf names the place where the first way takes mail to a domain.
func (s *batchSource) siteOf(domain string) string {
	if s.only.Sites() == nil {
		domain = ""
	}
	return outbox.SiteName(s.only.Name(), domain)
}
