package sink

import (
	"bufio"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRehearsalConn sends messages in pieces of one octet, as DATA and as BDAT.
func TestRehearsalConn(t *testing.T) {
	var got []DryMail
	conn := RehearsalConn("smtp", func(m DryMail) { got = append(got, m) })
	talk(t, conn, "EHLO me\r\nMAIL FROM:<a@x.test> SIZE=12\r\nRCPT TO:<b@x.test>\r\nRCPT TO: <c@x.test> NOTIFY=NEVER\r\nDATA\r\n"+
		"..one\r\ntwo\r\n...\r\n.\r\n"+
		"MAIL FROM:<gone@x.test>\r\nRSET\r\nMAIL FROM:<>\r\nRCPT TO:d@x.test\r\nBDAT 6\r\n.abc\r\nBDAT 5 LAST\r\n..d\r\nQUIT\r\n")
	want := []DryMail{
		{From: "a@x.test", To: []string{"b@x.test", "c@x.test"}, Size: 15, Content: []byte(".one\r\ntwo\r\n..\r\n")},
		{From: "", To: []string{"d@x.test"}, Size: 11, Content: []byte(".abc\r\n..d\r\n")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRehearsalOffersMore(t *testing.T) {
	for _, name := range []string{"STARTTLS", "CHUNKING", "BINARYMIME", "SIZE", "PIPELINING", "8BITMIME", "SMTPUTF8", "DSN", "AUTH"} {
		if replies := talk(t, RehearsalConn("lmtp", nil), "LHLO me\r\nQUIT\r\n"); !strings.Contains(replies, name) {
			t.Errorf("no %s in\n%s", name, replies)
		}
	}
	if replies := talk(t, DryConn("smtp"), "EHLO me\r\nQUIT\r\n"); strings.Contains(replies, "STARTTLS") {
		t.Errorf("a dry run offers STARTTLS:\n%s", replies)
	}
}

// TestRehearsalOfLargeContent holds that content beyond the bound is counted and dropped.
func TestRehearsalOfLargeContent(t *testing.T) {
	r := &dryRecord{}
	var got DryMail
	r.caught = func(m DryMail) { got = m }
	block := make([]byte, 1<<20)
	for range longestKept>>20 + 1 {
		r.octets(block, true)
	}
	r.end()
	if got.Content != nil || got.Size != longestKept+1<<20 {
		t.Errorf("%d octets kept of %d", len(got.Content), got.Size)
	}
}

// talk writes octet by octet and reads to the end.
func talk(t *testing.T, conn net.Conn, text string) string {
	t.Helper()
	for i := range len(text) {
		if _, err := conn.Write([]byte{text[i]}); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		b.WriteString(lines.Text() + "\n")
	}
	return b.String()
}
