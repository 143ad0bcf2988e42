package mime

import "testing"

func TestTextWidth(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, "abc": 3, "é": 1, "e\u0301\u0302": 1, "漢字": 4, "ｱ": 1, "Ａ": 2, "한국": 4, "👍": 2, "👍🏽": 2, "👩\u200d👩\u200d👧\u200d👦": 2, "🏳\ufe0f\u200d🌈": 2, "🇩🇪": 2, "✔\ufe0f": 2, "✔": 1, "❤\ufe0f x": 4,
		"a\u200db": 2, "\u200d\ufe0f": 0, "1\ufe0f\u20e3": 2, "🏽": 2, "👩\u200dx": 3, "क्\u200dष": 2,
	} {
		if got := TextWidth(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
