package relay

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"moonpost/smtp"
)

// TestUnreadResultsAreSmall: nobody reads the outcomes of many messages.
func TestUnreadResultsAreSmall(t *testing.T) {
	const n = 20 * fullResults
	fault := errors.New("no")
	r := &Relay{}
	before := heap()
	for i := range n {
		res := &smtp.Result{Sender: "me@x.test", Reply: smtp.Reply{Code: 250, Lines: []string{strings.Repeat("x", 50)}}}
		res.Recipients = []smtp.RecipientResult{{Address: "a@y.test", Reply: smtp.Reply{Code: 250}}, {Address: "b@y.test", Reply: smtp.Reply{Code: 250}}}
		out := Outcome{Tag: i, Result: res}
		switch {
		case i%1000 == 1:
			out = Outcome{Tag: i, Err: fault}
		case i%1000 == 2:
			res.Recipients[1].Reply.Code = 550
		}
		r.keep(out)
	}
	if each := (heap() - before - fullResults*600) / n; each > 200 {
		t.Errorf("%d octets for each", each)
	}
	for i := range n {
		out, ok := r.take()
		refused := out.Result != nil && len(out.Result.Refused()) == 1
		switch {
		case !ok || out.Tag != i || (out.Err != nil) != (i%1000 == 1) || refused != (i%1000 == 2):
			t.Fatalf("%d: %+v, %v", i, out, ok)
		case out.Err == nil && (out.Result == nil || out.Result.Reply.Code != 250):
			t.Fatalf("%d: %+v", i, out)
		case i < fullResults/2-1 && out.Err == nil && len(out.Result.Recipients) != 2:
			t.Fatalf("%d lost its recipients", i)
		}
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
