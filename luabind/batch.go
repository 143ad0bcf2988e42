package luabind

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"moonpost/outbox"

	lua "github.com/yuin/gopher-lua"
)

// batchModule is `batch`: mail to many, once each.
func batchModule(rt *Runtime) Module {
	return Module{
		Name: "batch", Doc: "Mail to many people, once each: end it at any instant and run it again, and nobody is mailed twice or missed. " +
			"What was said about each mail lies in the store (see `moonpost batch`).",
		Functions: append([]Function{
			{"run", "(options: batch.Options): batch.Summary",
				"Mails every row of the source that was not mailed before, and gives a summary. Each key is mailed once in the batch, for ever; rows without a key and mails that fail are counted and named, and the rest goes on. " +
					"The source is read whole before anything is sent. Callbacks are called with `item.key`, `to`, `row`, `relay`, `attempts`, `message_id`, and what the server said. " +
					"Raises where nothing could be sent: a broken source, a store that cannot be used, a batch that another process runs.",
				"local csv = require \"csv\"\nlocal summary = batch.run{\n  id = \"news-2026-10\", source = csv.rows(\"people.csv\"), key = \"email\", via = relay,\n" +
					"  message = function(row) return mime.message{ from = \"news@example.org\", to = row.email, subject = \"October\", text = \"Dear \" .. row.name } end,\n}\nprint(summary.sent, summary.failed) --> 1 0", rt.batchRun},
		}, batchStoreFunctions(rt)...),
		Classes: []Class{summaryClass(), deliveryClass()},
		Types: []string{
			optionsClass("batch.Options", reflect.TypeFor[batchOptions]()),
			optionsClass("batch.retryOptions", reflect.TypeFor[retryOptions]()),
			optionsClass("batch.stopOptions", reflect.TypeFor[stopOptions]()),
			optionsClass("batch.hoursOptions", reflect.TypeFor[hoursOptions]()),
			optionsClass("batch.ItemsOptions", reflect.TypeFor[itemsOptions]()),
			optionsClass("batch.SettleOptions", reflect.TypeFor[settleOptions]()),
			batchItemClass, batchReplyClass, batchRecordClass, complaintClass,
		},
	}
}

// batchDesk is what a script's run knows of its batches.
type batchDesk struct {
	running   string           // id of the one that runs; ""
	results   []batchResult    // of the calls of batch.run, in their order
	summaries []outbox.Summary // of those that came so far
	further   *furtherState    // this is one of several states; nil in the script's own
	modules   [][32]byte       // sums of the modules that were loaded before
	templates [32]byte         // sum of all templates that were made before
}

// batchResult is how a call of batch.run ended.
type batchResult struct {
	summary outbox.Summary
	err     error
}

// batch is one call of batch.run.
type batch struct {
	rt      *Runtime
	options batchOptions
	ways    []string // names of relays, unless via is a function
	text    *luaTemplate
	policy  outbox.Policy
	job     outbox.Job
}

func (rt *Runtime) batchRun(L *lua.LState) int {
	rt.host.check.at(L)
	b := &batch{rt: rt}
	if err := b.read(L, argTable(L, "batch.run", 1, "options")); err != nil {
		raise(L, err)
	}
	result := rt.batchResult(L, b)
	rt.batch.results = append(rt.batch.results, result)
	if result.err != nil {
		raise(L, result.err)
	}
	L.Push(rt.newObject(L, summaryClassName, &result.summary))
	return 1
}

// batchResult runs a batch. In a further state it gives what the script's own got, or never comes back.
func (rt *Runtime) batchResult(L *lua.LState, b *batch) (r batchResult) {
	if s := rt.batch.further; s != nil {
		if n := len(rt.batch.results); n < len(s.before) {
			return s.before[n]
		}
		s.serve(L, b)
	}
	rt.batch.running = b.options.ID
	defer func() { rt.batch.running = "" }()
	r.summary, r.err = b.run(L)
	if r.summary.Batch != "" && !refusedWhole(r.err) {
		rt.batch.summaries = append(rt.batch.summaries, r.summary)
		if rt.host.Summarise != nil {
			rt.host.Summarise(r.summary)
		}
	}
	return r
}

// refusedWhole tells that the batch was not begun: there is nothing to sum up.
func refusedWhole(err error) bool {
	return errors.As(err, new(*outbox.BusyError)) || errors.As(err, new(*outbox.ChangedError))
}

// read checks the options.
func (b *batch) read(L *lua.LState, t *lua.LTable) error {
	const call = "batch.run"
	if id := b.rt.batch.running; id != "" {
		return &argumentError{text: fmt.Sprintf("%s: the batch %q is running: a batch can't be run by a function of another", call, id), hint: "run them one after the other"}
	}
	o := &b.options
	if err := bindOptions(call, t, o); err != nil {
		return err
	}
	if err := checkBatchID(call, o.ID); err != nil {
		return err
	}
	if _, err := b.rt.rowsOf(o.Source); err != nil {
		return err
	}
	if err := b.functions(call); err != nil {
		return err
	}
	return b.settings(L, call)
}

// longestID bounds ids, in octets.
const longestID = 200

// checkBatchID refuses what no command line could name.
func checkBatchID(call, id string) error {
	what := ""
	switch {
	case id == "":
		what = "must not be empty"
	case len(id) > longestID:
		what = fmt.Sprintf("has at most %d octets", longestID)
	case !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f }):
		what = "must be text without line breaks and control characters, got " + optQuote(id)
	case strings.TrimSpace(id) != id:
		what = "must not begin or end with a blank, got " + optQuote(id)
	default:
		return nil
	}
	return &OptionError{Call: call, Key: "id", What: `option "id" ` + what, hint: `an id such as "news-2026-10" names the issue: the same id never mails anybody twice`}
}

// batchError names the call in an error that doesn't.
type batchError struct {
	call string
	err  error
}

func (e *batchError) Error() string { return e.call + ": " + e.err.Error() }
func (e *batchError) Unwrap() error { return e.err }
