package sign

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/mime"
)

// TestPythonVerifies has dkimpy, which shares no code with us and with go-msgauth, verify all shapes.
func TestPythonVerifies(t *testing.T) {
	const python = "/usr/bin/python3"
	if out, err := exec.CommandContext(t.Context(), python, "-c", "import dkim, nacl").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: no python3-dkim here, so no second program verified the signatures: %v %s", err, out)
	}
	var input bytes.Buffer
	var names []string
	for _, form := range []string{"relaxed/relaxed", "simple/simple", "simple/relaxed"} {
		with := func(o *DKIMOptions) { o.Canonicalization, o.Identity = form, "@news.example.org" }
		r, e := rsaSigner(with), edSigner(with)
		all := shapes()
		for _, name := range slices.Sorted(maps.Keys(all)) {
			m := compose(all[name])
			_, _, needUTF8, _ := m.Envelope()
			m.Sign(r, e)
			line := must(json.Marshal(map[string]any{
				"message": base64.StdEncoding.EncodeToString(octetsOf(t, m, true, needUTF8)), "records": recordsOf(r, e),
			}))
			input.Write(append(line, '\n'))
			names = append(names, form+" "+name)
		}
	}
	command := exec.CommandContext(t.Context(), python, "testdata/verify.py")
	command.Stdin = &input
	var complaint strings.Builder
	command.Stderr = &complaint
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.String())
	}
	decoder := json.NewDecoder(bytes.NewReader(answer))
	for _, name := range names {
		var results []string
		if err := decoder.Decode(&results); err != nil {
			t.Fatal(err)
		}
		if len(results) != 2 || results[0]+results[1] != "" {
			t.Errorf("%s: %q", name, results)
		}
	}
}

// ticking is a clock that goes on by an hour whenever it is read.
func ticking() *mime.Env {
	var hours int
	return mime.NewEnv(func() time.Time { hours++; return clock.Add(time.Duration(hours) * time.Hour) }, &seeded{})
}

// TestClonesAndSnapshots keeps the signer in copies. Only a clone is signed at a time of its own.
func TestClonesAndSnapshots(t *testing.T) {
	d := rsaSigner()
	m := must(mime.Compose(spec(nil), ticking()))
	m.Sign(d)
	b := octetsOf(t, m, false, false)
	if again := octetsOf(t, m, false, false); !bytes.Equal(again, b) {
		t.Error("a message is signed at two times")
	}
	if snapshot := octetsOf(t, must(m.Snapshot()), false, false); !bytes.Equal(snapshot, b) {
		t.Error("a snapshot is signed otherwise")
	}
	clone := octetsOf(t, must(m.Clone([][2]string{{"To", "bob@x.example"}})), false, false)
	checkVerified(t, clone, 1, recordsOf(d))
	if tagOf(t, clone, "t") <= tagOf(t, b, "t") || tagOf(t, clone, "bh") != tagOf(t, b, "bh") {
		t.Errorf("the clone's signature is\n%s\nthat of the message\n%s", head(clone), head(b))
	}
	if err := m.Header().Set("Subject", "Other numbers"); err != nil {
		t.Fatal(err)
	}
	checkVerified(t, octetsOf(t, m, false, false), 1, recordsOf(d))
}

// TestMessageWithinMessage keeps the signature of a message that is attached.
func TestMessageWithinMessage(t *testing.T) {
	d, outer := rsaSigner(), edSigner()
	env := fixedEnv()
	inner := must(mime.Compose(spec(func(s *mime.Spec) {
		s.Text, s.Attachments = ptr("Grüße\n"), []*mime.Part{attachment(opened{octets: bytes.Repeat([]byte("x"), 9000)})}
	}), env))
	inner.Sign(d)
	m := must(mime.Compose(spec(func(s *mime.Spec) { s.Attachments = []*mime.Part{must(mime.NewMessagePart(inner))} }), env))
	m.Sign(outer)
	for _, eightBit := range []bool{false, true} {
		b := octetsOf(t, m, eightBit, false)
		checkVerified(t, b, 1, recordsOf(outer))
		_, rest, ok := bytes.Cut(b, []byte("Content-Type: message/rfc822\r\n"))
		if !ok {
			t.Fatalf("no message in %s", b)
		}
		rest = rest[bytes.Index(rest, []byte("DKIM-Signature:")):]
		rest = rest[:bytes.LastIndex(rest, []byte("\r\n--"))]
		checkVerified(t, rest, 1, recordsOf(d))
	}
}

// letterSpec is a template whose body has gaps, or none.
func letterSpec(t testing.TB, text string, signers ...mime.Signer) mime.TemplateSpec {
	t.Helper()
	to := must(mime.ParseGappedAddresses(gap("", "")))
	body := mime.Fixed(strings.Repeat("a line of text, as lines of text are.\n", 60))
	if text != "" {
		body = gap(text+" ", "\n.\n")
	}
	return mime.TemplateSpec{
		From: []mime.GappedAddress{{Name: mime.Fixed("News"), Address: mime.Fixed("news@example.org")}}, To: to,
		Subject: gap("For ", ""), Text: &body, Attachments: []*mime.Part{attachment(mime.Bytes(bytes.Repeat([]byte("x"), 9000)))},
		Signers: signers,
	}
}

func gap(before, after string) mime.Gapped {
	return mime.Gapped{Texts: []string{before, after}, Gaps: []mime.Gap{{}}}
}

// TestTemplateIsSignedAsComposed compares messages of a template with those that Compose makes.
func TestTemplateIsSignedAsComposed(t *testing.T) {
	r, e := rsaSigner(), edSigner()
	for _, text := range []string{"", "Dear", "Grüße,"} {
		tmpl := must(mime.NewTemplate(letterSpec(t, text, r, e), fixedEnv()))
		for i := range 3 {
			values := []string{fmt.Sprintf("ann%d@x.example", i)}
			rendered := must(tmpl.Render(values))
			snapshot := must(rendered.Snapshot())
			for _, way := range [][2]bool{{true, false}, {false, false}, {true, true}, {false, true}} {
				b := octetsOf(t, rendered, way[0], way[1])
				checkVerified(t, b, 2, recordsOf(r, e))
				if !bytes.Equal(octetsOf(t, snapshot, way[0], way[1]), b) {
					t.Error("a snapshot is signed otherwise")
				}
				composed := must(rendered.Message())
				if got := octetsOf(t, composed, way[0], way[1]); !bytes.Equal(got, b) {
					t.Errorf("composed, the message is\n%s\nnot\n%s", got[:2500], b[:2500])
				}
			}
		}
	}
}

// TestSignedInParallel encodes one message, and messages of one template, from many goroutines.
func TestSignedInParallel(t *testing.T) {
	r := rsaSigner()
	m := compose(shapes()["attachment"])
	m.Sign(r)
	tmpl := must(mime.NewTemplate(letterSpec(t, "", r), fixedEnv()))
	rendered := must(tmpl.Render([]string{"a@x.example"}))
	want := octetsOf(t, m, false, false)
	wantRendered := octetsOf(t, must(tmpl.Render([]string{"a@x.example"})), false, false)
	if tagOf(t, want, "bh") == tagOf(t, wantRendered, "bh") {
		t.Fatal("two bodies have one hash")
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			if got := octetsOf(t, m, false, false); !bytes.Equal(got, want) {
				t.Error("another goroutine signs otherwise")
			}
			checkVerified(t, octetsOf(t, rendered, i%2 == 0, false), 1, recordsOf(r))
		})
	}
	group.Wait()
}

// TestBodyHashes never takes the hash of one body for another's.
func TestBodyHashes(t *testing.T) {
	hashes := &BodyHashes{}
	with := func(o *DKIMOptions) { o.Bodies = hashes }
	signers := []*DKIM{edSigner(with), rsaSigner(with), edSigner(with, func(o *DKIMOptions) { o.Canonicalization = "relaxed/simple" })}
	shared := attachment(mime.Bytes(bytes.Repeat([]byte("x y"), 3000)))
	encode := func(text string) []byte {
		m := compose(func(s *mime.Spec) { s.Text, s.Attachments = ptr(text), []*mime.Part{shared} })
		for _, d := range signers {
			m.Sign(d)
		}
		b := octetsOf(t, m, false, false)
		checkVerified(t, b, 3, recordsOf(signers...))
		return b
	}
	var seen []string
	for i := range 3 * cachedBodies {
		seen = append(seen, tagOf(t, encode(strings.Repeat("a", i)), "bh"))
	}
	if slices.Sort(seen); len(slices.Compact(seen)) != 3*cachedBodies {
		t.Error("two bodies have one hash")
	}
	if len(hashes.list) != cachedBodies {
		t.Errorf("%d bodies are kept", len(hashes.list))
	}
	m := compose(func(s *mime.Spec) { s.Attachments = []*mime.Part{shared} })
	m.Sign(signers[0])
	octetsOf(t, m, false, false)
	first := &hashes.list[0].hash[0]
	octetsOf(t, must(m.Clone([][2]string{{"To", "bob@x.example"}})), false, false)
	if &hashes.list[0].hash[0] != first {
		t.Error("the body of a clone was hashed again")
	}
}

// TestTemplateHashesOnce finds the body of a template without gaps in its body again, in both forms.
func TestTemplateHashesOnce(t *testing.T) {
	hashes := &BodyHashes{}
	d := rsaSigner(func(o *DKIMOptions) { o.Bodies = hashes })
	tmpl := must(mime.NewTemplate(letterSpec(t, "", d), fixedEnv()))
	for i := range 5 {
		r := must(tmpl.Render([]string{fmt.Sprintf("ann%d@x.example", i)}))
		checkVerified(t, octetsOf(t, r, i%2 == 0, false), 1, recordsOf(d))
	}
	if len(hashes.list) != 1 {
		t.Errorf("%d bodies were hashed", len(hashes.list))
	}
}

// TestBodiesKept bounds what the hashes keep alive.
func TestBodiesKept(t *testing.T) {
	hashes := &BodyHashes{}
	for i := range byte(20) {
		hashes.add(bodyHash{pieces: [][]byte{make([]byte, 10<<20)}, hash: []byte{i}})
	}
	if len(hashes.list) != 4 {
		t.Errorf("%d bodies of 10 MiB are kept", len(hashes.list))
	}
}

// zeros is a large file.
type zeros struct{ n int64 }

func (z zeros) Open() (io.ReadCloser, error) { return io.NopCloser(&zeros{z.n}), nil }
func (z zeros) Size() (int64, bool)          { return z.n, true }

func (z *zeros) Read(b []byte) (int, error) {
	if z.n == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(b)), z.n)
	clear(b[:n])
	z.n -= n
	return int(n), nil
}

// TestBehaviour098_SignedStreamInConstantMemory signs and writes a file that is larger than what it may take.
func TestBehaviour098_SignedStreamInConstantMemory(t *testing.T) {
	d := edSigner()
	m := compose(func(s *mime.Spec) { s.Attachments = []*mime.Part{attachment(zeros{48 << 20})} })
	m.Sign(d)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	must(must(m.Encode(false, false)).WriteTo(io.Discard))
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
		t.Errorf("%d octets were allocated", took)
	}
}

// TestWarnings tells of signatures that don't count for the author.
func TestWarnings(t *testing.T) {
	for from, warned := range map[string]bool{
		"r@example.org": false, "r@Example.ORG": false, "r@news.example.org": false, "r@example.com": true, "r@xexample.org": true, "r@org": false,
	} {
		m := compose(func(s *mime.Spec) { s.From[0].Address = from })
		m.Sign(edSigner())
		if got := m.Warnings(); (len(got) > 0) != warned {
			t.Errorf("%s: %q", from, got)
		}
		if m.Sign(newSigner("x", rsaKey(), func(o *DKIMOptions) { o.Domain = "mail.example.com" })); from == "r@example.com" && len(m.Warnings()) > 0 {
			t.Errorf("%s: %q, though one signature is the author's", from, m.Warnings())
		}
	}
	if d := newSigner("x", rsaKey(), func(o *DKIMOptions) { o.Domain = "mail.example.com" }); !d.Vouches("news.example.com") {
		t.Error("domains beside each other are taken for strangers")
	}
}
