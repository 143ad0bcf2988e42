package mime

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parsed(s string) *Message { return Parse([]byte(s), ParseOptions{}, fixedEnv()) }

// stored gives the octets as they would be saved.
func stored(t testing.TB, m *Message) string {
	t.Helper()
	b, err := m.octets()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// builtMessages are messages of every shape that the builder makes.
func builtMessages(t *testing.T) map[string]*Message {
	t.Helper()
	list := make(map[string]*Message)
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d goldens, %v", len(files), err)
	}
	g := newGenerator(42)
	for i := range 150 {
		list[fmt.Sprintf("generated %d", i)], _ = g.message(t, i%4)
	}
	inner := basic(t, func(s *Spec) { s.Subject, s.Text = "inner – Ü", ptr("Grüße\n") })
	for name, p := range map[string]*Part{
		"text":       must(NewText("Grüße\n", "html", "iso-8859-1")),
		"wide":       must(NewText("Grüße\n", "", "utf-16")),
		"empty":      must(NewText("", "", "")),
		"flowed":     must(NewText(strings.Repeat("words and words ", 20), "", "", WithFlowed(true))),
		"attachment": pdf(t),
		"around":     must(NewMultipart("mixed", []*Part{must(NewText("x", "", "")), pdf(t)}, WithPreamble("before"), WithEpilogue("after\n"), WithBoundary("a b"))),
		"nested":     must(NewMultipart("mixed", []*Part{must(NewMultipart("alternative", []*Part{must(NewText("x", "", "")), must(NewText("y", "html", ""))})), must(NewMessagePart(inner))})),
		"message":    must(NewMessagePart(inner)),
		"digest":     must(NewMultipart("digest", []*Part{must(NewMessagePart(inner)), must(NewMessagePart(inner))})),
		"csv":        must(NewPart("text/csv", String("a;b\n1;ü\n"), WithFilename(strings.Repeat("Übersicht ", 9)+".csv"))),
	} {
		list[name] = AsMessage(p, fixedEnv())
	}
	return list
}

func TestParsedMessagesEqualBuiltOnes(t *testing.T) {
	for name, m := range builtMessages(t) {
		t.Run(name, func(t *testing.T) {
			for _, eightBit := range []bool{false, true} {
				b := must(m.Octets(eightBit, false))
				got := Parse(b, ParseOptions{}, fixedEnv())
				if back := stored(t, got); back != string(b) {
					t.Fatalf("written back differently:\n%s", cmp.Diff(string(b), back))
				}
				if wire := must(got.Octets(eightBit, false)); !bytes.Equal(wire, b) {
					t.Fatalf("encoded differently:\n%s", cmp.Diff(string(b), string(wire)))
				}
				if list := unmeant(got.Defects()); len(list) > 0 {
					t.Errorf("defects: %v", list)
				}
				compareRead(t, m.Part, got.Part, true)
			}
		})
	}
}

// unmeant leaves out what generated contents have on purpose: texts with NULs, and tables of random octets.
func unmeant(list []Defect) []Defect {
	return slices.DeleteFunc(list, func(d Defect) bool { return d.Code == "nul-in-text" || d.Code == "unlabelled-charset" })
}

// compareRead compares a part that was built with what was read of it.
func compareRead(t *testing.T, want, got *Part, root bool) {
	t.Helper()
	if want.Tree() != got.Tree() {
		t.Fatalf("the tree is\n%swant\n%s", got.Tree(), want.Tree())
	}
	for name, value := range want.header.Fields() {
		back, _ := got.header.Get(name)
		if i := strings.Index(back, "; boundary="); i >= 0 && strings.EqualFold(name, "Content-Type") {
			back = strings.Split(back[:i], "; type=")[0]
		}
		if k := specOf(name, lower(name)).kind; k == kindAddresses || k == kindMailbox { // international domains come as they travelled
			back, value = wireText(got.header, name), wireText(want.header, name)
		}
		if back != value && strings.ReplaceAll(back, "\t", " ") != value && !looksEncoded(want.Filename()) && name != "Bcc" {
			t.Errorf("%s is %q, want %q", name, back, value)
		}
	}
	if want.Filename() != got.Filename() && !looksEncoded(want.Filename()) || want.CID() != got.CID() || want.Disposition() != got.Disposition() {
		t.Errorf("%q %q %q, want %q %q %q", got.Filename(), got.CID(), got.Disposition(), want.Filename(), want.CID(), want.Disposition())
	}
	switch {
	case want.message != nil:
		compareRead(t, want.message.Part, got.message.Part, true)
	case !want.multi:
		a, b := must(want.Content()), must(got.Content())
		if root && !bytes.HasSuffix(a, []byte("\r\n")) {
			b = bytes.TrimSuffix(b, []byte("\r\n"))
		}
		if !bytes.Equal(a, b) {
			t.Errorf("the content is %q, want %q", shorten(string(b), 200), shorten(string(a), 200))
		}
	}
	for i := range want.children {
		compareRead(t, want.children[i], got.children[i], false)
	}
}

// wireText lists the addresses of a field with their domains in A-labels.
func wireText(h *Header, name string) string {
	var list []string
	if f := h.find(lower(name)); f != nil {
		for _, box := range mailboxes(f.groups) {
			list = append(list, box.name+" <"+box.wire()+">")
		}
	}
	return strings.Join(list, ", ")
}

// sources are messages as octets: what the builder makes, the goldens, and those of the table of broken ones.
func sources(t *testing.T) map[string]string {
	t.Helper()
	list := make(map[string]string)
	for name, m := range builtMessages(t) {
		list[name] = string(must(m.Octets(false, false)))
		list[name+", LF"] = strings.ReplaceAll(list[name], "\r\n", "\n")
		list[name+", CR"] = strings.ReplaceAll(list[name], "\r\n", "\r")
	}
	for _, test := range brokenMails() {
		list[test.name] = test.mail
	}
	files, _ := filepath.Glob("testdata/*.eml")
	for _, file := range files {
		list[file] = string(must(os.ReadFile(file)))
	}
	return list
}

func TestBehaviour099_UntouchedMessagesComeBackByteForByte(t *testing.T) {
	for name, s := range sources(t) {
		m := parsed(s)
		_, _ = m.Octets(false, false) // sending changes nothing
		if back := stored(t, m); back != s {
			t.Errorf("%s:\n%s", name, cmp.Diff(s, back))
		}
		if back := stored(t, must(m.Snapshot())); back != s {
			t.Errorf("%s: the snapshot differs", name)
		}
	}
	for name, body := range map[string]string{
		"LF":   "Content-Type: multipart/signed; boundary=b\n\nThis is signed\n--b\nContent-Type: text/plain\n\nFrom here \n.\n\n--b\nContent-Type: application/pgp-signature\n\nx\n--b--\nbye",
		"CRLF": "Content-type: MULTIPART/signed;\r\n\tboundary=\"b\"; micalg=pgp-sha1\r\n\r\n--b \r\ncontent-TYPE: text/plain\r\n\r\nhello\r\n\r\n--b\r\n\r\nsig\r\n--b--",
	} {
		if back := stored(t, parsed(body)); back != body {
			t.Errorf("%s: a signed message became\n%q", name, back)
		}
	}
}

func TestBehaviour100_OneChangedFieldLeavesTheRest(t *testing.T) {
	for name, s := range sources(t) {
		for _, field := range []string{"X-Added", "Subject"} {
			m := parsed(s)
			before := len(m.header.All(field))
			if err := m.header.Set(field, "Neu: Übersicht"); err != nil {
				t.Fatal(err)
			}
			back := stored(t, m)
			again := parsed(back)
			if got, _ := again.header.Get(field); got != "Neu: Übersicht" {
				t.Errorf("%s: %s reads back as %q", name, field, got)
			}
			if before > 1 {
				continue // the others of that name are gone
			}
			if rest, want := withoutField(back, field), withoutField(s, field); rest != want && rest != want+"\n" && rest != want+"\r\n" && rest != want+"\r" {
				t.Errorf("%s: more than %s changed:\n%s", name, field, cmp.Diff(want, rest))
			}
		}
	}
}

// withoutField cuts the first field of a name out of a message's header.
func withoutField(s, name string) string {
	m := parsed(s)
	start := len(m.origin.lead)
	for _, f := range m.header.fields {
		if strings.EqualFold(f.name, name) {
			return s[:start] + s[start+len(f.raw):]
		}
		start += len(f.raw)
	}
	return s
}
