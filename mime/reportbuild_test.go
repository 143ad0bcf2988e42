package mime

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/emersion/go-message"
	"github.com/google/go-cmp/cmp"
)

// builtReports are one report of each type, with what they should tell.
func builtReports(t *testing.T) map[string]*Message {
	t.Helper()
	original := basic(t, func(s *Spec) { s.MessageID, s.Subject = "<letter@sender.example>", "Grüße" })
	list := make(map[string]*Message)
	for _, s := range []ReportSpec{
		{Type: "delivery-status", Groups: [][][2]string{
			{{"Reporting-MTA", "mx.example"}},
			{{"Final-Recipient", "gone@receiver.example"}, {"Action", "failed"}, {"Status", "5.1.1"}, {"Diagnostic-Code", "550 5.1.1 " + strings.Repeat("no such user ", 12)}},
			{{"Final-Recipient", `utf-8; j\x{F6}rg@receiver.example`}, {"Action", "delayed"}, {"Status", "4.4.1"}},
		}, Original: original, HeadersOnly: true},
		{Type: "disposition-notification", Groups: [][][2]string{{{"Final-Recipient", "ann@receiver.example"}, {"Disposition", "manual-action/MDN-sent-manually; displayed"}}}, Original: original},
		{Type: "feedback-report", Groups: [][][2]string{{{"Feedback-Type", "abuse"}, {"User-Agent", "us/1"}, {"Original-Rcpt-To", "ann@receiver.example"}}}, Original: original},
	} {
		s.Text = "Für Menschen.\n"
		p, err := NewReport(s, WithHeader("From", "MAILER-DAEMON@mx.example"), WithHeader("To", "news@sender.example"), WithHeader("Subject", "Report"))
		if err != nil {
			t.Fatal(err)
		}
		list[s.Type] = AsMessage(p, reportEnv())
	}
	return list
}

// TestReportsReadBack builds reports and has them read by us, from their octets and as they are, and by go-message.
func TestReportsReadBack(t *testing.T) {
	const id = "<letter@sender.example>"
	want := map[string]*DeliveryReport{
		"delivery-status": {Type: ReportBounce, MessageID: id, Reporter: "mx.example", Recipients: []ReportedRecipient{
			{Address: "gone@receiver.example", Action: "failed", Status: "5.1.1", Text: "550 5.1.1 " + strings.TrimSpace(strings.Repeat("no such user ", 12))},
			{Address: "jörg@receiver.example", Action: "delayed", Status: "4.4.1"},
		}},
		"disposition-notification": {Type: ReportReceipt, MessageID: id, Recipients: []ReportedRecipient{{Address: "ann@receiver.example", Action: "displayed"}}},
		"feedback-report":          {Type: ReportComplaint, MessageID: id, Reporter: "us/1", Feedback: "abuse", Recipients: []ReportedRecipient{{Address: "ann@receiver.example", Action: "abuse"}}},
	}
	for name, m := range builtReports(t) {
		octets, err := m.Octets(false, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, read := range []*Message{m, parseMail(string(octets))} {
			if diff := cmp.Diff(want[name], read.DeliveryReport()); diff != "" {
				t.Errorf("%s -want +got\n%s", name, diff)
			}
		}
		entity, err := m.Entity()
		if err != nil {
			t.Fatal(err)
		}
		var types []string
		for parts := entity.MultipartReader(); ; {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil && !message.IsUnknownCharset(err) {
				t.Fatal(err)
			}
			mediaType, _, _ := part.Header.ContentType()
			types = append(types, mediaType)
		}
		if len(types) != 3 || types[1] != "message/"+name {
			t.Errorf("go-message reads %q", types)
		}
	}
}

// TestPythonReadsReports compares the fields that Python's email package finds in the middle part.
func TestPythonReadsReports(t *testing.T) {
	const python = "/usr/bin/python3"
	if _, err := exec.LookPath(python); err != nil {
		t.Skipf("SKIPPED: no %s, nothing was compared with Python", python)
	}
	const program = `
import email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
middle = m.get_payload(1)
groups = middle.get_payload() if middle.get_content_type() == "message/delivery-status" else [email.message_from_string(middle.get_payload(0).as_string() if middle.is_multipart() else middle.get_payload())]
print(json.dumps({"type": m.get_param("report-type"), "parts": [p.get_content_type() for p in m.get_payload()],
    "groups": [[[k.lower(), " ".join(v.split())] for k, v in g.items()] for g in groups], "defects": [repr(d) for p in m.walk() for d in p.defects]}))`
	for name, m := range builtReports(t) {
		octets, err := m.Octets(false, false)
		if err != nil {
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), python, "-c", program)
		command.Stdin = strings.NewReader(string(octets))
		out, err := command.Output()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Type    string
			Parts   []string
			Groups  [][][2]string
			Defects []string
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		var want [][][2]string
		b, _ := m.Children()[1].Content()
		for group := range reportGroups(b) {
			var list [][2]string
			for _, f := range group {
				list = append(list, [2]string{f.name, f.value})
			}
			want = append(want, list)
		}
		if diff := cmp.Diff(want, got.Groups); diff != "" || got.Type != name || len(got.Parts) != 3 || len(got.Defects) > 0 {
			t.Errorf("%s: %+v\n-want +got\n%s", name, got, diff)
		}
	}
}

func TestNewReportRefuses(t *testing.T) {
	recipient := func(pairs ...[2]string) [][][2]string {
		return [][][2]string{{{"Reporting-MTA", "x"}}, append([][2]string{{"Final-Recipient", "a@b.example"}, {"Action", "failed"}, {"Status", "5.1.1"}}, pairs...)}
	}
	for want, s := range map[string]ReportSpec{
		"there is no such report":   {Type: "spam"},
		"one for each recipient":    {Type: "delivery-status", Groups: [][][2]string{{{"Reporting-MTA", "x"}}}},
		"exactly one group":         {Type: "feedback-report"},
		"Status: the report lacks":  {Type: "delivery-status", Groups: [][][2]string{{{"Reporting-MTA", "x"}}, {{"Final-Recipient", "a@b"}, {"Action", "failed"}}}},
		"ASCII":                     {Type: "delivery-status", Groups: recipient([2]string{"Diagnostic-Code", "gelöscht"})},
		"X-A: line break":           {Type: "delivery-status", Groups: recipient([2]string{"X-A", "x\r\n\r\nFinal-Recipient: evil@x"})},
		"header name":               {Type: "delivery-status", Groups: recipient([2]string{"X-A: b\r\nX", "x"})},
		"a run without blanks":      {Type: "delivery-status", Groups: recipient([2]string{"X-A", strings.Repeat("x", 2000)})},
		"not a disposition":         {Type: "disposition-notification", Groups: [][][2]string{{{"Final-Recipient", "a@b.example"}, {"Disposition", "displayed"}}}},
		"text: not valid UTF-8":     {Type: "delivery-status", Text: "\xff", Groups: recipient()},
		"the multipart has no part": {Type: "delivery-status", Groups: recipient(), HeadersOnly: true, Original: AsMessage(must(NewMultipart("", nil)), reportEnv())},
	} {
		_, err := NewReport(s)
		var fault *Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
