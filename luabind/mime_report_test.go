package luabind

import (
	"strings"
	"testing"
)

func TestMimeReport(t *testing.T) {
	checkBinding(t, map[string]string{
		// what is built is read back
		`local original = mime.message{ from = "news@sender.example", to = "gone@receiver.example", subject = "Grüße", text = "Hi", message_id = "1@sender.example" }
		local r = mime.report{ type = "delivery-status", text = "Er ist weg.", original = original, headers_only = true, headers = { From = "MAILER-DAEMON@mx.example", To = "news@sender.example", Subject = "Undelivered" },
			fields = {
				{ ["Reporting-MTA"] = "mx.example" },
				{ Status = "5.1.1", Action = "failed", ["Final-Recipient"] = "gone@receiver.example", ["Diagnostic-Code"] = "550 5.1.1 gone" },
				{ Status = "4.2.2", Action = "delayed", ["Final-Recipient"] = "rfc822; full@receiver.example", ["Remote-MTA"] = "other.example" },
			} }
		print(r:tree())
		local d = r:delivery_report()
		print(d.type, d.message_id, d.reporter, #d.recipients, d.feedback, r:is_automatic(), original:is_automatic(), original:delivery_report())
		for _, x in ipairs(d.recipients) do print(x.address, x.action, x.status, x.text, x.server, x.final) end
		print(r[2]:data())`: "multipart/report\n  text/plain\n  message/delivery-status\n  text/rfc822-headers\n" +
			"bounce\t<1@sender.example>\tmx.example\t2\tnil\ttrue\tfalse\tnil\n" +
			"gone@receiver.example\tfailed\t5.1.1\t550 5.1.1 gone\tnil\tnil\nfull@receiver.example\tdelayed\t4.2.2\tnil\tother.example\tnil\n" +
			"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; gone@receiver.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 gone\r\n\r\n" +
			"Final-Recipient: rfc822; full@receiver.example\r\nAction: delayed\r\nStatus: 4.2.2\r\nRemote-MTA: dns; other.example\r\n\n",
		`local r = mime.report{ type = "feedback-report", text = "x", fields = { ["Feedback-Type"] = "abuse", ["User-Agent"] = "me/1", ["Original-Rcpt-To"] = { "a@b.example", "c@d.example" } } }
		local d = r:delivery_report() print(d.type, d.feedback, d.recipients[2].address, d.recipients[2].action)
		print(r[2]:data())`: "complaint\tabuse\tc@d.example\tabuse\nFeedback-Type: abuse\r\nUser-Agent: me/1\r\nOriginal-Rcpt-To: a@b.example\r\nOriginal-Rcpt-To: c@d.example\r\nVersion: 1\r\n\n",
		`local r = mime.report{ type = "disposition-notification", text = "x", fields = { ["Final-Recipient"] = "a@b.example", ["Original-Message-ID"] = "<1@c.example>", Disposition = "manual-action/MDN-sent-manually; displayed" } }
		local d = r:delivery_report() print(d.type, d.message_id, d.recipients[1].action)`: "receipt\t<1@c.example>\tdisplayed",
		// and so by hand
		`local r = mime.multipart{ "report", mime.text("Gone."), mime.part{ data = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n", type = "message/delivery-status" }, params = { ["report-type"] = "delivery-status" } }
		local d = r:delivery_report() print(d.type, d.recipients[1].address, r.content_type, r["Content-Type"])`: "bounce\ta@b.example\tmultipart/report\tmultipart/report; report-type=delivery-status",
		// errors
		`mime.report{ type = "delivery", fields = {} }`:                                                                 `error: mime.report: option "type" must be one of delivery-status, disposition-notification, feedback-report; got "delivery"`,
		`mime.report{ type = "feedback-report" }`:                                                                       `error: mime.report: option "fields" is missing`,
		`mime.report{ type = "feedback-report", fields = { ["User-Agent"] = "x" } }`:                                    `error: mime.report: Feedback-Type: the report lacks this field`,
		`mime.report{ type = "delivery-status", fields = { { ["Reporting-MTA"] = "x" } } }`:                             `error: mime.report: fields: a group of fields for the message and one for each recipient are needed`,
		`mime.report{ type = "feedback-report", fields = { ["User-Agent"] = true } }`:                                   `error: mime.report: fields.User-Agent must be a string or a list of strings, got a boolean`,
		`mime.report{ type = "feedback-report", fields = { ["Feedback-Type"] = "abuse\nX: y", ["User-Agent"] = "x" } }`: `error: mime.report: Feedback-Type: line break: "abuse\nX: y"`,
		`mime.report{ type = "delivery-status", original = "x", fields = { ["Reporting-MTA"] = "x" } }`:                 `error: mime.report: original must be a mime part, got a string`,
	})
}

// TestMimeReportValues refuses what the RFCs do not know.
func TestMimeReportValues(t *testing.T) {
	for value, want := range map[string]string{
		`Action = "bounced", Status = "5.1.1"`:                                  "the action is none of",
		`Action = "failed", Status = "550"`:                                     "this is not a status",
		`Action = "failed", Status = "5.1.1", ["Diagnostic-Code"] = "gelöscht"`: "ASCII",
	} {
		_, _, err := runBinding(t, `mime.report{ type = "delivery-status", fields = { { ["Reporting-MTA"] = "x" }, { ["Final-Recipient"] = "a@b.example", `+value+` } } }`, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", value, err)
		}
	}
}
