package smtp_test

import (
	"testing"

	"moonpost/smtp/smtptest"
)

// Replies that come before they are asked for must not be taken for answers: a
// message that the server refuses would count as delivered.
func TestPoint14_RepliesToNothing(t *testing.T) {
	for _, row := range []struct{ name, script, want string }{
		{"to the content, with the 354", toData + `S! 354 go\r\n250 queued\r\n` + "\nSTALL", "protocol body permanent no closed"},
		{"to the content, in a group", group + `S! 250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n` + "\nSTALL", "protocol body permanent no closed"},
		{"to MAIL", toMail + `S! 250 ok\r\n250 ok\r\n` + "\nSTALL", "protocol rcpt permanent no closed"},
		{"to EHLO", `S! 220 hi\r\n250 HELP\r\n` + "\nSTALL", "protocol hello permanent no closed"},
		{"to all at once", `S! 220 hi\r\n250 HELP\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued\r\n` + "\nSTALL", "protocol hello permanent no closed"},
		{"354 to the content", toFinal + "S: 354 more\nSTALL", "protocol final permanent unknown closed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := smtptest.NewScript(t, row.script)
			if got := outcomeOf(t, options(s.Addr()), ""); got != row.want {
				t.Errorf("%s, want %s", got, row.want)
			}
		})
	}
}
