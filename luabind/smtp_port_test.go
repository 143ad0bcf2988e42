package luabind

import (
	"strings"
	"testing"

	"moonpost/smtp/smtptest"
)

// TestMistakesOfAPort makes the mistakes that somebody makes who knows smtplib.
func TestMistakesOfAPort(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	for call, want := range map[string]string{
		`conn.noop()`: "smtp.Conn expected, got nothing; call methods with a colon",
		`conn:sendmail("a@x.example", "b@x.example", "x", { "BODY=8BITMIME" })`:    "mail_options = ",
		`conn:sendmail("a@x.example", "b@x.example", "x", {}, { "NOTIFY=NEVER" })`: "rcpt_options = ",
		`conn:send_message(mime.text("x"), "a@x.example", { "b@x.example" })`:      "write { from = …, to = … }",
		`conn:send_message("x")`: "conn:sendmail takes raw text",
		`conn:sendmail("a@x.example", "b@x.example, c@x.example", "x")`: "give several addresses as a list",
		`conn:sendmail(nil, "b@x.example", "x")`:                        "from must be an address, got nothing",
		`conn:sendmail("a@x.example", { 5 }, "x")`:                      "to[1] must be an address, got a number",
		`conn:sendmail("a@x.example", {}, "x")`:                         "no recipients",
		`conn:starttls{ cafile = "x" }`:                                 `unknown option "cafile"; did you mean "ca_file"?`,
		`conn:connect{ host = "x" }`:                                    "conn:connect: host must be a string, got a table",
		`conn:connect("smtp://x")`:                                      "smtp.new and smtp.connect take URLs",
		`conn.timeout = 5`:                                              `field "timeout" cannot be set`,
		`conn:sendmial()`:                                               `did you mean "sendmail"?`,
		`smtp.SMTP("x")`:                                                "here it is smtp.connect",
		`smtp.SMTP_SSL("x")`:                                            "here it is smtp.ssl",
		`print(smtp.SMTPException)`:                                     "here it is smtp.is_error(e, kind)",
		`smtp.with("ADDR", 25, print)`:                                  `write smtp.with("host:port", function(conn) … end)`,
		`conn:send_message(mime.text("x"), { to = { { name = "no address" } } })`:                  "to[1] must be an address, got a table",
		`conn:send_message(mime.text("x"), { from = {}, to = "b@x.example" })`:                     "from must be an address, got a table",
		`conn:sendmail("a@x.example", "b@x.example", "x", { mail_option = { "BODY=8BITMIME" } })`:  `did you mean "mail_options"?`,
		`conn:sendmail("a@x.example", "b@x.example", "x", { mail_options = { "BODY 8BITMIME" } })`: "malformed parameter",
	} {
		code := `local conn = smtp.connect{ host = "ADDR", tls = "none" }
			local ok, e = pcall(function() ` + call + ` end)
			print(ok, smtp.is_error(e, "argument"), e, e.hint)`
		got := runSession(t, s.Addr(), code)
		if got.err != nil || !strings.HasPrefix(got.stdout, "false\ttrue\ttest.lua:2: ") || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: %v\n%s", call, got.err, got.stdout)
		}
	}
	if n := len(s.Messages()); n != 0 {
		t.Errorf("%d messages were sent", n)
	}
}

// TestAddressesAsTables gives envelope addresses in all their forms.
func TestAddressesAsTables(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{})
	wantOutput(t, s.Addr(), `
		local me, ann = { name = "Me", address = "me@x.example" }, { address = "ann@x.example" }
		local conn = smtp.connect{ host = "ADDR", tls = "none" }
		conn:mail(me) conn:rcpt(ann) conn:data("x")
		conn:sendmail(me, ann, "x")
		conn:sendmail(me, { ann, "Bob <bob@x.example>" }, "x")
		conn:send_message(mime.text("x"), { from = me, to = ann })
		conn:send_message(mime.text("x"), { from = "", to = { ann, "bob@x.example" } })
		conn:send_message(mime.text("x"), { from = me, to = "Bob <bob@x.example>" })`, "")
	var got []string
	for _, m := range s.Messages() {
		got = append(got, m.From[0]+" to "+strings.Join(m.To, ","))
	}
	if want := "me@x.example to ann@x.example; me@x.example to ann@x.example; me@x.example to ann@x.example,bob@x.example; " +
		"me@x.example to ann@x.example;  to ann@x.example,bob@x.example; me@x.example to bob@x.example"; strings.Join(got, "; ") != want {
		t.Errorf("%v", got)
	}
}

// TestOutcomeHasOneError compares the error of a submitted message with itself.
func TestOutcomeHasOneError(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Reply: func(line string) string {
		if strings.HasPrefix(line, "MAIL") {
			return "550 5.7.1 no"
		}
		return ""
	}})
	wantOutput(t, s.Addr(), `
		local relay = smtp.relay{ host = "ADDR", tls = "none" }
		relay:submit(mime.message{ from = "a@x.example", to = "b@x.example", subject = "x", text = "x" })
		for r in relay:results() do
			local ok, e = pcall(error, r.error)
			print(r.ok, r.error == r.error, e == r.error, e.kind)
		end`, "false true true sender_refused")
}
