package mime

import (
	"strings"
	"testing"
)

// FuzzEmbedImages wants pages to stay octet by octet but for what stands in place of pictures.
func FuzzEmbedImages(f *testing.F) {
	for _, page := range []string{`<img src="a.png">`, `<img src=a.png style='background:url(&quot;a.png&quot;)'>`, "<td background = 'a.png'/>", `<!--<img src="a.png">-->`, "<img src", `<script><img src="a.png">`, `<img ="src" src=data:image/png;base64,iVBORw0KGgo=>`} {
		f.Add(page)
	}
	open := folder(map[string]string{"a.png": pngHead})
	f.Fuzz(func(t *testing.T, page string) {
		if out, parts, err := EmbedImages(page, Embedding{}); out != page || len(parts) > 0 || err != nil {
			t.Fatalf("%q became %q, %v", page, out, err)
		}
		out, parts, err := EmbedImages(page, Embedding{Data: true, Open: open})
		if err != nil {
			return
		}
		rest := page
		for _, piece := range strings.Split(out, "cid:") {
			if len(piece) > 41 && strings.HasPrefix(piece[32:], "@embedded") {
				piece = piece[41:]
			}
			i := strings.Index(rest, piece)
			if i < 0 {
				t.Fatalf("%q became %q", page, out)
			}
			rest = rest[i+len(piece):]
		}
		again, more, err := EmbedImages(out, Embedding{Data: true, Open: open})
		if again != out || len(more) > 0 || err != nil {
			t.Fatalf("%q became %q, and then %q with %d and %d parts, %v", page, out, again, len(parts), len(more), err)
		}
	})
}

// FuzzCalendar wants lines in order, and the same from what was written.
func FuzzCalendar(f *testing.F) {
	f.Add(invitation("Planning"), "value")
	f.Add(strings.ReplaceAll(invitation("Übersicht "+strings.Repeat("ü", 100)), "\n", "\r"), "a\nATTENDEE:x")
	f.Add("BEGIN:VCALENDAR\n X\nEND:VCALENDAR", "\"")
	f.Fuzz(func(t *testing.T, text, value string) {
		if placed := CalendarValue(text, value); strings.ContainsAny(placed, "\r\n") {
			t.Fatalf("a value brings a line: %q", placed)
		}
		c, err := parseCalendar(text)
		if err != nil {
			return
		}
		out := c.text()
		for _, line := range strings.Split(out, "\r\n") {
			if len(line) > calendarFold || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("%d octets: %q", len(line), line)
			}
		}
		again, err := parseCalendar(out)
		if err != nil || again.text() != out || len(again.lines) != len(c.lines) {
			t.Fatalf("%q is read as %v, %v", out, again, err)
		}
		for i := range c.lines {
			if again.lines[i].whole != c.lines[i].whole || again.lines[i].path != c.lines[i].path {
				t.Fatalf("%q is read as %q", c.lines[i].whole, again.lines[i].whole)
			}
		}
	})
}
