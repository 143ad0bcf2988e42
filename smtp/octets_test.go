package smtp

import (
	"bytes"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
)

// randomOctets is 1 MB for each parser, 10 MB when MOONPOST_TEST_FULL is set.
func randomOctets() int {
	if os.Getenv("MOONPOST_TEST_FULL") != "" {
		return 10 << 20
	}
	return 1 << 20
}

// noise makes pieces of random octets: of any octets, and of those that mean
// something to the parsers.
func noise(random *rand.Rand, n int) []byte {
	const meaning = "250- 354.\r\n\r\n<>@\"\\:;,=+%[]()/?#\x00\xff\xc3\xbcAUTHaxn--"
	b := make([]byte, n)
	plain := random.IntN(2) == 0
	for i := range b {
		if b[i] = byte(random.Uint32()); !plain {
			b[i] = meaning[int(b[i])%len(meaning)]
		}
	}
	return b
}

// No octets make a parser panic, or make it allocate much more than there are.
func TestRandomOctets(t *testing.T) {
	const most = 200 // octets allocated for each one read
	r := testRedirect(t)
	for name, parse := range map[string]func(b []byte, s string){
		"replies": func(b []byte, _ string) {
			w := hearing(t, b).link.Load()
			for stage := StageGreeting; ; stage = StageCommand {
				if _, err := w.readReply(stage); err != nil {
					return
				}
			}
		},
		"reply":      func(b []byte, _ string) { _, _, _ = parseOne(append([]byte("250-"), b...)) },
		"extensions": func(_ []byte, s string) { parseExtensions(strings.Split("x\n"+s, "\n"), []string{"size"}).mechanisms() },
		"queue id":   func(_ []byte, s string) { queueID(s) },
		"for people": func(b []byte, _ string) { _ = Reply{Code: 250, Lines: []string{decodeText(b)}}.String() },
		"mailbox": func(_ []byte, s string) {
			if m, err := parseMailbox(s); err == nil {
				_, _ = rcptLine(m, []string{s})
			}
		},
		"command":    func(_ []byte, s string) { _, _ = commandLine(s, s); verbOf(s); validParam(s); validHelloName(s) },
		"dot writer": func(b []byte, _ string) { dotted(t, false, string(b)) },
		"octets":     func(b []byte, _ string) { _, _ = inspect(Octets(b)) },
		"xtext":      func(_ []byte, s string) { _ = xtext(s) + utf8Xtext(s, true) },
		"url":        func(_ []byte, s string) { _, _ = ParseURL("smtp://" + s) },
		"host":       func(_ []byte, s string) { _, _, _ = ParseHostPort(s) },
		"redirect":   func(_ []byte, s string) { _, _ = r.line("RCPT TO:" + s + "\r\n") },
		"guard":      func(b []byte, _ string) { (&contentGuard{open: true, tail: "\r\n"}).check(bytes.Clone(b)) },
		"mask":       func(_ []byte, s string) { m := masker{}; m.client("AUTH " + s); m.server(s) },
	} {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 2))
			total := randomOctets()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for left := total; left > 0; {
				n := min(1+random.IntN(1<<random.IntN(14)), left)
				b := noise(random, n)
				parse(b, string(b))
				left -= n
			}
			runtime.ReadMemStats(&after)
			if each := (after.TotalAlloc - before.TotalAlloc) / uint64(total); each > most {
				t.Errorf("%d octets were allocated for each one", each)
			} else {
				t.Logf("%d octets for each", each)
			}
		})
	}
}
