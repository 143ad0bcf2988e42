package mime

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// meant is what every reader must find in a part, by what was asked of the builder.
type meant struct {
	Type        string            `json:"type"`
	Params      map[string]string `json:"params"`
	Filename    string            `json:"filename"`
	Disposition string            `json:"disposition"`
	CID         string            `json:"cid"`
	Description string            `json:"description"`
	Body        octets            `json:"body"`   // of a leaf: decoded, and a text in UTF-8
	Parts       []*meant          `json:"parts"`  // of a multipart, and the message within
	Header      *meantHeader      `json:"header"` // of a message
	text        bool
}

// octets are a string that JSON has in base64.
type octets string

func (o octets) MarshalJSON() ([]byte, error) { return json.Marshal([]byte(o)) }

func (o *octets) UnmarshalJSON(b []byte) error {
	var out []byte
	err := json.Unmarshal(b, &out)
	*o = octets(out)
	return err
}

// meantHeader is the header of a message.
type meantHeader struct {
	Subject string            `json:"subject"`
	Date    string            `json:"date"`
	ID      string            `json:"id"`
	Lists   map[string][]crew `json:"lists"` // address fields
	Others  map[string]string `json:"others"`
}

// crew is a group, or a single mailbox when it has no name.
type crew struct {
	Name  *string     `json:"name"`
	Boxes [][2]string `json:"boxes"`
}

// generator makes messages of every kind together with what they mean.
type generator struct {
	*rand.Rand
	env  *Env
	cids int
}

func newGenerator(seed uint64) *generator {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, seed))}
	now := time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600))
	g.env = NewEnv(func() time.Time { return now }, rand.NewChaCha8([32]byte{byte(seed)}))
	return g
}

func (g *generator) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g *generator) one(n int) bool { return g.IntN(n) == 0 }

var scripts = []string{
	"report", "Übersicht", "für", "naïve", "Quartal", "Širůčký", "Широкая", "ελληνικά", "עברית", "العربية", "हिन्दी", "ไทย", "电子邮件", "日本語", "한국어", "📊", "👩‍👩‍👧‍👦", "e\u0301t\u0301", "ﬁ", "\u200bzero", "\u00a0", "\u2028", "\u0085", "ǅ", "𝔘𝔫𝔦",
}

var signs = []string{
	"the", "a", "of", "x=y", "_under_", "?", "100%", "(note)", `"quoted"`, "a,b", "semi;colon", `back\slash`, "<b>", "a@b", ":", "[x]", "=?utf-8?q?evil?=", "=?", "?=", "=?x", "it's", "`", "~", "#1", "&amp;", "--", ".", "From", "'", "*", "%41", "=C3",
}

func (g *generator) word() string {
	if g.one(2) {
		return scripts[g.IntN(len(scripts))]
	}
	return signs[g.IntN(len(signs))]
}

// ascii gives words without anything beyond ASCII.
func (g *generator) ascii(n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = g.pick("the", "report", "of", "Quarter", "x", "numbers", "O'Neil", "and-so-on", "J.", strings.Repeat("long", 1+g.IntN(12)))
	}
	return strings.Join(words, " ")
}

// line gives words with a blank between, now and then more.
func (g *generator) line(n int, blanks ...string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(g.pick(append(blanks, " ", " ", " ")...))
		}
		b.WriteString(g.word())
	}
	return b.String()
}

func (g *generator) subject() string {
	switch g.IntN(12) {
	case 0:
		return g.pick(" ", "  ", "\t") + g.line(1+g.IntN(6)) + g.pick("", " ", "   ")
	case 1:
		return strings.Repeat(g.pick("a", "é", "字", "😀", "=?"), 1+g.IntN(1300))
	case 2:
		return g.ascii(1 + g.IntN(60))
	case 3:
		return g.ascii(g.IntN(3)+1) + strings.Repeat(" ", g.IntN(90)) + g.ascii(g.IntN(3)+1)
	case 4:
		return g.pick("Re: ", "Fwd: Re: ", "[list] ") + g.line(1+g.IntN(10))
	default:
		return g.line(1+g.IntN(25), "  ", "\t", "     ")
	}
}

func (g *generator) name() string {
	switch g.IntN(8) {
	case 0:
		return ""
	case 1:
		return g.ascii(1 + g.IntN(24))
	case 2:
		return g.pick("Doe, John", "J. Doe", `"x" <evil@x.example>, y`, "a@b.example", `\`, "=?utf-8?q?x?=", "two  blanks")
	default:
		return g.line(1 + g.IntN(9))
	}
}

// address gives a mailbox, and how it stands in a 7-bit header.
func (g *generator) address() (a Address, box [2]string) {
	local := g.pick("a", "b.c", "d+e", "o'f", "x_y", "a-very.long+local=part", `"a b"`, `"q\"uote"`, `"at@sign"`)
	domains := [][2]string{{"x.example", "x.example"}, {"bücher.example", "xn--bcher-kva.example"}, {"mail.sub.example.org", "mail.sub.example.org"}, {"[127.0.0.1]", "[127.0.0.1]"}, {"例え.テスト", "xn--r8jz45g.xn--zckzah"}}
	domain := domains[g.IntN(len(domains))]
	a = Address{Name: g.name(), Address: local + "@" + domain[0]}
	return a, [2]string{a.Name, local + "@" + domain[1]}
}

func (g *generator) addresses(n int) (list []Address, crews []crew) {
	for range n {
		a, box := g.address()
		list, crews = append(list, a), append(crews, crew{Boxes: [][2]string{box}})
	}
	return list, crews
}

// groups gives the text of a field with groups.
func (g *generator) groups() (text string, crews []crew) {
	var entries []string
	for range 1 + g.IntN(3) {
		list, boxes := g.addresses(g.IntN(4))
		var members []string
		c := crew{Boxes: [][2]string{}}
		for i, a := range list {
			members = append(members, quote(a.Name)+" <"+a.Address+">")
			c.Boxes = append(c.Boxes, boxes[i].Boxes...)
		}
		if name := g.line(1 + g.IntN(8)); true {
			c.Name = &name
			entries = append(entries, quote(name)+": "+strings.Join(members, ", ")+";")
		}
		crews = append(crews, c)
	}
	return strings.Join(entries, ", "), crews
}

// sample gives text that a charset can hold.
func (g *generator) sample(charset string) string {
	words := map[string][]string{
		"": {"plain", "Übersicht", "Широкая", "电子邮件", "📊", "naïve", "=3D", "\ufeff"}, "iso-8859-1": {"plain", "Übersicht", "naïve", "ÿ"}, "koi8-r": {"plain", "Широкая", "улица"}, "us-ascii": {"plain", "text"},
		"windows-1252": {"plain", "5 €", "„so“"}, "utf-16le": {"plain", "Übersicht", "电子"}, "iso-2022-jp": {"plain", "こんにちは"}, "gb18030": {"plain", "电子邮件"}, "utf-8": {"plain", "é"}, "big5": {"plain", "電子"}, "euc-kr": {"plain", "한국어"},
	}[charset]
	var b strings.Builder
	for range g.IntN(8) {
		for range g.IntN(14) {
			b.WriteString(words[g.IntN(len(words))] + g.pick(" ", " ", "  ", "\t", ".", "=", ""))
		}
		b.WriteString(g.pick("", "", "", "\n.", "\n.\n", "\nFrom here", "\n-- ", "\n--=_x", "\n--XX", "trailing  ", "\n\ttab", strings.Repeat("long", 300), strings.Repeat("words and --XX ", 90)))
		b.WriteString(g.pick("\n", "\r\n", "\n\n", "\r", "\n"))
	}
	if charset == "" && g.one(30) {
		b.WriteString("\x00")
	}
	return b.String() + g.pick("", "end", "end ", "end\t")
}

// lines gives text with CRLF for every line break.
func linesOf(s string) string {
	return strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(s)
}

func (g *generator) text(t testing.TB, subtype string) (*Part, *meant) {
	t.Helper()
	charset := g.pick("", "", "", "iso-8859-1", "koi8-r", "us-ascii", "windows-1252", "utf-16le", "iso-2022-jp", "gb18030", "utf-8", "big5", "euc-kr")
	text := g.sample(charset)
	body := linesOf(strings.TrimPrefix(text, "\ufeff"))
	label := charset
	if label == "" {
		label = "utf-8"
	}
	p, err := NewText(text, subtype, charset)
	if err != nil {
		t.Fatalf("%q in %s: %v", text, charset, err)
	}
	return p, &meant{Type: "text/" + subtype, Params: map[string]string{"charset": label}, Body: octets(body), text: true}
}

// chunked is a source that hands its content on in pieces.
type chunked struct {
	content string
	size    int  // of a piece; 0 is an octet a read, -1 the end of the file with the last piece
	known   bool // whether it knows its size
}

func (c chunked) Open() (io.ReadCloser, error) {
	var r io.Reader = strings.NewReader(c.content)
	switch {
	case c.size == 0:
		r = iotest.OneByteReader(r)
	case c.size < 0:
		r = iotest.DataErrReader(r)
	default:
		r = &pieceReader{r, c.size}
	}
	return io.NopCloser(r), nil
}

func (c chunked) Size() (int64, bool) { return int64(len(c.content)), c.known }

type pieceReader struct {
	r io.Reader
	n int
}

func (p *pieceReader) Read(b []byte) (int, error) { return p.r.Read(b[:min(len(b), p.n)]) }

func (g *generator) source(content string) Source {
	if g.one(2) {
		return String(content)
	}
	return chunked{content, []int{0, -1, 1, 3, 57, 4096}[g.IntN(6)], g.one(2)}
}

func (g *generator) random() string {
	n := []int{0, 1, 56, 57, 58, 114, 300, 3000}[g.IntN(8)]
	b := make([]byte, n)
	for i := range b {
		if b[i] = byte(g.Uint32()); g.one(3) {
			b[i] = "\r\n .=-x"[g.IntN(7)]
		}
	}
	return string(b)
}

func (g *generator) filename() string {
	name := g.pick("", "report.pdf", "résumé.pdf", strings.Repeat("n", 250)+".txt", strings.Repeat("Ж", 60)+".doc", "no ending", "a;b=c.csv", `q"uo\te.txt`, "100% l'été.pdf", "..x")
	if g.one(2) {
		name = g.line(1+g.IntN(9)) + ".csv"
	}
	return strings.ReplaceAll(name, "/", "_")
}

func (g *generator) file(t testing.TB) (*Part, *meant) {
	t.Helper()
	content := g.random()
	m := &meant{Type: g.pick("application/pdf", "application/octet-stream", "image/png", "text/csv", "audio/ogg", "video/mp4", "font/woff2", "application/vnd.oasis.opendocument.text", "application/x-own+json"), Body: octets(content), Params: map[string]string{}}
	m.Filename = g.filename()
	options := []Option{WithFilename(m.Filename)}
	if m.Filename != "" {
		m.Disposition = "attachment"
	}
	if g.one(3) {
		g.cids++
		m.CID = g.pick("id", "a%b", "x+y", "part.") + itoa(g.cids) + g.pick("", "@x.example")
		options, m.Disposition = append(options, WithCID(m.CID)), "inline"
	}
	if g.one(5) {
		m.Disposition = g.pick("attachment", "inline", "form-data")
		options = append(options, WithDisposition(m.Disposition))
	}
	if g.one(4) {
		m.Description = g.line(1 + g.IntN(12))
		options = append(options, WithDescription(m.Description))
	}
	if g.one(4) {
		m.Params["title"] = g.line(1 + g.IntN(14))
		options = append(options, WithParam("title", m.Params["title"]))
	}
	if g.one(4) {
		options = append(options, WithEncoding(g.pick("base64", "quoted-printable")))
	}
	p, err := NewPart(m.Type, g.source(content), options...)
	if err != nil {
		t.Fatalf("%+v: %v", m, err)
	}
	return p, m
}

func (g *generator) leaf(t testing.TB) (*Part, *meant) {
	t.Helper()
	if g.one(2) {
		return g.text(t, g.pick("plain", "html", "calendar", "x-own"))
	}
	return g.file(t)
}

// tree makes a part of any kind.
func (g *generator) tree(t testing.TB, depth int) (*Part, *meant) {
	t.Helper()
	switch {
	case depth == 0 || g.one(3):
		return g.leaf(t)
	case g.one(5):
		inner, m := g.message(t, depth-1)
		return must(NewMessagePart(inner)), &meant{Type: "message/rfc822", Parts: []*meant{m}}
	}
	m := &meant{Type: "multipart/" + g.pick("mixed", "alternative", "related", "parallel", "digest", "x-own")}
	var children []*Part
	for range 1 + g.IntN(4) {
		p, child := g.tree(t, depth-1)
		children, m.Parts = append(children, p), append(m.Parts, child)
	}
	var options []Option
	if g.one(4) {
		options = append(options, WithPreamble(g.pick("for old readers", "two\nlines\n", ".")))
	}
	if g.one(4) {
		options = append(options, WithEpilogue(g.pick("the end", "two\nlines\n", ".")))
	}
	if g.one(3) {
		g.cids++
		options = append(options, WithBoundary(fmt.Sprintf("%s%d)", g.pick("XX", "a b", "=_", "b:"), 1000+g.cids)))
	}
	return must(NewMultipart(strings.TrimPrefix(m.Type, "multipart/"), children, options...)), m
}

// message makes a message of a random tree, or has it composed of its pieces.
func (g *generator) message(t testing.TB, depth int) (*Message, *meant) {
	t.Helper()
	if depth > 0 && g.one(3) {
		return g.composed(t, depth)
	}
	root, m := g.tree(t, depth)
	message := AsMessage(root, g.env)
	g.head(t, message, m)
	return message, m
}

// composed is a message of text, page, pictures and files.
func (g *generator) composed(t testing.TB, depth int) (*Message, *meant) {
	t.Helper()
	var s Spec
	text, page := g.sample(""), "<p>"+g.sample("")+"</p>"
	utf8 := map[string]string{"charset": "utf-8"}
	m := &meant{Type: "text/plain", Params: utf8, Body: octets(linesOf(strings.TrimPrefix(text, "\ufeff"))), text: true}
	s.Text = &text
	if g.one(2) {
		s.HTML = &page
		html := &meant{Type: "text/html", Params: utf8, Body: octets(linesOf(page)), text: true}
		if g.one(2) {
			g.cids++
			id := fmt.Sprintf("logo%d", g.cids)
			s.Inline = []*Part{image(t, WithCID(id), WithFilename("Logo ü.png"))}
			html = &meant{Type: "multipart/related", Parts: []*meant{html, {Type: "image/png", CID: id, Disposition: "inline", Filename: "Logo ü.png", Body: pngHead + "picture"}}}
		}
		m = &meant{Type: "multipart/alternative", Parts: []*meant{m, html}}
	}
	if g.one(2) {
		m = &meant{Type: "multipart/mixed", Parts: []*meant{m}}
		for range 1 + g.IntN(3) {
			p, file := g.tree(t, depth-1)
			s.Attachments, m.Parts = append(s.Attachments, p), append(m.Parts, file)
		}
	}
	message, err := Compose(s, g.env)
	if err != nil {
		t.Fatal(err)
	}
	g.head(t, message, m)
	return message, m
}

// head gives a message its header.
func (g *generator) head(t testing.TB, message *Message, m *meant) {
	t.Helper()
	h := message.Header()
	m.Header = &meantHeader{Date: "2026-03-01T09:30:00+01:00", Lists: map[string][]crew{}, Others: map[string]string{}}
	set := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	lists := func(name string, n int) {
		list, crews := g.addresses(n)
		m.Header.Lists[name] = crews
		set(h.SetAddresses(name, list))
	}
	lists("From", 1)
	lists("To", 1+g.IntN(6))
	if g.one(3) {
		text, crews := g.groups()
		m.Header.Lists["Cc"] = crews
		set(h.Set("Cc", text))
	}
	if g.one(4) {
		lists("Reply-To", 1+g.IntN(3))
	}
	m.Header.Subject = g.subject()
	set(h.Set("Subject", m.Header.Subject))
	m.Header.ID = fmt.Sprintf("<%d.%s@x.example>", g.Uint32(), strings.Repeat("i", 1+g.IntN(120)))
	set(h.Set("Message-ID", m.Header.ID))
	if g.one(2) {
		m.Header.Others["X-Note"] = g.line(1+g.IntN(30), "  ")
		set(h.Set("X-Note", m.Header.Others["X-Note"]))
	}
	if g.one(3) {
		m.Header.Others["X-Token"] = strings.Repeat("t", 1+g.IntN(900))
		set(h.Set("X-Token", m.Header.Others["X-Token"]))
	}
}
