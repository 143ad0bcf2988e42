package mailbox

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"moonpost/mime"
)

// shelf is a Maildir in memory. It fails, or stops as a machine does, at the step of its choice.
type shelf struct {
	files fstest.MapFS
	fail  int // the step that fails; 0 never
	step  int
	crash bool // nothing works after the failure
}

var errShelf = errors.New("broken")

func (s *shelf) next() bool {
	s.step++
	return s.fail != 0 && (s.step == s.fail || s.crash && s.step > s.fail)
}

func (s *shelf) Create(name string, octets []byte, date time.Time) error {
	if s.files[name] != nil {
		return fs.ErrExist
	}
	s.files[name] = &fstest.MapFile{Data: octets[:len(octets)/2]}
	if s.next() {
		return errShelf
	}
	s.files[name] = &fstest.MapFile{Data: octets, ModTime: date}
	return nil
}

func (s *shelf) Rename(from, to string) error {
	if s.next() {
		return errShelf
	}
	s.files[to] = s.files[from]
	delete(s.files, from)
	return nil
}

func (s *shelf) Remove(name string) error {
	if s.next() {
		return errShelf
	}
	delete(s.files, name)
	return nil
}

func (s *shelf) Open(name string) (io.ReadCloser, error) { return s.files.Open(name) }

func (s *shelf) List(folder string) (names []string, err error) {
	for name := range s.files {
		if rest, ok := strings.CutPrefix(name, folder+"/"); ok {
			names = append(names, rest)
		}
	}
	return names, nil
}

// testEnv is a clock that goes a second further with each look at it, and counted randomness.
func testEnv() *mime.Env {
	now := time.Date(2026, 11, 25, 8, 9, 10, 0, time.UTC)
	return mime.NewEnv(func() time.Time { now = now.Add(time.Second); return now }, &counter{})
}

type counter struct{ n byte }

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		c.n++
		b[i] = c.n
	}
	return len(b), nil
}

func TestMaildirDeliver(t *testing.T) {
	s, env := &shelf{files: fstest.MapFS{}}, testEnv()
	var names []string
	for _, flags := range []string{"", "FRS", "S"} {
		name, err := Deliver(s, &Message{Octets: []byte("Subject: " + flags + "\r\n\r\nhi\r\n"), Flags: flags}, ":", env)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	if !strings.HasPrefix(names[0], "new/") || !strings.HasSuffix(names[1], ":2,FRS") || !strings.HasPrefix(names[1], "cur/") {
		t.Errorf("%q", names)
	}
	if got := string(s.files[names[0]].Data); got != "Subject: \n\nhi\n" {
		t.Errorf("on the disk %q", got)
	}
	m := NewMaildir(s, 0)
	for i, flags := range []string{"", "FRS", "S"} {
		msg, err := m.Next()
		if err != nil {
			t.Fatal(err)
		}
		if msg.Name != names[i] || msg.Flags != flags || msg.New != (flags == "") || string(msg.Octets) != "Subject: "+flags+"\r\n\r\nhi\r\n" || msg.Date.Unix() != time.Date(2026, 11, 25, 8, 9, 11+i, 0, time.UTC).Unix() {
			t.Errorf("%d: %+v %q", i, msg, msg.Octets)
		}
	}
	if _, err := m.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// TestMaildirCrash fails at every step, with and without a machine that goes on: new and cur only ever hold whole
// messages, and a failure that was reported left nothing there.
func TestMaildirCrash(t *testing.T) {
	for _, crash := range []bool{false, true} {
		for step := 1; step <= 3; step++ {
			s := &shelf{files: fstest.MapFS{}, fail: step, crash: crash}
			_, err := Deliver(s, &Message{Octets: []byte("Subject: x\r\n\r\nhi\r\n")}, ":", testEnv())
			reached := step <= 2
			if (err != nil) != reached {
				t.Errorf("step %d: %v", step, err)
			}
			for name, file := range s.files {
				if !strings.HasPrefix(name, "tmp/") && (reached || string(file.Data) != "Subject: x\n\nhi\n") {
					t.Errorf("step %d left %s with %q", step, name, file.Data)
				}
				if strings.HasPrefix(name, "tmp/") && !crash {
					t.Errorf("step %d left %s", step, name)
				}
			}
		}
	}
}

func TestMaildirOrderAndNames(t *testing.T) {
	file := &fstest.MapFile{Data: []byte("S: 1\n\n")}
	s := &shelf{files: fstest.MapFS{
		"new/1000000003.x": file, "cur/1000000001.b:2,S": file, "cur/1000000001.a:2,": file, "cur/999.z;2,TF": file,
		"cur/odd": file, "new/.hidden": file, "tmp/1.half": file, "cur/99999999999999999999.big:2,Sab": file,
	}}
	m := NewMaildir(s, 0)
	var got []string
	for msg, err := m.Next(); err == nil; msg, err = m.Next() {
		got = append(got, msg.Name+"="+msg.Flags)
	}
	want := []string{"cur/99999999999999999999.big:2,Sab=S", "cur/odd=", "cur/999.z;2,TF=FT", "cur/1000000001.a:2,=", "cur/1000000001.b:2,S=S", "new/1000000003.x="}
	if !slices.Equal(got, want) {
		t.Errorf("\ngot  %q\nwant %q", got, want)
	}
}

// TestMaildirMoves changes the folder while it is read.
func TestMaildirMoves(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte("S: " + s + "\n\n")} }
	s := &shelf{files: fstest.MapFS{"new/1.a": file("a"), "new/2.b": file("b"), "new/3.c": file("c"), "new/4.d": file("d")}}
	m := NewMaildir(s, 0)
	if msg, err := m.Next(); err != nil || msg.Name != "new/1.a" {
		t.Fatal(msg, err)
	}
	s.files["cur/2.b:2,S"], s.files["cur/4.d:2,R"] = s.files["new/2.b"], s.files["new/4.d"]
	delete(s.files, "new/2.b")
	delete(s.files, "new/3.c")
	delete(s.files, "new/4.d")
	var got []string
	for msg, err := m.Next(); err == nil; msg, err = m.Next() {
		got = append(got, msg.Name+" "+string(msg.Octets))
	}
	if !slices.Equal(got, []string{"cur/2.b:2,S S: b\r\n\r\n", "cur/4.d:2,R S: d\r\n\r\n"}) {
		t.Errorf("%q", got)
	}
}

func TestMaildirRefuses(t *testing.T) {
	s := &shelf{files: fstest.MapFS{"new/1.a": {Data: bytes.Repeat([]byte("x"), 50)}}}
	if _, err := NewMaildir(s, 20).Next(); err == nil || !strings.Contains(err.Error(), "new/1.a: a message is larger") {
		t.Error(err)
	}
	if _, err := NewMaildir(denied{s}, 0).Next(); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a file that may not be read: %v", err)
	}
}

type denied struct{ *shelf }

func (denied) Open(string) (io.ReadCloser, error) { return nil, fs.ErrPermission }

// TestMaildirOfPython lets Python read ours.
func TestMaildirOfPython(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range Folders {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	s, env := &shelf{files: fstest.MapFS{}}, testEnv()
	for _, flags := range []string{"", "RS"} {
		name, err := Deliver(s, &Message{Octets: []byte("Subject: <" + flags + ">\r\n\r\nhi\r\n"), Flags: flags}, ":", env)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), s.files[name].Data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out := python(t, `
import mailbox, sys
for m in mailbox.Maildir(sys.argv[1]):
    print(m["Subject"], repr(m.get_payload()), m.get_subdir(), m.get_flags())`, dir)
	for _, want := range []string{`<> 'hi\n' new `, `<RS> 'hi\n' cur RS`} {
		if !strings.Contains(out, want) {
			t.Errorf("Python reads %q, which lacks %q", out, want)
		}
	}
}

// python runs a program; without Python the tests that compare with it say so.
func python(t *testing.T, program string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED, NOT COMPARED: python3 is not installed")
	}
	out, err := exec.CommandContext(t.Context(), path, append([]string{"-c", program}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}
