package smtp_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// smtplibRows are the cases in which smtplib's behaviour is kept or left on
// purpose; docs/smtplib.md explains them.
var smtplibRows = map[string]string{
	"a": "codes differ within a reply", "b": "code without text", "c": "not a reply line", "d": "blank line before the greeting",
	"e": "bounds of a reply", "f": "bare LF in replies", "g": "HELO fallback", "h": "any 2xx to RCPT accepts",
	"i": "duplicates all refused", "j": "no recipients", "k": "RSET after refused DATA", "l": "421 to DATA",
	"m": "any 2xx to the content", "n": "number in SIZE=", "o": "larger than SIZE", "p": "empty content",
	"q": "bare LF in content", "r": "CR LF in addresses", "s": "AUTH in lower case", "t": "AUTH= merged",
	"u": "EHLO keywords", "v": "challenge that is not base64", "w": "password beyond ASCII", "x": "503 to AUTH",
	"y": "next mechanism", "z": "no From", "aa": "reconnecting", "bb": "errors in with", "cc": "time-out",
	"dd": "replies to QUIT", "ee": "options over HELO", "ff": "groups and order of recipients", "gg": "IPv6 and port", "hh": "replies of LMTP",
}

// points are the fine points of the wire and of security that the engine keeps.
var points = map[string]string{
	"1": "STARTTLS injection", "2": "STARTTLS stripping", "3": "opportunistic TLS", "4": "passwords in clear text", "5": "AUTH downgrade",
	"6": "SCRAM signature", "7": "OAuth's error turn", "8": "command injection", "9": "only CRLF goes out", "10": "dot-stuffing",
	"11": "long lines", "12": "replies as octets", "13": "replies textproto cannot read", "14": "421 anywhere", "15": "pipelining",
	"16": "452 and 552", "17": "BDAT", "18": "extensions only when needed", "19": "SIZE", "20": "EHLO name",
	"21": "no EHLO after AUTH", "22": "no HELO after STARTTLS", "23": "RSET refused", "24": "QUIT's deadline", "25": "ambiguous delivery",
	"26": "final refusal is for all", "27": "LMTP", "28": "address syntax", "29": "DSN", "30": "deadlines and cancellation",
	"31": "masked transcripts", "32": "TLS settings", "33": "wrong port", "34": "time-outs to start from", "35": "several addresses",
}

var (
	rowTest   = regexp.MustCompile(`(?m)^func TestSmtplibRow_((?:[a-z]{1,2}_)+)[A-Z0-9]\w*\(t \*testing\.T\)`)
	pointTest = regexp.MustCompile(`(?m)^func TestPoint((?:\d+[a-z]?_)+)[A-Z0-9]\w*\(t \*testing\.T\)`)
)

// TestCoverage wants a test for each row and each point, and no test of a row or
// point that isn't listed.
func TestCoverage(t *testing.T) {
	rows, numbers := map[string]bool{}, map[string]bool{}
	for _, dir := range []string{".", "../relay", "../luabind", "../cmd/moonpost"} {
		files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			collect(rows, rowTest, string(source), "")
			collect(numbers, pointTest, string(source), "abcdefghijklmnopqrstuvwxyz")
		}
	}
	compare(t, "row", smtplibRows, rows)
	compare(t, "point", points, numbers)
}

// collect notes the names between underscores, without their suffixes.
func collect(found map[string]bool, pattern *regexp.Regexp, source, suffixes string) {
	for _, m := range pattern.FindAllStringSubmatch(source, -1) {
		for _, name := range strings.Split(strings.Trim(m[1], "_"), "_") {
			found[strings.TrimRight(name, suffixes)] = true
		}
	}
}

func compare(t *testing.T, what string, listed map[string]string, tested map[string]bool) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		if !tested[name] {
			t.Errorf("no test bears %s %s: %s", what, name, listed[name])
		}
	}
	for name := range tested {
		if listed[name] == "" {
			t.Errorf("a test bears %s %s, which isn't listed", what, name)
		}
	}
}
