package mime

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// order describes a message that Python is to write.
type order struct {
	Legacy  bool        `json:"legacy"` // by MIMEText and its like, else by EmailMessage
	Subject string      `json:"subject"`
	From    [][2]string `json:"from"`
	To      [][2]string `json:"to"`
	Note    string      `json:"note"`
	ID      string      `json:"id"`
	Date    string      `json:"date"`
	Text    string      `json:"text"`
	Page    string      `json:"page"`
	Charset string      `json:"charset"`
	Files   []orderFile `json:"files"`
}

type orderFile struct {
	Type     string `json:"type"`
	Filename string `json:"filename"`
	Body     octets `json:"body"`
}

// TestPythonWritesTheSame has Python's email package write messages: we must read what was meant. The values are such
// that Python writes them right: it loses double blanks in subjects, and does not know international domains.
func TestPythonWritesTheSame(t *testing.T) {
	var input bytes.Buffer
	var wants []*meant
	for seed := range uint64(200) {
		o, want := newGenerator(9000 + seed).order(seed%2 == 0)
		input.Write(append(must(json.Marshal(o)), '\n'))
		wants = append(wants, want)
	}
	decoder := json.NewDecoder(bytes.NewReader(runPython(t, "testdata/write.py", &input)))
	for i, want := range wants {
		var written octets
		if err := decoder.Decode(&written); err != nil {
			t.Fatal(err)
		}
		message := Parse([]byte(written), ParseOptions{}, fixedEnv())
		got := weRead(t, message.Part, true)
		if i%2 == 1 {
			blanksLost(want.Header)
			blanksLost(got.Header)
		}
		if diff := cmp.Diff(textsAlike(want), textsAlike(got), cmpopts.IgnoreUnexported(meant{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("message %d (-meant +read):\n%s\n%s", i, shorten(diff, 3000), shorten(string(written), 4000))
		}
	}
}

// blanksLost drops the blanks of free text: EmailMessage loses the one at which it folds between two encoded-words.
func blanksLost(h *meantHeader) {
	h.Subject, h.Others["X-Note"] = unblanked(h.Subject), unblanked(h.Others["X-Note"])
	for _, crews := range h.Lists {
		for i := range crews {
			crews[i].Boxes[0][0] = unblanked(crews[i].Boxes[0][0])
		}
	}
}

// tame gives words that Python writes without loss.
func (g *generator) tame(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = g.pick("report", "Übersicht", "für", "Широкая", "电子邮件", "עברית", "📊", "the", "of", "100%", "(note)", "a,b", "semi;colon", "O'Neil", "x=y", "<b>", "#1", `"quoted"`, `back\slash`)
	}
	return strings.Join(words, " ")
}

func (g *generator) people(n int) (list [][2]string, crews []crew) {
	for range n {
		box := [2]string{g.pick("", "Doe, John", "J. Doe", g.tame(1+g.IntN(3)), g.tame(1)), g.pick("a", "b.c", "d+e", "o'f") + "@" + g.pick("x.example", "mail.example.org")}
		list, crews = append(list, box), append(crews, crew{Boxes: [][2]string{box}})
	}
	return list, crews
}

// order gives a message for Python to write, and what is meant by it.
func (g *generator) order(legacy bool) (*order, *meant) {
	o := &order{
		Legacy: legacy, Subject: g.tame(1 + g.IntN(25)), Note: g.tame(1 + g.IntN(9)), ID: "<" + g.pick("a", "b.c") + itoa(g.IntN(1000)) + "@x.example>", Date: "Sun, 01 Mar 2026 09:30:00 +0100",
		Charset: g.pick("utf-8", "utf-8", "iso-8859-1", "koi8-r", "gb18030"), Files: []orderFile{},
	}
	h := &meantHeader{Subject: o.Subject, Date: "2026-03-01T09:30:00+01:00", ID: o.ID, Lists: map[string][]crew{}, Others: map[string]string{"X-Note": o.Note}}
	o.From, h.Lists["From"] = g.people(1)
	o.To, h.Lists["To"] = g.people(1 + g.IntN(5))
	text := func() string {
		return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(g.sample(o.Charset)) + "\n"
	}
	o.Text = text()
	charset := map[string]string{"charset": o.Charset}
	m := &meant{Type: "text/plain", Params: charset, Body: octets(o.Text), text: true}
	if g.one(2) {
		o.Page = "<p>" + text()
		m = &meant{Type: "multipart/alternative", Parts: []*meant{m, {Type: "text/html", Params: charset, Body: octets(o.Page), text: true}}}
	}
	if g.one(2) {
		m = &meant{Type: "multipart/mixed", Parts: []*meant{m}}
		for range 1 + g.IntN(3) {
			f := orderFile{g.pick("application/pdf", "image/png", "audio/ogg"), g.pick("report.pdf", "résumé.pdf", strings.Repeat("Ж", 60)+".doc", strings.ReplaceAll(g.tame(1+g.IntN(9)), "/", "_")+".csv"), octets(g.random())}
			o.Files = append(o.Files, f)
			m.Parts = append(m.Parts, &meant{Type: f.Type, Filename: f.Filename, Disposition: "attachment", Body: f.Body})
		}
	}
	m.Header = h
	return o, m
}

// textsAlike takes out what writers may choose: the kind of line breaks in texts, and whether one ends them.
func textsAlike(m *meant) *meant {
	if m.text {
		m.Body = octets(strings.TrimRight(strings.ReplaceAll(string(m.Body), "\r\n", "\n"), "\n"))
	}
	for _, child := range m.Parts {
		textsAlike(child)
	}
	return m
}

// weRead gives what Parse finds in a part.
func weRead(t *testing.T, p *Part, root bool) *meant {
	t.Helper()
	h := p.Header()
	m := &meant{Type: p.MediaType(), Params: map[string]string{}, Filename: p.Filename(), Disposition: p.Disposition(), CID: p.CID()}
	m.Description, _ = h.Get("Content-Description")
	for _, name := range []string{"charset", "title"} {
		if value, given := h.params("content-type").get(name); given {
			m.Params[name] = value
		}
	}
	if root {
		m.Header = weReadHeader(h)
	}
	for _, child := range p.Children() {
		m.Parts = append(m.Parts, weRead(t, child, false))
	}
	switch _, given := m.Params["charset"]; {
	case p.Message() != nil:
		m.Parts = []*meant{weRead(t, p.Message().Part, true)}
	case p.IsMultipart():
	case given && family(p.MediaType()) == familyText:
		m.Body, m.text = octets(must(p.Text())), true
	default:
		m.Body = octets(must(p.Content()))
	}
	return m
}

func weReadHeader(h *Header) *meantHeader {
	out := &meantHeader{Lists: map[string][]crew{}, Others: map[string]string{}}
	out.Subject, _ = h.Get("Subject")
	out.ID, _ = h.Get("Message-ID")
	date, _ := h.Get("Date")
	if t, err := time.Parse(dateLayout, date); err == nil {
		out.Date = t.Format("2006-01-02T15:04:05-07:00")
	}
	for _, name := range []string{"From", "To", "Cc", "Reply-To"} {
		f := h.find(lower(name))
		if f == nil {
			continue
		}
		for _, g := range f.groups {
			c := crew{}
			if g.named {
				c.Name = &g.name
			}
			for _, box := range g.boxes {
				c.Boxes = append(c.Boxes, [2]string{box.name, box.local + "@" + box.ascii})
			}
			out.Lists[name] = append(out.Lists[name], c)
		}
	}
	for _, name := range []string{"X-Note", "X-Token"} {
		if value, given := h.Get(name); given {
			out.Others[name] = value
		}
	}
	return out
}
