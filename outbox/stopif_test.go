package outbox

import "testing"

func TestStopIf(t *testing.T) {
	for _, test := range []struct {
		rule         StopIf
		done, failed int64
		want         string
	}{
		{StopIf{}, 1000, 1000, ""},
		{StopIf{Failed: 3}, 2, 2, ""},
		{StopIf{Failed: 3}, 3, 3, "stop_if: 3 of 3"},
		{StopIf{Fraction: 0.05, After: 200}, 199, 199, ""},
		{StopIf{Fraction: 0.05, After: 200}, 200, 9, ""},
		{StopIf{Fraction: 0.05, After: 200}, 200, 10, "stop_if: 10 of 200, 5 %"},
		{StopIf{Fraction: 1e-9}, 10, 0, ""},
	} {
		if got := test.rule.stops(test.done, test.failed); got != test.want {
			t.Errorf("%+v, %d of %d: %q", test.rule, test.failed, test.done, got)
		}
	}
}
