package mime

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reading is what a reader makes of a message.
type reading struct {
	Subject string     `json:"subject"`
	To      [][]string `json:"to"`
	From    [][]string `json:"from"`
	Date    string     `json:"date"`
	ID      string     `json:"id"`
	Parts   []leaf     `json:"parts"`
	Defects []string   `json:"defects"`
}

type leaf struct {
	Type        string `json:"type"`
	Filename    string `json:"filename"`
	Disposition string `json:"disposition"`
	CID         string `json:"cid"`
	Body        string `json:"body"`
}

// TestPythonReadsTheSame has Python's email package read generated messages.
func TestPythonReadsTheSame(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := exec.LookPath(python); err != nil {
		t.Skipf("SKIPPED: no %s, nothing was compared with Python", python)
	}
	g := generator{rand.New(rand.NewPCG(7, 7))}
	var input bytes.Buffer
	var wants []reading
	var outs []string
	for range 120 {
		m := g.message(t)
		out := wire(t, m)
		line, _ := json.Marshal(base64.StdEncoding.EncodeToString([]byte(out)))
		input.Write(append(line, '\n'))
		wants, outs = append(wants, expected(t, m)), append(outs, out)
	}
	command := exec.CommandContext(t.Context(), python, "testdata/reread.py")
	command.Stdin = &input
	var complaint strings.Builder
	command.Stderr = &complaint
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.String())
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	for i, want := range wants {
		var got reading
		if err := decoder.Decode(&got); err != nil {
			t.Fatal(err)
		}
		joinNames(want.To, want.From, got.To, got.From)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("message %d (-ours +Python's):\n%s\n%s", i, diff, shorten(outs[i], 2500))
		}
	}
}

// expected is what every reader should find.
func expected(t *testing.T, m *Message) reading {
	t.Helper()
	subject, _ := m.Header().Get("Subject")
	id, _ := m.Header().Get("Message-ID")
	r := reading{Subject: subject, ID: id, Date: "2026-03-01T09:30:00+01:00", Defects: []string{}}
	r.To, r.From = pairs(m.Header(), "To"), pairs(m.Header(), "From")
	_ = m.Walk(func(p *Part, depth int) error {
		l := leaf{Type: p.MediaType()}
		if !p.IsMultipart() {
			l.Filename, l.Disposition, l.CID = p.Filename(), p.Disposition(), p.CID()
			l.Body = base64.StdEncoding.EncodeToString(pythonContent(t, p, depth == 0))
		}
		r.Parts = append(r.Parts, l)
		return nil
	})
	return r
}

// pythonContent is the content with the line breaks that Python's text mode keeps.
func pythonContent(t *testing.T, p *Part, root bool) []byte {
	t.Helper()
	b := must(p.Content())
	if family(p.MediaType()) != familyText || charsetOf(p.header.params("content-type")) == "" {
		return b
	}
	b = []byte(must(p.Text()))
	if root && len(b) > 0 && !bytes.HasSuffix(b, []byte("\r\n")) && !strings.Contains(string(must((&Message{Part: p, env: fixedEnv()}).Octets(false, false))), "base64") {
		b = append(b, "\r\n"...)
	}
	return b
}

// joinNames drops the blanks of names: this Python keeps the one between two encoded-words of a phrase, which
// RFC 2047 §6.2 wants ignored. TestAddressesRereadElsewhere looks at the blanks.
func joinNames(lists ...[][]string) {
	for _, list := range lists {
		for _, pair := range list {
			pair[0] = strings.ReplaceAll(pair[0], " ", "")
		}
	}
}

func pairs(h *Header, name string) [][]string {
	var list [][]string
	for _, box := range mailboxes(h.find(strings.ToLower(name)).groups) {
		list = append(list, []string{box.name, box.wire()})
	}
	return list
}

// generator makes messages of every kind.
type generator struct{ *rand.Rand }

func (g generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g generator) words(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(g.pick("report", "Übersicht", "für", "Quartal", "Широкая", "电子邮件", "📊", "the", "a", "of", "naïve", "x=y", "_under_", "?", "100%", "(note)", "\"quoted\"", "a,b", "semi;colon", "back\\slash"))
	}
	return b.String()
}

func (g generator) text() string {
	var b strings.Builder
	for range g.IntN(8) {
		b.WriteString(g.pick(g.words(g.IntN(30)), ".", "From here", "-- ", "--=_x", "trailing  ", "\ttab", strings.Repeat("long", 300), "=3D"))
		b.WriteString(g.pick("\n", "\r\n", "\n\n"))
	}
	return b.String() + g.pick("", "end", "end ", "ü")
}

func (g generator) addresses(n int) []Address {
	list := make([]Address, n)
	for i := range list {
		list[i] = Address{Name: g.pick("", g.words(1+g.IntN(12)), "Doe, John", "J. Doe"), Address: g.pick("a", "b.c", "d+e", "o'f") + "@" + g.pick("x.example", "bücher.example", "mail.example.org")}
	}
	return list
}

func (g generator) part(t *testing.T) *Part {
	t.Helper()
	content := make([]byte, g.IntN(300))
	for i := range content {
		content[i] = byte(g.Uint32())
	}
	name := g.pick("", "report.pdf", g.words(1+g.IntN(9))+".csv", strings.Repeat("n", 250)+".txt", "résumé.pdf")
	p, err := NewPart(g.pick("application/pdf", "application/octet-stream", "image/png"), Bytes(content), WithFilename(name))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (g generator) message(t *testing.T) *Message {
	t.Helper()
	s := Spec{From: g.addresses(1), To: g.addresses(1 + g.IntN(6)), Subject: g.words(1 + g.IntN(25))}
	if g.IntN(4) > 0 {
		s.Text = ptr(g.text())
	}
	if g.IntN(2) == 0 {
		s.HTML = ptr("<p>" + g.text() + "</p><img src=cid:logo>")
		if g.IntN(2) == 0 {
			s.Inline = []*Part{image(t, WithCID("logo"), WithFilename(g.pick("", "Logo ü.png")))}
		}
	}
	for range g.IntN(4) {
		s.Attachments = append(s.Attachments, g.part(t))
	}
	m, err := Compose(s, fixedEnv())
	if err != nil {
		t.Fatal(err)
	}
	return m
}
