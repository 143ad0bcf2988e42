package data

import (
	"strings"
	"testing"
)

// TestWindowsZones finds each place that stands for a zone of Windows, and names it where somebody gives that zone.
func TestWindowsZones(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(windowsZones), "\n") {
		_, place, _ := strings.Cut(line, "=")
		if _, err := Zone(place); err != nil {
			t.Error(err)
		}
	}
	for name, want := range map[string]string{
		"W. Europe Standard Time": `unknown time zone "W. Europe Standard Time"; did you mean "Europe/Berlin"?`,
		"eastern standard time":   `unknown time zone "eastern standard time"; did you mean "America/New_York"?`,
		"Moon Standard Time":      `unknown time zone "Moon Standard Time"`,
	} {
		if _, err := Zone(name); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
