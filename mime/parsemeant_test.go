package mime

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestParseReadsWhatWasMeant has our own reader read generated messages: it must find what go-message and Python find
// in the same ones, with nothing excused.
func TestParseReadsWhatWasMeant(t *testing.T) {
	for seed := range uint64(400) {
		m, want := newGenerator(9000+seed).message(t, int(seed%4))
		b := must(m.Octets(seed%2 == 0, false))
		got := weRead(t, Parse(b, ParseOptions{}, fixedEnv()).Part, true)
		endAtLast(want, got)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(meant{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("message %d (-meant +ours):\n%s\n%s", seed, shorten(diff, 3000), shorten(string(b), 3000))
		}
	}
}
