package mime

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// python is the interpreter that reads our messages.
const python = "/usr/bin/python3"

// reading is what Python's email package makes of a message.
type reading struct {
	Message *meant   `json:"message"`
	Defects []string `json:"defects"`
}

// TestPythonReadsTheSame has Python's email package read generated messages: it must find what was meant, and no
// defects. What is excused of Python's own faults stands in forPython and excusedDefect.
func TestPythonReadsTheSame(t *testing.T) {
	const messages = 300
	var input bytes.Buffer
	var wants []*meant
	var outs []string
	for seed := range uint64(messages) {
		m, want := newGenerator(5000+seed).message(t, int(seed%4))
		out := must(m.Octets(seed%3 == 0, false))
		line := must(json.Marshal(base64.StdEncoding.EncodeToString(out)))
		input.Write(append(line, '\n'))
		wants, outs = append(wants, want), append(outs, string(out))
	}
	decoder := json.NewDecoder(bytes.NewReader(runPython(t, "testdata/reread.py", &input)))
	for i, want := range wants {
		var got reading
		if err := decoder.Decode(&got); err != nil {
			t.Fatal(err)
		}
		endAtLast(want, got.Message)
		forPython(want)
		forPython(got.Message)
		if diff := cmp.Diff(want, got.Message, cmpopts.IgnoreUnexported(meant{}), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("message %d (-meant +Python's):\n%s\n%s", i, shorten(diff, 4000), shorten(outs[i], 6000))
		}
		for _, defect := range got.Defects {
			if !excusedDefect(defect) {
				t.Errorf("message %d: %s\n%s", i, defect, shorten(outs[i], 6000))
			}
		}
	}
}

// runPython runs a script, or skips the test where there is no Python.
func runPython(t *testing.T, script string, input *bytes.Buffer) []byte {
	t.Helper()
	if _, err := exec.LookPath(python); err != nil {
		t.Skipf("SKIPPED: no %s, nothing was compared with Python", python)
	}
	command := exec.CommandContext(t.Context(), python, script)
	command.Stdin = input
	var complaint strings.Builder
	command.Stderr = &complaint
	answer, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, complaint.String())
	}
	return answer
}

// forPython takes out of both sides what Python is known to get wrong.
func forPython(m *meant) {
	for _, child := range m.Parts {
		forPython(child)
	}
	m.Filename = strings.TrimSpace(m.Filename) // get_filename does so
	if m.Header == nil {
		return
	}
	for _, crews := range m.Header.Lists {
		for i := range crews {
			if name := crews[i].Name; name != nil {
				*name = unblanked(*name)
			}
			for k := range crews[i].Boxes {
				crews[i].Boxes[k][0] = unblanked(crews[i].Boxes[k][0])
			}
		}
	}
}

// unblanked drops the blanks of a name: this Python keeps the one between two encoded-words of a phrase, which RFC 2047
// §6.2 wants ignored, and takes other blanks of Unicode for one. TestGeneratedMessages looks at the blanks.
func unblanked(name string) string { return strings.Join(strings.Fields(name), "") }

// excusedDefect tells which complaints are about what is so on purpose.
func excusedDefect(defect string) bool {
	return strings.HasPrefix(defect, "Content-Type: ") && (strings.Contains(defect, "encoded word inside quoted string") || strings.Contains(defect, "missing trailing whitespace after encoded-word")) // the legacy name=
}
