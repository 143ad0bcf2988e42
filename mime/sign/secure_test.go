package sign_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"moonpost/mime"
	"moonpost/mime/sign"

	"github.com/google/go-cmp/cmp"
)

// now is the one moment of these tests; keys and certificates are made for the year around it.
var now = time.Date(2026, 3, 1, 9, 30, 0, 0, time.FixedZone("", 3600))

func env() *mime.Env { return mime.NewEnv(func() time.Time { return now }, nil) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func ptr(s string) *string { return &s }

// bodies are the shapes in which signatures break elsewhere.
var bodies = map[string]func(s *mime.Spec){
	"plain":              func(s *mime.Spec) { s.Text = ptr("Hello\r\n") },
	"no final line":      func(s *mime.Spec) { s.Text = ptr("Hello") },
	"empty":              func(s *mime.Spec) { s.Text = ptr("") },
	"only line breaks":   func(s *mime.Spec) { s.Text = ptr("\n\n\n") },
	"non-ASCII":          func(s *mime.Spec) { s.Text = ptr("Grüße – 你好\n") },
	"trailing blanks":    func(s *mime.Spec) { s.Text = ptr("one \ntwo\t\nthree  ") },
	"From lines":         func(s *mime.Spec) { s.Text = ptr("From here on\n\nFrom there\n>From that\n") },
	"dots":               func(s *mime.Spec) { s.Text = ptr(".\n..\n.hidden\n") },
	"signature line":     func(s *mime.Spec) { s.Text = ptr("Yours\n-- \nme\n") },
	"like a delimiter":   func(s *mime.Spec) { s.Text = ptr("--=_0\n----\n-----BEGIN PGP MESSAGE-----\n") },
	"lines beyond limit": func(s *mime.Spec) { s.Text = ptr(strings.Repeat("word ", 500)) },
	"tree": func(s *mime.Spec) {
		s.Text, s.HTML = ptr("Grüße \n"), ptr(`<p>Grüße </p><img src="cid:logo">`)
		s.Inline = []*mime.Part{must(mime.NewImage(mime.String("GIF89a\x01\x00\x01\x00"), "", mime.WithCID("logo"), mime.WithFilename("Logo ü.gif")))}
		s.Attachments = []*mime.Part{must(mime.NewPart("application/pdf", mime.String("%PDF-1.7\r\n\x00\xff \nFrom x\n"), mime.WithFilename("Übersicht 2026.pdf")))}
	},
	"message within": func(s *mime.Spec) {
		inner := compose(func(s *mime.Spec) { s.Text = ptr("From within \n") })
		s.Text, s.Attachments = ptr("see below\n"), []*mime.Part{must(mime.NewMessagePart(inner))}
	},
}

// compose makes a message from Ann to Bob.
func compose(change func(s *mime.Spec)) *mime.Message {
	s := mime.Spec{
		From: []mime.Address{{Name: "Ann", Address: "ann@example.org"}}, To: []mime.Address{{Address: "bob@example.org"}},
		Subject: "Zahlen – Übersicht",
	}
	change(&s)
	return must(mime.Compose(s, env()))
}

// octets encodes the message as for the least able server.
func octets(t *testing.T, m *mime.Message) []byte {
	t.Helper()
	b, err := m.Octets(false, false)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// signedParts takes a multipart/signed apart: the octets that are signed, and the part with the signature.
func signedParts(t *testing.T, message []byte) (entity, signature []byte) {
	t.Helper()
	_, after, ok := bytes.Cut(message, []byte("boundary=\""))
	boundary, _, closed := bytes.Cut(after, []byte("\""))
	if !ok || !closed {
		t.Fatalf("no boundary:\n%s", message)
	}
	pieces := bytes.Split(message, append([]byte("\r\n--"), boundary...))
	if len(pieces) != 4 || string(pieces[3]) != "--\r\n" {
		t.Fatalf("%d pieces around %s:\n%s", len(pieces), boundary, message)
	}
	return bytes.TrimPrefix(pieces[1], []byte("\r\n")), bytes.TrimPrefix(pieces[2], []byte("\r\n"))
}

// content gives the decoded content of the first part of a type, as Python or any reader would find it.
func content(t *testing.T, part []byte) []byte {
	t.Helper()
	header, body, ok := strings.Cut(string(part), "\r\n\r\n")
	if !ok {
		t.Fatalf("a part without a header:\n%s", part)
	}
	if !strings.Contains(header, "Content-Transfer-Encoding: base64") {
		return []byte(body)
	}
	return must(mime.DecodeBase64(body))
}

// tool tells whether a program is there, and skips loudly when it is not.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED: no %s, so no other implementation looked at what was made", name)
	}
	return path
}

// run runs a program and gives what it writes.
func run(t *testing.T, stdin []byte, name string, args ...string) ([]byte, error) {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...) // it cleans up, too
	command.Stdin = bytes.NewReader(stdin)
	var complaint strings.Builder
	command.Stderr = &complaint
	out, err := command.Output()
	if err != nil {
		t.Logf("%s %s: %v\n%s", name, strings.Join(args, " "), err, complaint.String())
	}
	return out, err
}

type leaf struct {
	Type     string   `json:"type"`
	Filename string   `json:"filename"`
	Digest   string   `json:"digest"`
	Defects  []string `json:"defects"`
}

// python lists the parts of a message as Python's email package finds them.
func python(t *testing.T, message []byte) []leaf {
	t.Helper()
	out, err := run(t, message, tool(t, "/usr/bin/python3"), "testdata/tree.py")
	if err != nil {
		t.Fatal(err)
	}
	var list []leaf
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// sameTree compares what Python finds in an entity with what it finds in the message that was never signed.
func sameTree(t *testing.T, entity []byte, change func(s *mime.Spec)) {
	t.Helper()
	want, got := python(t, octets(t, compose(change))), python(t, entity)
	for i := range want {
		if i < len(got) && want[i].Type == "text/plain" && len(want) == 1 {
			got[i].Digest = want[i].Digest // a message ends with a line break, a part need not
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Python's tree (-unsigned +signed):\n%s", diff)
	}
}

// steady tells whether the entity is in the form that gateways leave alone.
func steady(t *testing.T, entity []byte) {
	t.Helper()
	for line := range bytes.SplitSeq(entity, []byte("\r\n")) {
		switch {
		case bytes.ContainsAny(line, "\r\n\x00"), bytes.ContainsFunc(line, func(r rune) bool { return r > '~' }), len(line) > 998:
			t.Errorf("not a 7-bit line: %q", line)
		case bytes.HasSuffix(line, []byte(" ")), bytes.HasSuffix(line, []byte("\t")):
			t.Errorf("blanks at the end of a line: %q", line)
		case bytes.HasPrefix(line, []byte("From ")):
			t.Errorf("a line for mboxes: %q", line)
		}
	}
}

// flip changes one octet in the middle of b.
func flip(b []byte) []byte {
	c := bytes.Clone(b)
	c[len(c)/2] ^= 1
	return c
}

// TestSecureAtOnce uses each signer from several goroutines.
func TestSecureAtOnce(t *testing.T) {
	signer := signer(t, people().ann)
	keys := must(sign.NewPGPRecipients(publicText(pgpKeys()["bob"])))
	keys.SignWith = must(sign.NewPGP(privateText(pgpKeys()["Ed25519"]), ""))
	var wait sync.WaitGroup
	for _, seal := range []interface{ Apply(m *mime.Message) error }{signer, keys, keys.SignWith, must(sign.NewSMIMERecipients(people().bob.pem()))} {
		for range 4 {
			m := compose(bodies["tree"])
			wait.Go(func() {
				if err := seal.Apply(m); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wait.Wait()
}
