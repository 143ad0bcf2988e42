package report

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// TestContrast wants every text to stand out from its ground as WCAG 2.1 §1.4.3 demands of small letters, by day and by
// night.
func TestContrast(t *testing.T) {
	light := pageCSS
	_, dark, ok := strings.Cut(mediaCSS, "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("there are no colours for the night")
	}
	for sheet, grounds := range map[string]map[string][]string{
		light: {
			"#ffffff": {"#1f2937", "#111827", "#4b5563", "#1d4ed8"}, "#f3f4f6": {"#1f2937", "#4b5563", "#1d4ed8", "#047857", "#b91c1c"},
			"#eff6ff": {"#1f2937"}, "#ecfdf5": {"#1f2937"}, "#fffbeb": {"#1f2937"}, "#fef2f2": {"#1f2937"}, "#1d4ed8": {"#ffffff"},
		},
		dark: {"#1f2937": {"#e5e7eb", "#9ca3af", "#93c5fd"}, "#111827": {"#e5e7eb", "#9ca3af", "#93c5fd", "#34d399", "#f87171"}},
	} {
		for ground, texts := range grounds {
			for _, text := range texts {
				if c := contrast(luminance(t, ground), luminance(t, text)); c < 4.5 || !strings.Contains(sheet, ground) || !strings.Contains(sheet, text) {
					t.Errorf("%s on %s: %.2f", text, ground, c)
				}
			}
		}
	}
}

func contrast(a, b float64) float64 { return (max(a, b) + 0.05) / (min(a, b) + 0.05) }

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
