package mime

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The tests named TestBehaviour bear the numbers of the builder's contract; TestBehaviourCoverage wants one for each.

// written gives a field as it stands in a message, folds kept.
func written(t testing.TB, name, value string) string {
	t.Helper()
	m := basic(t, nil)
	if err := m.Header().Set(name, value); err != nil {
		t.Fatal(err)
	}
	out := wire(t, m)
	for conventional := range m.Header().Fields() {
		if strings.EqualFold(conventional, name) {
			return headerOf(t, out, conventional)
		}
	}
	t.Fatalf("no %s in\n%s", name, out)
	return ""
}

// wantField compares a field with the octets that it must have.
func wantField(t testing.TB, name, value, want string) {
	t.Helper()
	if diff := cmp.Diff(want, written(t, name, value)); diff != "" {
		t.Errorf("%s: %q (-want +got):\n%s", name, value, diff)
	}
}

// wantRefused checks that a value is refused when it is set, by an error that names the field.
func wantRefused(t testing.TB, name, value string, words ...string) {
	t.Helper()
	h := &Header{}
	wantFault(t, h.Set(name, value), words...)
	if h.Len() != 0 {
		t.Errorf("the refused %s stands in the header", name)
	}
}

// wantText checks that a reader finds exactly the text that was set, and that no line is longer than limit.
func wantText(t testing.TB, name, value string, limit int) (lines []string) {
	t.Helper()
	out := written(t, name, value)
	lines = strings.Split(out, "\r\n")
	for _, line := range lines {
		if len(line) > limit {
			t.Errorf("a line has %d octets: %q", len(line), line)
		}
		if strings.Trim(line, " \t") == "" {
			t.Errorf("a line shows nothing: %q", out)
		}
	}
	value2 := DecodeHeader(strings.ReplaceAll(out, "\r\n", "")[len(name)+len(": "):])
	if value2 != value {
		t.Errorf("%q reads back as %q", value, value2)
	}
	return lines
}

func TestBehaviour001_LongSubject(t *testing.T) {
	value := strings.TrimSpace(strings.Repeat("wordly ", 60))
	lines := wantText(t, "Subject", value, 78)
	if got := strings.Join(lines, ""); got != "Subject: "+value {
		t.Errorf("unfolding gives %q", got)
	}
	if want := (len("Subject: "+value) + 76) / 77; len(lines) != want {
		t.Errorf("%d lines, %d are enough", len(lines), want)
	}
}

func TestBehaviour002_SubjectWithoutBlanks(t *testing.T) {
	for _, n := range []int{500, 989} {
		wantField(t, "Subject", strings.Repeat("a", n), "Subject: "+strings.Repeat("a", n))
	}
	for _, n := range []int{990, 1200} {
		lines := wantText(t, "Subject", strings.Repeat("a", n), 76)
		for _, line := range lines {
			if !strings.Contains(line, "=?utf-8?q?aaa") {
				t.Errorf("not encoded: %q", line)
			}
		}
	}
}

func TestBehaviour003_OpaqueToken(t *testing.T) {
	for _, name := range []string{"X-Token", "Feedback-ID"} {
		room := 998 - len(name+": ")
		for _, n := range []int{500, room} {
			wantField(t, name, strings.Repeat("t", n), name+": "+strings.Repeat("t", n))
		}
		wantRefused(t, name, strings.Repeat("t", room+1), name, "998")
	}
}

func TestBehaviour004_ListUnsubscribe(t *testing.T) {
	long := "https://example.org/" + strings.Repeat("u", 100)
	wantField(t, "List-Unsubscribe", "<"+long+">, <mailto:u@example.org>", "List-Unsubscribe: <"+long+">,\r\n <mailto:u@example.org>")
	wantField(t, "List-Unsubscribe", "<mailto:u@example.org>, <"+long+">", "List-Unsubscribe: <mailto:u@example.org>,\r\n <"+long+">")
}

func TestBehaviour005_LongIdentifiers(t *testing.T) {
	id := "<" + strings.Repeat("i", 95) + "@mail.example.org>"
	for _, name := range []string{"In-Reply-To", "References", "Content-ID"} {
		wantField(t, name, id, name+": "+id)
	}
	wantField(t, "References", id+" <b@x> "+id, "References: "+id+"\r\n <b@x>\r\n "+id)
}

func TestBehaviour006_LongMessageID(t *testing.T) {
	id := "<" + strings.Repeat("i", 900) + "@mail.example.org>"
	wantField(t, "Message-ID", id, "Message-ID: "+id)
	wantRefused(t, "Message-ID", "<"+strings.Repeat("i", 1000)+"@x>", "Message-ID", "998")
}

func TestBehaviour007_RunOfBlanks(t *testing.T) {
	a, b, run := strings.Repeat("a", 60), strings.Repeat("b", 60), strings.Repeat(" ", 40)
	lines := wantText(t, "Subject", a+run+b, 76)
	if len(lines) < 3 || !strings.Contains(strings.Join(lines, ""), strings.Repeat("_", 5)) {
		t.Errorf("the run is not encoded: %q", lines)
	}
	wantField(t, "Subject", "two  blanks", "Subject: two  blanks")
}

func TestBehaviour008_BlanksAtTheLimit(t *testing.T) {
	for n := 60; n <= 72; n++ {
		for _, blanks := range []string{" ", "   "} {
			wantText(t, "Subject", strings.Repeat("a", n)+blanks, 76)
			wantText(t, "Subject", blanks+strings.Repeat("a", n), 76)
		}
	}
}

func TestBehaviour009_EmptyValue(t *testing.T) {
	m := basic(t, nil)
	for _, name := range []string{"Subject", "X-Empty", "Comments"} {
		if err := m.Header().Set(name, ""); err != nil {
			t.Fatal(err)
		}
	}
	out := wire(t, m)
	for _, name := range []string{"Subject", "X-Empty", "Comments"} {
		if got := headerOf(t, out, name); got != name+": " {
			t.Errorf("%q", got)
		}
	}
	if e := must(m.Entity()); e.Header.Get("Subject") != "" || e.Header.Get("From") != "r@example.org" {
		t.Error("a neighbour was swallowed:\n" + out)
	}
}

func TestBehaviour010_CasingOfNames(t *testing.T) {
	for given, want := range map[string]string{
		"mime-version": "MIME-Version", "MESSAGE-ID": "Message-ID", "list-id": "List-ID", "dkim-signature": "DKIM-Signature",
		"x-MyCASE": "x-MyCASE", "cc": "Cc", "content-ID": "Content-ID", "list-unsubscribe-post": "List-Unsubscribe-Post", "arc-seal": "ARC-Seal",
	} {
		h := &Header{}
		value := "1.0"
		if strings.Contains(want, "ID") || want == "Cc" {
			value = "a@x.example"
		}
		if want == "List-ID" {
			value = "x.example"
		}
		if err := h.Set(given, value); err != nil {
			t.Fatal(err)
		}
		if got, _, _ := strings.Cut(string(h.fields[0].wire), ":"); got != want {
			t.Errorf("%s goes out as %s", given, got)
		}
	}
}

func TestBehaviour011_OrderOfFields(t *testing.T) {
	m := AsMessage(must(NewText("x", "", "")), fixedEnv())
	names := []string{"Subject", "X-B", "To", "Date", "X-A", "From", "Message-ID"}
	for i, name := range names {
		value := fmt.Sprintf("v%d@x.example", i)
		if name == "Date" {
			value = "2026-01-01"
		}
		if err := m.Header().Add(name, value); err != nil {
			t.Fatal(err)
		}
	}
	header, _, _ := strings.Cut(wire(t, m), "\r\n\r\n")
	var got []string
	for line := range strings.SplitSeq(header, "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		got = append(got, name)
	}
	if diff := cmp.Diff(append(names, "MIME-Version", "Content-Type", "Content-Transfer-Encoding"), got); diff != "" {
		t.Error(diff)
	}
}

func TestBehaviour012_NoSecondSingleton(t *testing.T) {
	for name, values := range map[string][2]string{
		"Subject": {"a", "b"}, "From": {"a@x.example", "b@x.example"}, "To": {"a@x.example", "b@x.example"}, "Cc": {"a@x.example", "b@x.example"},
		"Date": {"2026-01-01", "2026-01-02"}, "Message-ID": {"a@x", "b@x"}, "Reply-To": {"a@x.example", "b@x.example"}, "Sender": {"a@x.example", "b@x.example"},
		"In-Reply-To": {"a@x", "b@x"}, "References": {"a@x", "b@x"}, "MIME-Version": {"1.0", "1.0"}, "Content-Type": {"text/plain", "text/html"},
		"Content-Transfer-Encoding": {"7bit", "base64"}, "Content-ID": {"a@x", "b@x"}, "List-ID": {"a.x", "b.x"}, "List-Unsubscribe": {"https://a.example/", "https://b.example/"},
	} {
		h := &Header{}
		if err := h.Add(name, values[0]); err != nil {
			t.Fatal(err)
		}
		first, _ := h.Get(name)
		wantFault(t, h.Add(strings.ToLower(name), values[1]), name, "only once")
		if all := h.All(name); len(all) != 1 || all[0] != first {
			t.Errorf("%s: after a refused one there are %q", name, all)
		}
		if err := h.Set(strings.ToUpper(name), values[1]); err != nil || len(h.All(name)) != 1 {
			t.Errorf("%s: set again: %v, %q", name, err, h.All(name))
		}
	}
	out := wire(t, basic(t, func(s *Spec) { s.Headers = [][2]string{{"subject", "other"}, {"MIME-version", "1.0"}} }))
	if strings.Count(strings.ToLower(out), "\r\nsubject:") != 1 || strings.Count(strings.ToLower(out), "mime-version:") != 1 || headerOf(t, out, "Subject") != "Subject: other" {
		t.Error(out)
	}
}

func TestBehaviour013_AuthorsAndSender(t *testing.T) {
	wantRefused(t, "Sender", "a@x.example, b@x.example", "Sender", "exactly one")
	wantRefused(t, "Sender", "g: a@x.example;", "Sender", "exactly one")
	two := []Address{{"", "a@x.example"}, {"", "b@x.example"}}
	_, err := Compose(Spec{From: two}, fixedEnv())
	wantFault(t, err, "From", "Sender")
	m := basic(t, func(s *Spec) { s.From, s.Sender = two, two[1:] })
	if from, _, _, err := m.Envelope(); err != nil || from != "b@x.example" {
		t.Errorf("the envelope's sender is %q, %v", from, err)
	}
	if err := m.Header().Set("From", "a@x.example, b@x.example"); err != nil {
		t.Fatal(err)
	}
	m.Header().Del("Sender")
	_, _, _, err = m.Envelope()
	wantFault(t, err, "From", "Sender")
}

// allocated gives the octets and the number of allocations of f.
func allocated(f func()) (octets, times uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, after.Mallocs - before.Mallocs
}

func TestBehaviour014_ManyRecipients(t *testing.T) {
	work := func(n int) (octets, times uint64) {
		list := make([]Address, n)
		for i := range list {
			list[i] = Address{Name: fmt.Sprintf("Pérson %d", i), Address: fmt.Sprintf("person%06d@example.org", i)}
		}
		return allocated(func() {
			m := basic(t, func(s *Spec) { s.To = list })
			out := string(must(m.Octets(false, false)))
			_, to, _, err := m.Envelope()
			if err != nil || len(to) != n || strings.Count(headerOf(t, out, "To"), "@") != n {
				t.Errorf("%d in the envelope, %v", len(to), err)
			}
			for line := range strings.SplitSeq(out, "\r\n") {
				if len(line) > 76 {
					t.Fatalf("a line has %d octets: %q", len(line), line)
				}
			}
		})
	}
	work(10) // what is made once
	fewOctets, fewTimes := work(5000)
	manyOctets, manyTimes := work(20000)
	if manyOctets > 5*fewOctets || manyTimes > 5*fewTimes {
		t.Errorf("5,000 recipients take %d octets in %d allocations, 20,000 take %d in %d", fewOctets, fewTimes, manyOctets, manyTimes)
	}
}

func TestBehaviour015_Tab(t *testing.T) {
	wantField(t, "Subject", "a\tb", "Subject: a\tb")
	wantField(t, "X-Table", "a\tb\tc", "X-Table: a\tb\tc")
	wantText(t, "Subject", strings.Repeat("column\t", 30)+"x", 76)
}

func TestBehaviour016_PreparedField(t *testing.T) {
	good := "DKIM-Signature: v=1; a=rsa-sha256;\r\n\tb=" + strings.Repeat("x", 985) + "\r\n"
	m := basic(t, nil)
	if err := m.Header().AddRaw(good); err != nil {
		t.Fatal(err)
	}
	if out := wire(t, m); strings.Count(out, "\r\n"+good) != 1 {
		t.Error("altered:\n" + out)
	}
	count := m.Header().Len()
	for _, bad := range []string{
		"X-A: a\r\nX-B: b\r\n", "X-A: a", "X-A: a\n", "X-A: a\r", "X-A: a\r\n \r\n b\r\n", "X-A: a\r\n\t\r\n", "X-A: a\r\n\r\nbody\r\n", "X-A: a\nX-B: b\r\n",
		"X-A: a\r\r\n", "X-A: " + strings.Repeat("x", 994) + "\r\n", "X-A: a\r\n " + strings.Repeat("x", 998) + "\r\n", "X A: a\r\n", ": a\r\n", "no colon\r\n", "", "X-A:\r\n \r\n", "X-A: a\x00\r\n", "X-A: ü\r\n",
	} {
		wantFault(t, m.Header().AddRaw(bad), "")
	}
	if m.Header().Len() != count {
		t.Error("a refused field stands in the header")
	}
}
