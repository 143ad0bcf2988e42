package mime

import "strings"

// link remembers where the text of a link began.
type link struct {
	url   string
	start int
}

func (t *textMaker) closeLink() {
	n := len(t.links)
	if n == 0 {
		return
	}
	l := t.links[n-1]
	t.links = t.links[:n-1]
	shown := strings.TrimSpace(t.out.String()[min(l.start, t.out.Len()):])
	url := l.url
	if !strings.Contains(url, ":") || strings.HasPrefix(url, "cid:") || strings.HasPrefix(strings.ToLower(url), "javascript:") {
		return
	}
	bare := strings.TrimPrefix(strings.TrimPrefix(url, "mailto:"), "tel:")
	switch {
	case t.skip > 0 || shown == url || shown == bare:
	case shown == "":
		t.text(url)
	default:
		t.text(" (" + url + ")")
	}
}
