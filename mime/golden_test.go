package mime

import (
	"strings"
	"testing"
)

func TestGoldens(t *testing.T) {
	long := "Zahlen des dritten Quartals – Übersicht für alle, die es genau wissen wollen"
	tests := []struct {
		file  string
		build func(t *testing.T) *Message
	}{
		{"01-text.eml", func(t *testing.T) *Message { return basic(t, nil) }},
		{"02-text-and-page.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.Subject, s.HTML = long, ptr("<h1>Q3</h1><p>Grüße von <a href=\"https://x.example/\">uns</a></p>")
			})
		}},
		{"03-everything.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.Text, s.HTML = ptr("Grüße\n"), ptr(`<p>Grüße <img src="cid:logo"></p>`)
				s.Inline = []*Part{image(t, WithCID("logo"), WithFilename("Logo ü.png"))}
				s.Attachments = []*Part{pdf(t), must(NewPart("", String("a;b\n1;2\n"), WithFilename(strings.Repeat("Übersicht ", 8)+".csv")))}
			})
		}},
		{"04-newsletter.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.From = []Address{{"Jürgen Groß", "news@bücher.example"}}
				s.To = []Address{{"Müller, Jörg", "j@x.example"}, {"Doe, John", "d@x.example"}, {"", "plain@x.example"}}
				s.List = &ListSpec{ID: "Our news <news.example.org>", Unsubscribe: []string{"https://example.org/u/" + strings.Repeat("token", 12), "mailto:u@example.org"}, OneClick: true}
				s.Priority, s.AutoSubmitted = "high", "auto-generated"
				s.References = []string{strings.Repeat("i", 60) + "@example.org", "second@example.org"}
			})
		}},
		{"05-hidden-recipients.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) { s.To, s.Bcc = nil, []Address{{"", "b@x.example"}} })
		}},
		{"06-forwarded.eml", func(t *testing.T) *Message {
			inner := basic(t, func(s *Spec) { s.Subject, s.Text = "inner – Ü", ptr("Grüße\n") })
			return basic(t, func(s *Spec) { s.Attachments = []*Part{must(NewMessagePart(inner))} })
		}},
		{"07-flowed.eml", func(t *testing.T) *Message {
			p := must(NewText("> not a quotation\n"+strings.Repeat("a paragraph of words ", 10)+"\n-- \nme\n", "plain", "", WithFlowed(true)))
			return AsMessage(p, fixedEnv())
		}},
		{"08-around.eml", func(t *testing.T) *Message {
			p := must(NewMultipart("mixed", []*Part{must(NewText("x", "", "")), pdf(t)}, WithBoundary("fixed boundary"), WithPreamble("This is MIME."), WithEpilogue("The end.")))
			_ = p.Header().Set("Subject", "hand-made")
			return AsMessage(p, fixedEnv())
		}},
		{"20-markdown.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.Text, s.Markdown = nil, ptr("# Q3 – Übersicht\n\n| Region | Sum |\n|---|--:|\n| East | 12 |\n| Süd | 1234 |\n\n- [x] *done*\n- [ ] ~~not~~ yet, see https://example.org/\n\n![sign](cid:logo)\n")
				s.Inline = []*Part{image(t, WithCID("logo"), WithFilename("logo.png"))}
			})
		}},
		{"21-invitation.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) { s.Calendar = &CalendarSpec{Content: invitation("Planning")} })
		}},
		{"22-invitation-beyond-ascii.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.HTML, s.Calendar = ptr("<p>Grüße</p>"), &CalendarSpec{Method: "REQUEST", Content: invitation("Planung – " + strings.Repeat("Übersicht ", 12))}
			})
		}},
		{"23-embedded.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.HTML = ptr(`<body background="logo.png"><img src="data:image/png;base64,` + EncodeBase64([]byte(pngHead), 0) + `"><img src=logo.png></body>`)
				s.Embed = &Embedding{Data: true, Open: folder(map[string]string{"logo.png": pngHead + "file"})}
			})
		}},
		{"24-marks.eml", func(t *testing.T) *Message {
			return basic(t, func(s *Spec) {
				s.ReceiptTo, s.FeedbackID, s.AutoSubmitted = []Address{{"Jörg", "j@x.example"}}, "q3:news:mailing:example", "auto-generated"
				s.List = &ListSpec{
					ID: "news.example.org", Unsubscribe: []string{"https://example.org/u"}, OneClick: true, Subscribe: []string{"mailto:s@example.org"}, Post: []string{"NO"},
					Owner: []string{"mailto:o@example.org"}, Help: []string{"https://example.org/help"}, Archive: []string{"https://example.org/archive"},
				}
			})
		}},
		{"25-strict-name.eml", func(t *testing.T) *Message {
			p := must(NewPart("text/csv", String("a;b\n"), WithFilenameCompat("strict"), WithFilename("Übersicht.csv"), WithLanguage("de, en"), WithDescription("Zahlen für Q3")))
			return AsMessage(p, fixedEnv())
		}},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) { golden(t, test.file, []byte(wire(t, test.build(t)))) })
	}
}
