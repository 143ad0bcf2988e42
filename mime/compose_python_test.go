package mime

import (
	"os/exec"
	"strings"
	"testing"
)

// walkScript has Python's email package tell type, method, file name, length of the text and defects of every part.
const walkScript = `
import email, email.policy, sys
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
for part in message.walk():
    body = "" if part.is_multipart() else str(len(part.get_payload(decode=True)))
    print(part.get_content_type(), part.get_param("method") or "-", part.get_filename() or "-", part["Content-ID"] or "-", body, *part.defects)
print(message.get_body(("html",)).get_content().count("cid:"))
`

// TestPythonReadsComposed looks at what Python finds in a message with everything.
func TestPythonReadsComposed(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := exec.LookPath(python); err != nil {
		t.Skipf("SKIPPED: no %s, nothing was compared with Python", python)
	}
	m := basic(t, func(s *Spec) {
		s.Text, s.Markdown = ptr("hello\n"), ptr("![sign](sign.png) Grüße")
		s.Embed = &Embedding{Open: folder(map[string]string{"sign.png": pngHead})}
		s.Calendar = &CalendarSpec{Content: invitation("Planung – Übersicht")}
	})
	command := exec.CommandContext(t.Context(), python, "-c", walkScript)
	command.Stdin = strings.NewReader(wire(t, m))
	got, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	calendar := itoa(len(must(m.Children()[0].Children()[2].Content())))
	page := itoa(len(must(m.Body("html").Content())))
	id := "<" + m.Children()[0].Children()[1].Children()[1].CID() + ">"
	want := "multipart/mixed - - - \nmultipart/alternative - - - \ntext/plain - - - 7\nmultipart/related - - - \ntext/html - - - " + page +
		"\nimage/png - sign.png " + id + " " + itoa(len(pngHead)) + "\ntext/calendar REQUEST - - " + calendar + "\napplication/ics - invite.ics - " + calendar + "\n1\n"
	if string(got) != want {
		t.Errorf("Python reads\n%s\nnot\n%s", got, want)
	}
}
