package mailbox

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
)

// fromPrefix begins the line that stands before each message of an mbox.
const fromPrefix = "From "

// nobody stands for a sender that is unknown, or null.
const nobody = "MAILER-DAEMON"

// fromLine makes the separator line without its line break. The time is in UTC, as the format wants it.
func fromLine(sender string, date time.Time) string { // RFC 4155
	if sender == "" || strings.ContainsFunc(sender, func(r rune) bool { return r <= ' ' || r == 0x7F }) {
		sender = nobody
	}
	return fromPrefix + sender + " " + date.UTC().Format(time.ANSIC)
}

// WithoutFromLine gives a message without what may stand before its header in a file: a byte order mark, the separator
// line of an mbox.
func WithoutFromLine(octets []byte) []byte {
	octets = bytes.TrimPrefix(octets, []byte("\ufeff"))
	if !bytes.HasPrefix(octets, []byte(fromPrefix)) {
		return octets
	}
	_, rest, _ := bytes.Cut(octets, []byte("\n"))
	return rest
}

// parseFromLine reads the sender and the date. ok tells that a date in the usual order was found: day of the week,
// month, day, time, and then year and zone in any order.
func parseFromLine(line string) (sender string, date time.Time, ok bool) {
	words := strings.Fields(strings.TrimPrefix(line, fromPrefix))
	if len(words) == 0 {
		return "", time.Time{}, false
	}
	for i := range words {
		if date, ok = fromDate(words[i:]); ok {
			sender = strings.Join(words[:i], " ")
			break
		}
	}
	if !ok {
		sender = words[0]
	}
	if sender == nobody || sender == "-" {
		sender = ""
	}
	return sender, date, ok
}

// longestDate is more words than any date has; what stands behind ("remote from host") does not matter.
const longestDate = 8

func fromDate(words []string) (time.Time, bool) {
	if len(words) < 5 || len(words) > longestDate || !slices.Contains(weekdays, words[0]) {
		return time.Time{}, false
	}
	clock, layout := words[3], "15:04:05"
	if strings.Count(clock, ":") == 1 {
		layout = "15:04"
	}
	t, err := time.Parse("Jan 2 "+layout, strings.Join(words[1:4], " "))
	if err != nil {
		return time.Time{}, false
	}
	year, zone := 0, time.UTC
	for _, word := range words[4:] {
		if n, err := strconv.Atoi(word); err == nil && len(word) == 4 && word[0] != '+' && word[0] != '-' {
			year = n
		} else if z, err := time.Parse("-0700", word); err == nil {
			zone = z.Location()
		}
	}
	return time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone), year > 0
}

var weekdays = []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// unquoted takes off the mark that hides a "From " at the beginning of a line.
func (f Format) unquoted(line []byte) []byte {
	if len(line) == 0 || line[0] != '>' {
		return line
	}
	rest := line[1:]
	switch f {
	case MboxCL2:
		return line
	case MboxRD:
		rest = bytes.TrimLeft(rest, ">")
	}
	if bytes.HasPrefix(rest, []byte(fromPrefix)) {
		return line[1:]
	}
	return line
}

// needsQuote tells whether a line would be taken for a separator, or for a quoted one.
func needsQuote(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte(fromPrefix))
}
