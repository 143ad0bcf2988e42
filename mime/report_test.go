package mime

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// readMail parses a file of testdata, with LF or CRLF for its lines.
func readMail(t testing.TB, name, eol string) *Message {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte(eol))
	return parseMail(string(b))
}

func parseMail(s string) *Message { return Parse([]byte(s), ParseOptions{}, reportEnv()) }

func reportEnv() *Env {
	return NewEnv(func() time.Time { return time.Date(2026, 11, 25, 8, 9, 10, 0, time.UTC) }, nil)
}

const unknownUser = "550 5.1.1 <gone@receiver.example>: Recipient address rejected: User unknown in virtual mailbox table"

// TestDeliveryReports reads what the mail systems of the world send.
func TestDeliveryReports(t *testing.T) {
	failed := func(address, status, text string) ReportedRecipient {
		return ReportedRecipient{Address: address, Action: "failed", Status: status, Text: text}
	}
	for name, want := range map[string]*DeliveryReport{
		"postfix-bounce": {Type: ReportBounce, MessageID: "<letter-1@sender.example>", EnvelopeID: "run-7/0042", Reporter: "mx.sender.example", Recipients: []ReportedRecipient{
			{Address: "gone@receiver.example", Action: "failed", Status: "5.1.1", Server: "mx.receiver.example", Text: unknownUser},
			{Address: "sales@sender.example", Final: "sales-east@sender.example", Action: "failed", Status: "5.2.2", Server: "lmtp.sender.example", Text: "552 5.2.2 mailbox full"},
		}},
		"postfix-delay": {Type: ReportDelay, MessageID: "<letter-2@sender.example>", Reporter: "mx.sender.example", Recipients: []ReportedRecipient{
			{Address: "slow@receiver.example", Action: "delayed", Status: "4.4.1", Text: "connect to mx.receiver.example[192.0.2.7]:25: Connection timed out"},
		}},
		"postfix-success": {Type: ReportRelayed, MessageID: "<letter-3@sender.example>", Reporter: "mx.sender.example", Recipients: []ReportedRecipient{
			{Address: "ann@receiver.example", Action: "relayed", Status: "2.0.0", Server: "mx.receiver.example", Text: "250 2.0.0 Ok: queued as 9"},
			{Address: "bob@sender.example", Action: "delivered", Status: "2.0.0"},
		}},
		"postfix-text": {Type: ReportBounce, MessageID: "<letter-4@sender.example>", Recipients: []ReportedRecipient{
			failed("gone@receiver.example", "5.1.1", "host mx.receiver.example[192.0.2.7] said: 550 5.1.1 <gone@receiver.example>: User unknown (in reply to RCPT TO command)"),
			{Address: "all@sender.example", Final: "east@sender.example", Action: "failed", Text: `unknown user: "east"`},
		}},
		"exim-report": {Type: ReportBounce, MessageID: "<letter-5@sender.example>", Reporter: "mx.sender.example", Recipients: []ReportedRecipient{
			{Address: "gone@receiver.example", Action: "failed", Status: "5.1.1", Server: "mx.receiver.example", Text: "550 5.1.1 User unknown"},
		}},
		"exim-text": {Type: ReportBounce, MessageID: "<letter-6@sender.example>", Recipients: []ReportedRecipient{
			failed("gone@receiver.example", "5.1.1", "(generated from alias@sender.example) SMTP error from remote mail server after RCPT TO:<gone@receiver.example>: host mx.receiver.example [192.0.2.7]: 550 5.1.1 User unknown"),
			failed("Full@other.example", "", "retry timeout exceeded"),
		}},
		"qmail": {Type: ReportBounce, MessageID: "<letter-7@sender.example>", Recipients: []ReportedRecipient{
			failed("gone@receiver.example", "5.1.1", "192.0.2.7 does not like recipient. Remote host said: 550 5.1.1 no such user Giving up on 192.0.2.7."),
			failed("nohost@nowhere.example", "5.1.2", "Sorry, I couldn't find any host named nowhere.example. (#5.1.2)"),
		}},
		"exchange-online": {Type: ReportBounce, MessageID: "<letter-8@sender.example>", Reporter: "AM0PR01MB0001.outlook.example", Recipients: []ReportedRecipient{
			failed("gone@receiver.example", "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient gone@receiver.example not found by SMTP address lookup"),
		}},
		"exchange-55": {Type: ReportBounce, MessageID: "<letter-9@sender.example>", Recipients: []ReportedRecipient{
			failed("gone@receiver.example", "", "The recipient name is not recognized The MTS-ID of the original message is: c=us;a= ;p=Receiver;l=HUB0112345 MSEXCH:IMS:Receiver:SITE:HUB01 0 (000C05A6) Unknown Recipient"),
		}},
		"gmail": {Type: ReportBounce, MessageID: "<letter-10@sender.example>", Reporter: "googlemail.example", Recipients: []ReportedRecipient{
			{Address: "gone@receiver.example", Action: "failed", Status: "5.1.1", Server: "gmail-smtp-in.google.example. (192.0.2.26, the server for the domain receiver.example.)",
				Text: "550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking the recipient's email address for typos or 550 5.1.1 unnecessary spaces. - gsmtp"},
		}},
		"sendmail": {Type: ReportBounce, MessageID: "<letter-11@sender.example>", Reporter: "mx.sender.example", Recipients: []ReportedRecipient{
			{Address: "gone@receiver.example", Final: "gone@internal.receiver.example", Action: "failed", Status: "5.1.1", Server: "mx.receiver.example", Text: "550 5.1.1 <gone@receiver.example>... User unknown"},
		}},
		"international": {Type: ReportBounce, MessageID: "<letter-12@sender.example>", Reporter: "mx.sender.example", Recipients: []ReportedRecipient{
			failed("jörg@receiver.example", "5.1.1", "550 jörg ist unbekannt"),
		}},
		"complaint": {Type: ReportComplaint, MessageID: "<letter-13@sender.example>", Reporter: "SomeGenerator/1.0", Feedback: "abuse", Recipients: []ReportedRecipient{
			{Address: "ann@receiver.example", Action: "abuse"}, {Address: "bob@receiver.example", Action: "abuse"},
		}},
		"receipt": {Type: ReportReceipt, MessageID: "<letter-14@sender.example>", Reporter: "laptop.receiver.example; Reader 7.1", Recipients: []ReportedRecipient{
			{Address: "ann@receiver.example", Action: "displayed"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, eol := range []string{"\n", "\r\n"} {
				m := readMail(t, "reports/"+name+".eml", eol)
				if diff := cmp.Diff(want, m.DeliveryReport()); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
				if !m.IsAutomatic() {
					t.Error("it does not look automatic")
				}
			}
		})
	}
	files, err := filepath.Glob("testdata/reports/*.eml")
	if err != nil || len(files) != 14 {
		t.Errorf("%d samples, %v", len(files), err)
	}
}

// TestNoDeliveryReport reads people's mail that looks like a report here and there.
func TestNoDeliveryReport(t *testing.T) {
	bounce, err := os.ReadFile("testdata/reports/postfix-bounce.eml")
	if err != nil {
		t.Fatal(err)
	}
	for name, mail := range map[string]string{
		"nothing":              "",
		"a letter":             "From: ann@example.org\nSubject: failure notice\n\nYour message to <bob@example.org> failed with 550 5.1.1.\n",
		"a greeting":           "From: ann@example.org\n\nHi. This is the day.\n\n<bob@example.org> says so.\n\n- a list\n",
		"a quoted bounce":      "From: ann@example.org\n\nThis is the mail system at host x, it says.\n\n<bob@example.org>: 550 5.1.1 unknown\n",
		"a forwarded bounce":   "From: ann@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=out\n\n--out\n\nsee this\n--out\nContent-Type: message/rfc822\n\n" + string(bounce) + "\n--out--\n",
		"Exchange's words":     "From: postmaster@example.org\n\nYour message\n\ndid not reach the following recipient(s):\n\nbob@example.org on Monday\n  unknown\n",
		"a feedback type less": "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: message/feedback-report\n\nUser-Agent: x\n\n--B--\n",
		"no disposition":       "MIME-Version: 1.0\nContent-Type: message/disposition-notification\n\nReporting-UA: x\n\n",
	} {
		if r := parseMail(mail).DeliveryReport(); r != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestDeliveryReportActions takes what servers leave out from what they tell.
func TestDeliveryReportActions(t *testing.T) {
	for _, c := range []struct {
		fields string
		kind   ReportType
		want   string // action, status
	}{
		{"Action: failed\nStatus: 5.1.1 (bad address)", ReportBounce, "failed 5.1.1"},
		{"Action: Failed (really)\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.2.2 full", ReportBounce, "failed 5.2.2"},
		{"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 450 4.2.2 full", ReportBounce, "failed 5.0.0"},
		{"Action: failed\nStatus: 5.0.0\nDiagnostic-Code: x400; 5.2.2", ReportBounce, "failed 5.0.0"},
		{"Action: failed\nDiagnostic-Code: smtp; 550 no such user, says Exim 4.94.2 at 5.1.1.1", ReportBounce, "failed "},
		{"Status: 5.7.1", ReportBounce, "failed 5.7.1"},
		{"Status: 4.2.2", ReportDelay, "delayed 4.2.2"},
		{"Status: 2.1.5", ReportDelivered, "delivered 2.1.5"},
		{"Action: expanded\nStatus: 2.0.0", ReportDelivered, "expanded 2.0.0"},
		{"Action: relayed", ReportRelayed, "relayed "},
		{"Status: fine", ReportOther, " "},
	} {
		r := parseMail("Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; <a@b.example>\n" + c.fields + "\n").DeliveryReport()
		if r == nil || r.Type != c.kind || len(r.Recipients) != 1 || r.Recipients[0].Address != "a@b.example" || r.Recipients[0].Action+" "+r.Recipients[0].Status != c.want {
			t.Errorf("%q gives %+v", c.fields, r)
		}
	}
}

func TestReportEscapes(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "run+20x": "run x", "ann+2Btag@x.example": "ann+tag@x.example", "a+3Db+2Bc": "a=b+c",
		"ann+tag@x.example": "ann+tag@x.example", "ann+41@x.example": "ann+41@x.example", "ann+2b@x.example": "ann+2b@x.example",
		"ann+2Btag+x@x.example": "ann+2Btag+x@x.example", "end+": "end+", "end+2": "end+2", "+0A": "+0A",
	} {
		if got := unxtext(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{`j\x{F6}rg@x`: "jörg@x", `\x{1F600}`: "😀", `\x{}`: `\x{}`, `\x{D}`: `\x{D}`, `\x{1100000}`: `\x{1100000}`, `a\x{F6`: `a\x{F6`, `\x{D800}`: `\x{D800}`, `\x{+F6}`: `\x{+F6}`, `\x{-F6}`: `\x{-F6}`} {
		if got := unescapeUnicode(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// TestDeliveryReportIsLinear reads 100,000 recipients, and as many others beside.
func TestDeliveryReportIsLinear(t *testing.T) {
	build := func(n int) string {
		var b strings.Builder
		b.WriteString("Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n")
		for range n {
			b.WriteString("Final-Recipient: rfc822; gone@receiver.example\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 no\n more\n 5.1.1 of him\n\n")
		}
		return b.String()
	}
	if r := parseMail(build(100_000)).DeliveryReport(); len(r.Recipients) != 100_000 || r.Recipients[99_999].Status != "5.1.1" {
		t.Errorf("%d recipients", len(r.Recipients))
	}
	if testing.Short() {
		return
	}
	took := func(n int) time.Duration {
		m, best := parseMail(build(n)), time.Hour
		for range 3 {
			start := time.Now()
			m.DeliveryReport()
			best = min(best, time.Since(start))
		}
		return best
	}
	if small, large := took(10_000), took(100_000); large > 40*small+50*time.Millisecond {
		t.Errorf("10,000 recipients took %v, 100,000 took %v", small, large)
	}
}

func TestIsAutomatic(t *testing.T) {
	for field, want := range map[string]bool{
		"Auto-Submitted: auto-replied": true, "Auto-Submitted: no": false, "Auto-Submitted: No (really)": false, "Auto-Submitted: auto-generated; x=y": true,
		"List-Id: <news.example.org>": true, "List-Unsubscribe: <mailto:a@b.example>": true, "Listen: x": false,
		"Precedence: bulk": true, "Precedence: List": true, "Precedence: junk": true, "Precedence: first-class": false, "Precedence: special-delivery": false,
		"Return-Path: <>": true, "Return-Path: <a@b.example>": false,
		"X-Auto-Response-Suppress: All": true, "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply": true, "X-Auto-Response-Suppress: DR, NDR, RN, NRN": false, "X-Auto-Response-Suppress: None": false,
		"X-Failed-Recipients: a@b.example": true, "Subject: Out of office": false,
		"Content-Type: multipart/report; report-type=x; boundary=B": true,
	} {
		if got := parseMail("From: ann@example.org\n" + field + "\n\nhi\n").IsAutomatic(); got != want {
			t.Errorf("%s: %v", field, got)
		}
	}
	m, err := Compose(Spec{From: []Address{{Address: "a@b.example"}}}, reportEnv())
	if err != nil {
		t.Fatal(err)
	}
	null := ""
	if m.IsAutomatic() {
		t.Error("a letter is automatic")
	}
	if err := m.SetEnvelope(&null, nil); err != nil || !m.IsAutomatic() {
		t.Errorf("a null sender is not automatic, %v", err)
	}
}

func FuzzDeliveryReport(f *testing.F) {
	files, _ := filepath.Glob("testdata/reports/*.eml")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte("Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@x.example\nAction: fail\x00ed\n"))
	f.Add([]byte("\n\ndid not reach the following recipient(s):\n\ngon\x00@receiver.example on Monday\n  MSEXCH: x\n"))
	f.Add([]byte("Content-Type: message/delivery-status\n\nFinal-Recipient: utf-8; \\x{F6}\\x{}\\x{110000}\\x{D800}\nStatus: 5.\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := Parse(b, ParseOptions{}, reportEnv())
		m.IsAutomatic()
		r := m.DeliveryReport()
		if r == nil {
			return
		}
		if r.Type == "" || r.Type == ReportBounce && len(r.Recipients) == 0 {
			t.Errorf("%+v", r)
		}
		for _, x := range r.Recipients {
			if x.Address == "" || strings.ContainsAny(x.Address+x.Text+x.Action+x.Status, "\r\n\x00") || x.Status != "" && !isStatus(x.Status) {
				t.Errorf("%+v", x)
			}
		}
	})
}
