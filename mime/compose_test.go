package mime

import (
	"io/fs"
	"strings"
	"testing"
)

// invitation is a calendar that readers accept.
func invitation(summary string) string {
	return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Desk//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1@example.org\nDTSTAMP:20260301T090000Z\n" +
		"DTSTART:20260302T100000Z\nDTEND:20260302T110000Z\nORGANIZER;CN=\"Desk: Q3\":mailto:desk@example.org\nATTENDEE;RSVP=TRUE:mailto:ann@x.example\nSUMMARY:" + summary +
		"\nEND:VEVENT\nEND:VCALENDAR\n"
}

// folder is where a page's files lie.
func folder(files map[string]string) func(string) (Source, error) {
	return func(name string) (Source, error) {
		if text, ok := files[name]; ok {
			return String(text), nil
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
}

func TestBehaviour086_CalendarInvite(t *testing.T) {
	m := basic(t, func(s *Spec) {
		s.HTML, s.Calendar = ptr("<p>x"), &CalendarSpec{Method: "request", Content: invitation("Planning")}
	})
	if got, want := m.Tree(), "multipart/mixed\n  multipart/alternative\n    text/plain\n    text/html\n    text/calendar\n  application/ics \"invite.ics\"\n"; got != want {
		t.Errorf("the tree is\n%s", got)
	}
	out := wire(t, m)
	for _, want := range []string{
		"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Transfer-Encoding: 7bit\r\n\r\nBEGIN:VCALENDAR\r\n",
		"Content-Type: application/ics\r\nContent-Disposition: attachment; filename=invite.ics\r\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	// Nobody of the recipients is asked, nor is the sender the one who asks.
	if w := m.Warnings(); len(w) != 2 || !strings.Contains(w[0], "ATTENDEE") || !strings.Contains(w[1], `ORGANIZER "mailto:desk@example.org" is not the sender`) {
		t.Errorf("warnings: %q", w)
	}
	whole := invitation("Planning")
	without := func(names ...string) string {
		text := whole
		for _, name := range names {
			from := strings.Index(text, "\n"+name)
			text = text[:from] + text[from+1+strings.IndexByte(text[from+1:], '\n'):]
		}
		return text
	}
	for name, c := range map[string]CalendarSpec{
		"the method is REQUEST":         {Method: "CANCEL", Content: whole},
		"have one METHOD":               {Method: "REQUEST", Content: without("METHOD")},
		"have one VERSION":              {Content: without("VERSION")},
		"have one PRODID":               {Content: without("PRODID")},
		"needs one UID, not 0":          {Content: without("UID")},
		"needs one DTSTAMP":             {Content: without("DTSTAMP")},
		"needs one DTSTART":             {Content: without("DTSTART")},
		"needs one ORGANIZER":           {Content: without("ORGANIZER")},
		"needs an ATTENDEE":             {Content: without("ATTENDEE")},
		"needs one UID, not 2":          {Content: strings.Replace(whole, "\nUID", "\nUID:2\nUID", 1)},
		"needs one SEQUENCE":            {Content: strings.Replace(whole, "REQUEST", "CANCEL", 1)},
		"not a method":                  {Content: strings.Replace(whole, "REQUEST", "INVITE", 1)},
		"no VEVENT":                     {Content: strings.ReplaceAll(whole, "VEVENT", "X-EVENT")},
		"one VCALENDAR and nothing":     {Content: whole + whole},
		"not one whole VCALENDAR":       {Content: strings.TrimSuffix(whole, "END:VCALENDAR\n")},
		"was not begun":                 {Content: strings.Replace(whole, "END:VEVENT", "END:VTODO", 1)},
		"line 12: this is no property":  {Content: strings.Replace(whole, "SUMMARY", "two\nSUMMARY", 1)},
		"the ORGANIZER must be":         {Content: strings.Replace(whole, "mailto:desk@example.org", "desk@example.org", 1)},
		"the ATTENDEE must be":          {Content: strings.Replace(whole, "mailto:ann@x.example", "mailto:ann", 1)},
		"a control character":           {Content: strings.Replace(whole, "Planning", "Plan\x00", 1)},
		"not valid UTF-8":               {Content: strings.Replace(whole, "Planning", "Plan\xff", 1)},
		"nested too deeply":             {Content: strings.Repeat("BEGIN:VCALENDAR\n", 1) + strings.Repeat("BEGIN:X\n", 100)},
		"one VCALENDAR and nothing\x00": {Content: "BEGIN:VEVENT\nEND:VEVENT\n"},
	} {
		_, err := Compose(Spec{From: from("a@x.example"), Calendar: &c}, fixedEnv())
		if want := strings.TrimSuffix(name, "\x00"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestCalendarFoldedWithinCharacter reads a calendar of a program that counts octets.
func TestCalendarFoldedWithinCharacter(t *testing.T) { // RFC 5545 §3.1
	text := invitation("Gr\xc3\r\n \xbcße")
	c, err := parseCalendar(text)
	if err != nil {
		t.Fatal(err)
	}
	if out := c.text(); !strings.Contains(out, "Grüße\r\n") {
		t.Errorf("%q", out)
	}
	if _, err := parseCalendar(invitation("Gr\xc3 \xbc")); err == nil {
		t.Error("invalid UTF-8 was taken")
	}
}

func TestCalendarLines(t *testing.T) {
	long := strings.Repeat("Übersicht ", 20)
	text := strings.ReplaceAll(invitation("Plan\n ning"), "\n", "\r\n")
	text = strings.Replace(text, "END:VEVENT", "DESCRIPTION:"+long+"\r\nDTEND;TZID=Europe/Berlin:20260302T110000\r\nEND:VEVENT", 1)
	c, err := parseCalendar("\ufeff" + text)
	if err != nil {
		t.Fatal(err)
	}
	out := c.text()
	for _, line := range strings.Split(out, "\r\n") {
		if len(line) > 75 || invalidUTF8(line) >= 0 {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	if unfolded := strings.ReplaceAll(out, "\r\n ", ""); !strings.Contains(unfolded, "DESCRIPTION:"+long+"\r\n") {
		t.Errorf("the description does not unfold: %q", unfolded)
	}
	if !strings.Contains(out, "SUMMARY:Plan\r\n ning\r\n") {
		t.Errorf("folding in order was changed: %q", out)
	}
	if w := strings.Join((&CalendarSpec{Content: text}).warnings(), "\n"); !strings.Contains(w, "Europe/Berlin") {
		t.Errorf("warnings: %q", w)
	}
}

func TestCalendarValue(t *testing.T) {
	hostile := "A;B,C\\\r\nATTENDEE:mailto:evil@x\r\"\x00"
	for before, want := range map[string]string{
		"X\r\nSUMMARY:Hi ":              `A\;B\,C\\\nATTENDEE:mailto:evil@x"`,
		"DESCRIPTION;LANGUAGE=de:a\n b": `A\;B\,C\\\nATTENDEE:mailto:evil@x"`,
		"ATTENDEE:mailto:":              `A;B,C\ ATTENDEE:mailto:evil@x"`,
		"ATTENDEE;CN=\"":                `A;B,C\ ATTENDEE:mailto:evil@x'`,
		"ATTENDEE;CN=":                  `A B C\ ATTENDEE mailto evil@x'`,
	} {
		if got := CalendarValue(before, hostile); got != want {
			t.Errorf("%q: got %q, want %q", before, got, want)
		}
	}
}

func TestEmbedImages(t *testing.T) {
	png := EncodeBase64([]byte(pngHead), 76)
	e := Embedding{Data: true, Open: folder(map[string]string{"a b.png": pngHead, "sub/x.gif": "GIF89a"}), Skip: func(ref string) bool { return strings.Contains(ref, "SKIP") }}
	same := []string{
		"", "plain < text", "<p>x</p>", `<img src="https://x/a.png">`, `<img src="//x/a.png">`, `<img src="cid:y">`, `<img src="mailto:x">`, `<img src="#x">`, `<img src="">`, `<img src>`, `<img`, `<img src="a b.png`,
		`<!-- <img src="no.png"> -->`, `<script>"<img src='no.png'>"</script>`, `<a href="no.png">`, `<img src="SKIP.png">`, `<img src="data:text/plain,x">`, `<p style="background:url(https://x/y.png)">`, `<p style="background:url('no">`,
		"<img\n alt = '<img src=no.png>'\n>", `<img data-src="no.png" srcset="no.png">`,
	}
	for _, page := range same {
		if out, parts, err := EmbedImages(page, e); out != page || len(parts) > 0 || err != nil {
			t.Errorf("%q became %q with %d parts, %v", page, out, len(parts), err)
		}
	}
	_, parts, err := EmbedImages(`<img src="a%20b.png">`, e)
	if err != nil || len(parts) != 1 || parts[0].Filename() != "a b.png" || parts[0].Disposition() != "inline" || parts[0].MediaType() != "image/png" {
		t.Fatalf("%v %v", parts, err)
	}
	ref := "cid:" + parts[0].CID()
	changed := map[string]string{
		`<IMG  SRC = 'a b.png' alt=x>é`:                                      `<IMG  SRC = '` + ref + `' alt=x>é`,
		`<img src=a%20b.png/>`:                                               `<img src=` + ref + `>`,
		"<img src=\"data:image/png;base64," + png + "\"/>":                   `<img src="` + ref + `"/>`,
		`<td background="./a b.png?v=1#x">`:                                  `<td background="` + ref + `">`,
		`<p style="color:red; background: URL( &quot;a b.png&quot; )">`:      `<p style="color:red; background: URL( &quot;` + ref + `&quot; )">`,
		`<p style='background:url(a%20b.png),url("a b.png");x:y'>`:           `<p style='background:url(` + ref + `),url("` + ref + `");x:y'>`,
		`<img src="a b.png"><img src="a b.png"><img src="sub/../a%20b.png">`: `<img src="` + ref + `"><img src="` + ref + `"><img src="` + ref + `">`,
	}
	for page, want := range changed {
		out, parts, err := EmbedImages(page, e)
		if out != want || len(parts) != 1 || err != nil {
			t.Errorf("%q became %q with %d parts, %v; want %q", page, out, len(parts), err, want)
		}
	}
	for page, want := range map[string]string{
		`<img src="../a.png">`: "outside", `<img src="/etc/passwd">`: "outside", `<img src="x/%2e%2e/%2e%2e/y.png">`: "outside", `<img src="..\a.png">`: "outside", `<img src=".">`: "outside",
		`<img src="no.png">`: "no.png", `<img src="data:image/png;base64,!">`: "damaged", `<img src="data:image/png,">`: "empty",
	} {
		if _, _, err := EmbedImages(page, e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", page, err)
		}
	}
}

func TestFeedbackID(t *testing.T) {
	for value, ok := range map[string]bool{"sender": true, "a:b:c:sender": true, "::c:sender": true, "a:b:c:d:sender": false, "a:": false, "a b": false, "ä:sender": false, "a:b\r\nX: y": false} {
		_, err := Compose(Spec{From: from("a@x.example"), Text: ptr("x"), FeedbackID: value}, fixedEnv())
		if ok != (err == nil) {
			t.Errorf("%q: %v", value, err)
		}
	}
	m := basic(t, func(s *Spec) { s.FeedbackID = "a:b" })
	if w := m.Warnings(); len(w) != 1 || !strings.Contains(w[0], "5 to 15") {
		t.Errorf("warnings: %q", w)
	}
}

func TestAutoSubmitted(t *testing.T) {
	for value, ok := range map[string]bool{"auto-generated": true, "auto-replied; x=y": true, "No": true, "auto-notified": true, "yes": false, "auto-": false, "auto generated": false} {
		_, err := Compose(Spec{From: from("a@x.example"), Text: ptr("x"), AutoSubmitted: value}, fixedEnv())
		if ok != (err == nil) {
			t.Errorf("%q: %v", value, err)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for source, want := range map[string]string{
		"*a*":                      "<p><em>a</em></p>\n",
		"<b>raw</b> &amp;":         "<p><b>raw</b> &amp;</p>\n",
		"[x](javascript:alert(1))": "<p><a href=\"#\">x</a></p>\n",
		"![x](vbscript:x)":         "<p><img src=\"#\" alt=\"x\"></p>\n",
		"<javascript:alert(1)>":    "<p>javascript:alert(1)</p>\n",
		"https://x.example/?a&b":   "<p><a href=\"https://x.example/?a&amp;b\">https://x.example/?a&amp;b</a></p>\n",
		"- [ ] a\n- [x] b":         "<ul>\n<li>&#9744; a</li>\n<li>&#9745; b</li>\n</ul>\n",
		"~~x~~":                    "<p><del>x</del></p>\n",
		"| a |\n|--:|\n| 1 |":      "<table>\n<thead>\n<tr>\n<th style=\"text-align:right\">a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td style=\"text-align:right\">1</td>\n</tr>\n</tbody>\n</table>\n",
		"\ufeff# a":                "<h1>a</h1>\n",
		"":                         "",
	} {
		if got, err := Markdown(source); got != want || err != nil {
			t.Errorf("%q: got %q, %v; want %q", source, got, err, want)
		}
	}
	wantFault(t, func() error { _, err := Markdown("a\xff"); return err }(), "markdown")
	_, err := Compose(Spec{Markdown: ptr("x"), HTML: ptr("y")}, fixedEnv())
	wantFault(t, err, "markdown")
	m := basic(t, func(s *Spec) { s.Text, s.Markdown = ptr("by hand"), ptr("# Hi") })
	if text, _ := m.Body("plain").Text(); text != "by hand" {
		t.Errorf("the text is %q", text)
	}
	latin := basic(t, func(s *Spec) { s.Text, s.Markdown, s.Charset = nil, ptr("Grüße"), "ISO-8859-1" })
	if page, _ := latin.Body("html").Text(); !strings.Contains(page, `<meta charset="iso-8859-1">`) || !strings.Contains(page, "Grüße") {
		t.Errorf("the page is %q", page)
	}
}
