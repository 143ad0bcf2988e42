package mime

import (
	"bytes"
	"errors"
	"io"
	stdmime "mime"
	"strings"
	"sync"
	"testing"

	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestGeneratedMessages checks what holds for every message, and what go-message reads.
func TestGeneratedMessages(t *testing.T) {
	for seed := range uint64(400) {
		checkSeed(t, seed, int(seed%4))
	}
}

func checkSeed(t *testing.T, seed uint64, depth int) {
	t.Helper()
	m, want := newGenerator(seed).message(t, depth)
	for _, eightBit := range []bool{false, true} {
		for _, utf8 := range []bool{false, true} {
			checkGenerated(t, m, eightBit, utf8)
		}
	}
	for _, utf8 := range []bool{false, true} {
		octets := must(m.Octets(seed%2 == 0, utf8))
		got := weRead(t, Parse(octets, ParseOptions{}, fixedEnv()).Part, true)
		endAtLast(want, got)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(meant{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("seed %d, UTF-8 %v: (-meant +read by us)\n%s\n%s", seed, utf8, shorten(diff, 4000), shorten(string(octets), 6000))
		}
	}
	forGoMessage(want)
	for _, utf8 := range []bool{false, true} {
		octets := must(m.Octets(seed%2 == 0, utf8))
		got := goReads(t, must(gomessage.Read(bytes.NewReader(octets))), true)
		inASCII(got)
		endAtLast(want, got)
		if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(meant{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("seed %d, UTF-8 %v: (-meant +read)\n%s\n%s", seed, utf8, shorten(diff, 4000), shorten(string(octets), 6000))
		}
	}
}

// inASCII gives the domains of a header in UTF-8 as they are meant.
func inASCII(m *meant) {
	for _, crews := range m.Header.Lists {
		for _, c := range crews {
			for i := range c.Boxes {
				at := strings.LastIndexByte(c.Boxes[i][1], '@')
				domain, _ := asciiDomain(c.Boxes[i][1][at+1:])
				c.Boxes[i][1] = c.Boxes[i][1][:at+1] + domain
			}
		}
	}
}

// checkGenerated checks the octets and the three faces of an encoded message.
func checkGenerated(t *testing.T, m *Message, eightBit, utf8 bool) {
	t.Helper()
	e := must(m.Encode(eightBit, utf8))
	var out []byte
	err := e.Segments(func(b []byte, dotSafe bool) error {
		begins := len(out) == 0 || out[len(out)-1] == '\n'
		if dotSafe && (begins && bytes.HasPrefix(b, []byte(".")) || bytes.Contains(b, []byte("\n."))) {
			t.Errorf("a segment called dot-safe has a line that begins with a dot: %q", b)
		}
		out = append(out, b...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var whole bytes.Buffer
	n, err := must(m.Encode(eightBit, utf8)).WriteTo(&whole)
	if err != nil || !bytes.Equal(whole.Bytes(), out) || n != e.Size() || n != int64(len(out)) {
		t.Errorf("%d octets by segments, %d written, %d promised, %v", len(out), n, e.Size(), err)
	}
	if says := e.(interface{ EightBit() bool }).EightBit(); says == isASCII(string(out)) || says && !eightBit && !utf8 {
		t.Errorf("EightBit is %v with 8-bit %v, UTF-8 %v", says, eightBit, utf8)
	}
	checkOctets(t, out, m.Part.boundariesOf(nil), utf8)
}

// boundariesOf lists the delimiters of the tree, messages within included.
func (p *Part) boundariesOf(list []string) []string {
	if p.message != nil {
		return p.message.Part.boundariesOf(list)
	}
	if p.multi {
		list = append(list, "--"+*p.boundary.Load())
	}
	for _, child := range p.children {
		list = child.boundariesOf(list)
	}
	return list
}

// checkOctets walks over the lines, knowing headers from bodies, and checks their lengths.
func checkOctets(t *testing.T, out []byte, delimiters []string, utf8 bool) {
	t.Helper()
	if bareBreaks(out) != 0 || bytes.IndexByte(out, 0) >= 0 || !bytes.HasSuffix(out, []byte("\r\n")) {
		t.Errorf("bare line breaks, NULs or no end:\n%q", out)
	}
	inHeader, encoding, mediaType := true, "", ""
	for line := range strings.SplitSeq(strings.TrimSuffix(string(out), "\r\n"), "\r\n") {
		if len(line) > lineHard {
			t.Errorf("a line of %d octets", len(line))
		}
		switch {
		case isDelimiter(line, delimiters):
			inHeader, encoding, mediaType = !strings.HasSuffix(line, "--"), "", ""
		case inHeader && line == "":
			inHeader = strings.EqualFold(mediaType, "message/rfc822")
			mediaType = ""
		case inHeader:
			checkHeaderLine(t, line, utf8)
			if value, found := strings.CutPrefix(line, "Content-Transfer-Encoding: "); found {
				encoding = value
			}
			if value, found := strings.CutPrefix(line, "Content-Type: "); found {
				mediaType, _, _ = strings.Cut(value, ";")
			}
		case (encoding == "base64" || encoding == "quoted-printable") && len(line) > 76:
			t.Errorf("a line of %s has %d octets: %q", encoding, len(line), line)
		}
	}
}

func isDelimiter(line string, delimiters []string) bool {
	for _, d := range delimiters {
		if line == d || line == d+"--" {
			return true
		}
	}
	return false
}

// checkHeaderLine allows a long line only where it cannot be broken: before and within a token, a URL or quotes.
func checkHeaderLine(t *testing.T, line string, utf8 bool) {
	t.Helper()
	if strings.Trim(line, " \t") == "" {
		t.Error("a header line shows nothing")
	}
	if strings.Contains(line, "=?utf-8?") && strings.Contains(line, "?=") && len(line) > 76 {
		t.Errorf("a line with an encoded-word has %d octets: %q", len(line), line)
	}
	if len(line) <= lineSoft || utf8 {
		return
	}
	rest := line
	if _, value, found := strings.Cut(line, ": "); found && line[0] != ' ' {
		rest = value
	}
	var bare strings.Builder
	for rest = strings.TrimLeft(rest, " "); rest != ""; {
		if rest[0] == '"' {
			rest = rest[max(1, quotedEnd(rest)):]
			continue
		}
		bare.WriteByte(rest[0])
		rest = rest[1:]
	}
	if strings.Contains(strings.TrimSuffix(bare.String(), " "), " ") {
		t.Errorf("a line of %d octets could be broken: %q", len(line), line)
	}
}

// goReads gives what go-message makes of a message.
func goReads(t *testing.T, e *gomessage.Entity, root bool) *meant {
	t.Helper()
	mediaType, params, err := e.Header.ContentType()
	if err != nil {
		t.Fatal(err)
	}
	m := &meant{Type: mediaType, Params: map[string]string{}, CID: strings.Trim(e.Header.Get("Content-ID"), "<>")}
	for _, name := range []string{"charset", "title"} {
		if value := params[name]; value != "" {
			m.Params[name] = value
		}
	}
	m.Description = must(e.Header.Text("Content-Description"))
	if e.Header.Has("Content-Disposition") {
		disposition, params, err := e.Header.ContentDisposition()
		if err != nil {
			t.Fatal(err)
		}
		m.Disposition, m.Filename = disposition, params["filename"]
	}
	if root {
		m.Header = goReadsHeader(t, mail.Header{Header: e.Header})
	}
	r := e.MultipartReader()
	switch {
	case mediaType == "message/rfc822":
		m.Parts = []*meant{goReads(t, must(gomessage.Read(e.Body)), true)}
	case r == nil:
		m.Body = octets(must(io.ReadAll(e.Body)))
	default:
		for {
			child, err := r.NextPart()
			if errors.Is(err, io.EOF) {
				return m
			}
			if err != nil {
				t.Fatal(err)
			}
			m.Parts = append(m.Parts, goReads(t, child, false))
		}
	}
	return m
}

func goReadsHeader(t *testing.T, h mail.Header) *meantHeader {
	t.Helper()
	out := &meantHeader{Subject: must(h.Subject()), Date: must(h.Date()).Format("2006-01-02T15:04:05-07:00"), ID: h.Get("Message-ID"), Lists: map[string][]crew{}, Others: map[string]string{}}
	for _, name := range []string{"From", "To", "Cc", "Reply-To"} {
		list, err := h.AddressList(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, a := range list {
			out.Lists[name] = append(out.Lists[name], crew{Boxes: [][2]string{{a.Name, a.Address}}})
		}
	}
	for _, name := range []string{"X-Note", "X-Token"} {
		if h.Has(name) {
			out.Others[name] = must(h.Text(name))
		}
	}
	return out
}

// forGoMessage changes what is meant to what go-message can tell: it loses the groups, gives addresses unquoted, and
// decodes the values of parameters twice, by RFC 2231 and then by RFC 2047.
func forGoMessage(m *meant) {
	m.Filename = goDecodes(m.Filename)
	for name, value := range m.Params {
		m.Params[name] = goDecodes(value)
	}
	for _, child := range m.Parts {
		forGoMessage(child)
	}
	if m.Header == nil {
		return
	}
	for name, crews := range m.Header.Lists {
		var flat []crew
		for _, c := range crews {
			for _, box := range c.Boxes {
				if local, domain, quoted := strings.Cut(box[1], `"@`); quoted {
					box[1] = unquote(local+`"`) + "@" + domain
				}
				flat = append(flat, crew{Boxes: [][2]string{box}})
			}
		}
		if m.Header.Lists[name] = flat; flat == nil {
			delete(m.Header.Lists, name)
		}
	}
}

// goDecodes is what go-message makes of encoded-words, which is the standard library's work.
func goDecodes(s string) string {
	text, err := (&stdmime.WordDecoder{CharsetReader: charset.Reader}).DecodeHeader(s)
	if err != nil {
		return s
	}
	return text
}

// endAtLast allows the text at the end of a message a line break that it lacked.
func endAtLast(want, got *meant) {
	for len(want.Parts) == 1 && len(got.Parts) == 1 && want.Type == "message/rfc822" {
		want, got = want.Parts[0], got.Parts[0]
	}
	if want.text && !strings.HasSuffix(string(want.Body), "\r\n") {
		got.Body = octets(strings.TrimSuffix(string(got.Body), "\r\n"))
	}
}

// TestChunksOfSources has a source hand on its content in pieces of every size.
func TestChunksOfSources(t *testing.T) {
	g := newGenerator(1)
	for _, size := range []int{0, 1, 56, 57, 58, 3000, base64Batch*base64Octets - 1, base64Batch * base64Octets, base64Batch*base64Octets + 1} {
		content := make([]byte, size)
		for i := range content {
			content[i] = byte(g.Uint32())
		}
		for _, name := range []string{"base64", "quoted-printable"} {
			var first []byte
			for i, source := range []Source{
				Bytes(content), chunked{string(content), 0, true}, chunked{string(content), -1, true}, chunked{string(content), 1, false}, chunked{string(content), 3, true}, chunked{string(content), 7, false},
				chunked{string(content), 57, true}, chunked{string(content), 4096, true}, chunked{string(content), 4096, false}, chunked{string(content), -1, false},
			} {
				p := must(NewPart("application/x", source, WithFilename("a.bin"), WithEncoding(name)))
				m := must(Compose(Spec{Text: ptr("x"), Attachments: []*Part{p}}, fixedEnv()))
				for range 3 { // streamed, kept, and from what was kept
					out := must(m.Octets(false, false))
					if first == nil {
						first = out
					}
					if !bytes.Equal(out, first) {
						t.Fatalf("%d octets in %q, source %d: other octets", size, name, i)
					}
				}
			}
		}
	}
}

// TestSourcesThatFail breaks a source at every place that matters.
func TestSourcesThatFail(t *testing.T) {
	const size = 3 * base64Batch * base64Octets / 2
	content := strings.Repeat("x", size)
	for _, at := range []int{0, 1, 56, 57, 58, base64Batch*base64Octets - 1, base64Batch * base64Octets, base64Batch*base64Octets + 1, size - 1, size} {
		for _, known := range []bool{true, false} {
			opens := 0
			s := &breaking{content: content, at: at, opens: &opens, known: known, good: 0}
			if !known {
				s.good = 1 // the first reading only counts
			}
			m := must(Compose(Spec{Text: ptr("x"), Attachments: []*Part{must(NewPart("application/x", s, WithFilename("a.bin")))}}, fixedEnv()))
			e, err := m.Encode(false, false)
			if err != nil {
				t.Fatal(err)
			}
			n, err := e.WriteTo(io.Discard)
			if !errors.Is(err, io.ErrClosedPipe) || n >= e.Size() {
				t.Errorf("breaks after %d octets: %d of %d written, %v", at, n, e.Size(), err)
			}
			wantFault(t, err, "a.bin")
		}
	}
}

// breaking is a source that fails after some octets, from its second reading on when good is 1.
type breaking struct {
	content  string
	at, good int
	opens    *int
	known    bool
}

func (b *breaking) Open() (io.ReadCloser, error) {
	*b.opens++
	if *b.opens <= b.good {
		return io.NopCloser(strings.NewReader(b.content)), nil
	}
	return io.NopCloser(io.MultiReader(strings.NewReader(b.content[:b.at]), errReader{})), nil
}

func (b *breaking) Size() (int64, bool) { return int64(len(b.content)), b.known }

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// TestParallelWriting has goroutines write messages that share parts; the race detector watches.
func TestParallelWriting(t *testing.T) {
	for seed := range uint64(12) {
		g := newGenerator(1000 + seed)
		m, _ := g.message(t, 3)
		want := must(m.Octets(false, false))
		want8 := must(m.Octets(true, false))
		e := must(m.Encode(false, false))
		var group sync.WaitGroup
		for i := range 4 {
			group.Go(func() {
				var b bytes.Buffer
				must(e.WriteTo(&b))
				clone := must(m.Snapshot())
				wrapped := AsMessage(must(NewMultipart("", []*Part{m.Part, clone.Part.Clone()})), fixedEnv())
				_, _ = wrapped.Octets(i%2 == 0, false)
				if !bytes.Equal(b.Bytes(), want) || !bytes.Equal(must(clone.Octets(false, false)), want) || !bytes.Equal(must(m.Octets(true, false)), want8) {
					t.Error("other octets")
				}
			})
		}
		group.Wait()
	}
}
