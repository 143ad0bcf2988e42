package mime

import (
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var gapPattern = regexp.MustCompile(`\{\{(\d)(h?)\}\}`)

// gapped reads a text with gaps: {{0}} is the first value, {{0h}} is it escaped for HTML.
func gapped(text string) Gapped {
	var g Gapped
	last := 0
	for _, m := range gapPattern.FindAllStringSubmatchIndex(text, -1) {
		gap := Gap{Value: int(text[m[2]] - '0')}
		if m[4] < m[5] {
			gap.Escape = func(dst []byte, value string) []byte { return append(dst, html.EscapeString(value)...) }
		}
		g.Texts, g.Gaps = append(g.Texts, text[last:m[0]]), append(g.Gaps, gap)
		last = m[1]
	}
	g.Texts = append(g.Texts, text[last:])
	return g
}

func gappedPtr(text string) *Gapped {
	g := gapped(text)
	return &g
}

func gappedList(texts ...string) []Gapped {
	var list []Gapped
	for _, text := range texts {
		list = append(list, gapped(text))
	}
	return list
}

func people(t testing.TB, text string) []GappedAddress {
	t.Helper()
	list, err := ParseGappedAddresses(gapped(text))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// templateCase is a template, and what a person would write for the same message. A nil hand-made Spec tells that a
// person could write none.
type templateCase struct {
	name string
	good []string // values that are in order
	spec func(t testing.TB) TemplateSpec
	hand func(v []string) *Spec
}

func from(s string) []Address { return must(ParseAddressList(s)) }

func named(name, address string) []Address {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '\t' }), " ")
	return []Address{{name, address}}
}

// listed reads a list, as a script's string; a list that makes no sense stays one that is refused.
func listed(s string) []Address {
	list, err := ParseAddressList(s)
	if err != nil {
		return []Address{{"", ""}}
	}
	return list
}

var (
	sharedPDF   = must(NewPart("", String("%PDF-1.7 "+strings.Repeat("report", 2000)), WithFilename("Übersicht.pdf")))
	sharedImage = must(NewImage(String(pngHead+strings.Repeat("x", 5000)), "", WithCID("logo"), WithDisposition("inline")))
	sharedText  = must(NewText(strings.Repeat("ein Text mit Umläuten\n.dot\n", 3), "plain", "", WithDisposition("attachment")))
	latinText   = "{{0}}Grüße, {{0}} und {{2}}! \r\n.{{0}}\nFrom {{2}}\n  \n" + strings.Repeat("Für alle, die dies lesen können. \n.dot\n", 150) + "{{2}}\n\n{{2}}{{0}}"
	latinPage   = "\ufeff<p title=\"ü\">{{0h}}</p>\n" + strings.Repeat("<p>"+strings.Repeat("a=b é ", 30)+"\n", 40) + "<i>{{2h}}</i>{{0h}}ß\n"
	longText    = strings.Repeat("a line of text, as lines of text are.\n", 80)
)

func templateCases() []templateCase {
	w1 := "Dear {{0}},\n\nyour order {{0}} has shipped.\n.dot\n" + longText + "{{0}}\n-- \nExample News"
	fill := func(text string, v []string) string {
		return gapPattern.ReplaceAllStringFunc(text, func(m string) string {
			value := v[m[2]-'0']
			if strings.Contains(m, "h}") {
				return html.EscapeString(value)
			}
			return value
		})
	}
	f := func(text string, v []string) *string { s := fill(text, v); return &s }
	return []templateCase{
		{"letter", []string{"Ann", "1", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{
				From: people(t, `"Example News" <news@example.com>`), To: people(t, `"User {{0}}" <user{{1}}@example.net>`),
				Subject: gapped("Order {{0}} has shipped"), MessageID: gapped("<{{1}}.bench@example.com>"), Text: gappedPtr(w1),
			}
		}, func(v []string) *Spec {
			return &Spec{From: from("Example News <news@example.com>"), To: named("User "+v[0], "user"+v[1]+"@example.net"),
				Subject: "Order " + v[0] + " has shipped", MessageID: "<" + v[1] + ".bench@example.com>", Text: f(w1, v)}
		}},
		{"text without end", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "news@example.com"), To: people(t, "{{0}} <{{1}}>"), Subject: gapped("{{0}}"), Text: gappedPtr("{{0}}\n{{1}}{{2}}")}
		}, func(v []string) *Spec {
			return &Spec{From: from("news@example.com"), To: named(v[0], v[1]), Subject: v[0], Text: f("{{0}}\n{{1}}{{2}}", v)}
		}},
		{"whole address, umlauts in the text", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "news@example.com"), To: people(t, "{{1}}"), Cc: people(t, "fixed@example.com, b@example.com"), Subject: gapped("Grüße an {{0}}"), Text: gappedPtr("Grüße, {{0}}!\n.dot\n{{2}}\n")}
		}, func(v []string) *Spec {
			return &Spec{From: from("news@example.com"), To: listed(v[1]), Cc: from("fixed@example.com, b@example.com"), Subject: "Grüße an " + v[0], Text: f("Grüße, {{0}}!\n.dot\n{{2}}\n", v)}
		}},
		{"two forms with everything", []string{"Ann", "77", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{
				From: people(t, "{{0}} via News <news@example.com>"), Sender: people(t, "s{{1}}@example.com"), ReplyTo: people(t, "r@example.com, {{0}} <r+{{1}}@example.com>"),
				To: []GappedAddress{{Name: gapped("{{0}}"), Address: gapped("u{{1}}@example.com")}}, Bcc: people(t, "b{{1}}@example.net"),
				Subject: gapped("{{0}}: {{2}}"), Text: gappedPtr(w1 + "{{2}}"), HTML: gappedPtr("<p>{{0h}}</p>\n<img src=\"cid:logo\">\n{{2h}}"),
				Inline: []*Part{sharedImage}, Attachments: []*Part{sharedPDF, sharedText},
				List:       &GappedList{ID: gapped("News {{0}} <news.example.com>"), Unsubscribe: gappedList("https://example.com/u?{{1}}", "<mailto:u+{{1}}@example.com>", "https://example.com/more"), OneClick: true},
				References: gappedList("<{{1}}@example.com>", "b@example.com"), InReplyTo: gappedList("{{1}}@x"),
				Priority: "high", AutoSubmitted: "auto-generated", Headers: []GappedHeader{{"X-Run", gapped("{{0}} {{1}}")}, {"Feedback-ID", gapped("{{1}}:news")}, {"X-Fixed", gapped("Grüße")}, {"Comments", gapped("{{2}}")}},
				EnvelopeFrom: gappedPtr("bounces+{{1}}@example.com"),
			}
		}, func(v []string) *Spec {
			return &Spec{
				From: named(v[0]+" via News", "news@example.com"), Sender: named("", "s"+v[1]+"@example.com"), ReplyTo: append(from("r@example.com"), named(v[0], "r+"+v[1]+"@example.com")...),
				To: []Address{{v[0], "u" + v[1] + "@example.com"}}, Bcc: named("", "b"+v[1]+"@example.net"),
				Subject: v[0] + ": " + v[2], Text: f(w1+"{{2}}", v), HTML: f("<p>{{0h}}</p>\n<img src=\"cid:logo\">\n{{2h}}", v),
				Inline: []*Part{sharedImage}, Attachments: []*Part{sharedPDF, sharedText},
				List:       &ListSpec{ID: "News " + v[0] + " <news.example.com>", Unsubscribe: []string{"https://example.com/u?" + v[1], "<mailto:u+" + v[1] + "@example.com>", "https://example.com/more"}, OneClick: true},
				References: []string{"<" + v[1] + "@example.com>", "b@example.com"}, InReplyTo: []string{v[1] + "@x"},
				Priority: "high", AutoSubmitted: "auto-generated", Headers: [][2]string{{"X-Run", v[0] + " " + v[1]}, {"Feedback-ID", v[1] + ":news"}, {"X-Fixed", "Grüße"}, {"Comments", v[2]}},
				EnvelopeFrom: f("bounces+{{1}}@example.com", v),
			}
		}},
		{"page alone, derived text", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "news@example.com"), To: people(t, "{{1}}, fixed@example.com"), Subject: gapped("s"), HTML: gappedPtr("<h1>{{0h}}</h1>\n<a href=\"https://x.example/\">{{2h}}</a>"), Attachments: []*Part{sharedPDF}}
		}, func(v []string) *Spec {
			return &Spec{From: from("news@example.com"), To: append(listed(v[1]), from("fixed@example.com")...), Subject: "s", HTML: f("<h1>{{0h}}</h1>\n<a href=\"https://x.example/\">{{2h}}</a>", v), Attachments: []*Part{sharedPDF}}
		}},
		{"sender in the envelope, hidden recipients", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "a@example.com"), Subject: gapped("{{2}}"), Text: gappedPtr("{{2}}"), EnvelopeTo: gappedList("{{1}}", "x@example.com"), EnvelopeFrom: gappedPtr("")}
		}, func(v []string) *Spec {
			return &Spec{From: from("a@example.com"), Subject: v[2], Text: &v[2], EnvelopeTo: []string{v[1], "x@example.com"}, EnvelopeFrom: ptr("")}
		}},
		{"authors", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "{{1}}"), To: people(t, "t@example.com"), Text: gappedPtr("--{{2}}\n.{{0}}"), HTML: gappedPtr("{{2h}}--{{0h}}\n{{0h}}.{{1h}}")}
		}, func(v []string) *Spec {
			return &Spec{From: listed(v[1]), To: from("t@example.com"), Text: f("--{{2}}\n.{{0}}", v), HTML: f("{{2h}}--{{0h}}\n{{0h}}.{{1h}}", v)}
		}},
		{"unusual fields go the general way", []string{"Ann", "1", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "a@example.com"), To: people(t, "t@example.com"), Charset: "iso-8859-1", Text: gappedPtr("Grüße {{0}}"), Headers: []GappedHeader{{"Subject", gapped("{{0}}")}}}
		}, func(v []string) *Spec {
			return &Spec{From: from("a@example.com"), To: from("t@example.com"), Charset: "iso-8859-1", Text: f("Grüße {{0}}", v), Headers: [][2]string{{"Subject", v[0]}}}
		}},
		{"fields that others set too", []string{"Ann", "1", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "a@example.com"), To: people(t, "t@example.com"), Subject: gapped("{{1}}"), Text: gappedPtr("{{2}}"), Headers: []GappedHeader{{"Subject", gapped("{{0}}")}, {"Content-Language", gapped("{{1}}")}}}
		}, func(v []string) *Spec {
			return &Spec{From: from("a@example.com"), To: from("t@example.com"), Subject: v[1], Text: &v[2], Headers: [][2]string{{"Subject", v[0]}, {"Content-Language", v[1]}}}
		}},
		{"marks and all list fields", []string{"news", "77", "sender"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{
				From: people(t, "a@example.com"), To: people(t, "t@example.com"), ReceiptTo: people(t, "{{0}} <r{{1}}@example.com>"), Text: gappedPtr("x {{1}}"), FeedbackID: gapped("{{0}}:x:{{2}}"),
				List: &GappedList{
					ID: gapped("{{0}}.example.com"), Subscribe: gappedList("https://example.com/s?{{1}}"), Post: gappedList("NO"), Owner: gappedList("mailto:o@example.com"),
					Help: gappedList("mailto:h{{1}}@example.com", "https://example.com/h"), Archive: gappedList("https://example.com/{{1}}"),
				},
			}
		}, func(v []string) *Spec {
			return &Spec{
				From: from("a@example.com"), To: from("t@example.com"), ReceiptTo: named(v[0], "r"+v[1]+"@example.com"), Text: ptr("x " + v[1]), FeedbackID: v[0] + ":x:" + v[2],
				List: &ListSpec{
					ID: v[0] + ".example.com", Subscribe: []string{"https://example.com/s?" + v[1]}, Post: []string{"NO"}, Owner: []string{"mailto:o@example.com"},
					Help: []string{"mailto:h" + v[1] + "@example.com", "https://example.com/h"}, Archive: []string{"https://example.com/" + v[1]},
				},
			}
		}},
		{"invitation for all", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "a@example.com"), To: people(t, "t@example.com"), Subject: gapped("{{0}}"), Text: gappedPtr("{{1}}"), HTML: gappedPtr("<p>{{2h}}"), Calendar: &CalendarSpec{Content: invitation("Grüße")}, FeedbackID: gapped("{{0}}")}
		}, func(v []string) *Spec {
			return &Spec{From: from("a@example.com"), To: from("t@example.com"), Subject: v[0], Text: &v[1], HTML: ptr("<p>" + html.EscapeString(v[2])), Calendar: &CalendarSpec{Content: invitation("Grüße")}, FeedbackID: v[0]}
		}},
		{"mark and receipt twice", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "a@example.com"), To: people(t, "t@example.com"), Text: gappedPtr("{{1}}"), ReceiptTo: people(t, "r@example.com"), FeedbackID: gapped("sender"),
				Headers: []GappedHeader{{"Feedback-ID", gapped("{{0}}")}, {"Disposition-Notification-To", gapped("{{1}}")}}}
		}, func(v []string) *Spec {
			return &Spec{From: from("a@example.com"), To: from("t@example.com"), Text: &v[1], ReceiptTo: from("r@example.com"), FeedbackID: "sender",
				Headers: [][2]string{{"Feedback-ID", v[0]}, {"Disposition-Notification-To", v[1]}}}
		}},
		{"one-click by value", []string{"https://x.example/u?1", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "a@example.com"), To: people(t, "t@example.com"), Text: gappedPtr("x"), List: &GappedList{Unsubscribe: gappedList("{{0}}", "mailto:{{1}}", "https://example.com/more"), OneClick: true}, Headers: []GappedHeader{{"Disposition-Notification-To", gapped("{{1}}")}}}
		}, func(v []string) *Spec {
			return &Spec{From: from("a@example.com"), To: from("t@example.com"), Text: ptr("x"), List: &ListSpec{Unsubscribe: []string{v[0], "mailto:" + v[1], "https://example.com/more"}, OneClick: true}, Headers: [][2]string{{"Disposition-Notification-To", v[1]}}}
		}},
		{"umlauts in long texts", []string{"Ann", "a@x.test", "x"}, func(t testing.TB) TemplateSpec {
			return TemplateSpec{From: people(t, "news@example.com"), To: people(t, "{{1}}"), Subject: gapped("s"), Text: gappedPtr(latinText), HTML: gappedPtr(latinPage), Attachments: []*Part{sharedPDF}}
		}, func(v []string) *Spec {
			return &Spec{From: from("news@example.com"), To: listed(v[1]), Subject: "s", Text: f(latinText, v), HTML: f(latinPage, v), Attachments: []*Part{sharedPDF}}
		}},
	}
}

// hostile are values that have hurt mail programs.
var hostile = []string{
	"", "1", "42", "Ann", "Ann Lee", "O'Neil", "Müller, Jörg", "Dr. \"Who\" \\ <x@evil.test>", "a, b@evil.test", "\r\nBcc: evil@evil.test", "x\ny", "x\r", "\x00", "tab\there", "\x7f",
	"=?utf-8?q?evil?=", "=?", "?=", "a=b", "😀😀😀", "😀 emoji", ".", ".dot", "..", "-", "--", "--=_", "<script>&'\"+</script>", "  two  blanks  ", " lead", "trail ",
	"\xff\xfe", "\ufeffbom", "caf\u00e9", "(comment)", ":;@,.[]", "x@y.test", "a@b.test, c@d.test", "ann@example.com", "FIXED@EXAMPLE.COM", "fixed@example.com", "ann@bücher.example", "jörg@example.com", "\"quoted part\"@example.com",
	"Ann <ann@example.net>", "ann@[127.0.0.1]", "ann@" + strings.Repeat("x", 64) + ".example", strings.Repeat("x", 250) + "@example.com", "a@-x.example", "a@x-.example", "a@x..example", "https://example.com/u", "<https://example.com/u>", "From here", "a..b", "\u2028", "\u0085",
	strings.Repeat("x", 60), strings.Repeat("x", 300), strings.Repeat("y", 998), strings.Repeat("z", 999), strings.Repeat("word ", 400), strings.Repeat("ü", 1000), strings.Repeat(strings.Repeat("l", 900)+"\n", 3),
}

func TestTemplateIsCompose(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 9))
	for _, c := range templateCases() {
		t.Run(c.name, func(t *testing.T) {
			tmpl, err := NewTemplate(c.spec(t), fixedEnv())
			if err != nil {
				t.Fatal(err)
			}
			short, long, refused := 0, 0, 0
			try := func(v []string) {
				t.Helper()
				r, err := tmpl.Render(v)
				want, wantErr := Compose(*c.hand(append([]string(nil), v...)), fixedEnv())
				if (err == nil) != (wantErr == nil) {
					t.Fatalf("%q: rendered: %v\ncomposed: %v", v, err, wantErr)
				}
				switch {
				case err != nil:
					refused++
					return
				case r.whole == nil:
					short++
				default:
					long++
				}
				want.adopt(tmpl.boundaries)
				compareRendered(t, v, r, want, random.IntN(2) == 0)
			}
			for _, value := range hostile {
				for i := range c.good {
					v := slices.Clone(c.good)
					v[i] = value
					try(v)
				}
			}
			for n := range 100 { // every length about which lines are folded
				for i := range c.good {
					v := slices.Clone(c.good)
					v[i] = strings.Repeat("n", n) + v[i]
					try(v)
				}
			}
			for range 120 {
				v := slices.Clone(c.good)
				for i := range v {
					if random.IntN(2) == 0 {
						v[i] = randomValue(random)
					}
				}
				try(v)
			}
			t.Logf("%d the short way, %d the general way, %d refused", short, long, refused)
			if short == 0 && tmpl.plan != nil {
				t.Error("no message went the short way")
			}
		})
	}
}

func randomValue(random *rand.Rand) string {
	switch random.IntN(8) {
	case 0, 1:
		return hostile[random.IntN(len(hostile))]
	case 2:
		return hostile[random.IntN(len(hostile))] + hostile[random.IntN(len(hostile))]
	case 3:
		return fmt.Sprintf("user%d@example.com", random.IntN(1000))
	case 4:
		b := make([]byte, random.IntN(90))
		for i := range b {
			b[i] = byte(' ' + random.IntN(95))
		}
		return string(b)
	default:
		return fmt.Sprint(random.IntN(100000))
	}
}

// compareRendered compares envelope and octets with those of the composed message, which gets the same Message-ID.
func compareRendered(t *testing.T, v []string, r *Rendered, want *Message, eightFirst bool) {
	t.Helper()
	from, to, utf8, err := r.Envelope()
	wantFrom, wantTo, wantUTF8, wantErr := want.Envelope()
	if fmt.Sprint(err) != fmt.Sprint(wantErr) || from != wantFrom || !cmp.Equal(to, wantTo) || utf8 != wantUTF8 {
		t.Fatalf("%q: the envelope is %q %q %v %v, not %q %q %v %v", v, from, to, utf8, err, wantFrom, wantTo, wantUTF8, wantErr)
	}
	checkWireEnvelope(t, r)
	ways := [][2]bool{{eightFirst, false}, {!eightFirst, false}, {false, true}, {true, true}, {eightFirst, false}}
	for _, way := range ways {
		if got, err := r.Encode(way[0], way[1]); err == nil && want.header.index("message-id") < 0 {
			var b bytes.Buffer
			must(got.WriteTo(&b))
			_, id, _ := strings.Cut(headerOf(t, b.String(), "Message-ID"), ": ")
			want.header.fields = append(want.header.fields, must(newField("Date", want.env.Now().Format(dateLayout))), must(newField("Message-ID", id)))
		}
	}
	for _, way := range ways {
		got, err := r.Encode(way[0], way[1])
		expected, wantErr := want.Encode(way[0], way[1])
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%q: encoding gives %v, not %v", v, err, wantErr)
		}
		if err == nil {
			compareEncoded(t, v, got, expected)
		}
	}
}

func compareEncoded(t *testing.T, v []string, got, want Encoded) {
	t.Helper()
	var a, b bytes.Buffer
	must(got.WriteTo(&a))
	must(want.WriteTo(&b))
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Fatalf("%q: %s", v, cmp.Diff(b.String(), a.String()))
	}
	if got.Size() != int64(a.Len()) {
		t.Fatalf("%q: the size is %d, not %d", v, got.Size(), a.Len())
	}
	if eight := got.(*encodedMessage).EightBit(); eight != want.(*encodedMessage).EightBit() || !eight && !isASCII(a.String()) {
		t.Fatalf("%q: 8-bit: %v, not %v", v, eight, want.(*encodedMessage).EightBit())
	}
	atLine := true
	_ = got.Segments(func(b []byte, dotSafe bool) error {
		if dotSafe && (atLine && bytes.HasPrefix(b, []byte(".")) || bytes.Contains(b, []byte("\n."))) {
			t.Fatalf("%q: not safe from dots: %q", v, b)
		}
		atLine = len(b) > 0 && b[len(b)-1] == '\n'
		return nil
	})
}

func checkWireEnvelope(t *testing.T, r *Rendered) {
	t.Helper()
	from, to, ok := r.WireEnvelope()
	if !ok {
		return
	}
	sender, recipients, _, err := r.Envelope()
	if err != nil || from != sender || !cmp.Equal(to, recipients) {
		t.Fatalf("the wire's envelope is %q %q, not %q %q %v", from, to, sender, recipients, err)
	}
	for _, address := range append(to[:len(to):len(to)], from) {
		if address != "" && (ValidateAddress(address) != nil || strings.ContainsAny(address, " \"<>") || !isASCII(address)) {
			t.Fatalf("%q is no plain address", address)
		}
	}
}
