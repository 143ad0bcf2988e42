package data

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// sqlExact is the greatest integer up to which a float64 holds all.
const sqlExact = 1 << 53

// sqlInteger is a number, or a string of digits where a number would round.
func sqlInteger(n int64) any {
	if n > sqlExact || n < -sqlExact {
		return strconv.FormatInt(n, 10)
	}
	return float64(n)
}

func sqlUnsigned(n uint64) any {
	if n > sqlExact {
		return strconv.FormatUint(n, 10)
	}
	return float64(n)
}

// sqlIntegerText is sqlInteger of digits.
func sqlIntegerText(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return sqlInteger(n)
	}
	return s
}

// sqlFloat32 is the number with the digits that a float32 shows.
func sqlFloat32(f float32) any {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'g', -1, 32), 64) // what was written can be read
	return v
}

func sqlFloatText(s string) any {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return s
	}
	return f
}

// sqlMoment is how databases write a date with a time of day, with the offset that PostgreSQL adds.
var sqlMoment = regexp.MustCompile(`^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)?(:\d\d)?(:\d\d)?$`)

// sqlISO writes a date with a time of day as ISO 8601. What has another form, such as infinity or a year before the
// first, stays as it is.
func sqlISO(s string) string {
	m := sqlMoment.FindStringSubmatch(s)
	if m == nil {
		return s
	}
	fraction := strings.TrimRight(strings.TrimRight(m[3], "0"), ".")
	zone := m[4] + m[5] + m[6]
	switch {
	case m[4] != "" && m[5] == "" && m[4][1:] == "00":
		zone = "Z"
	case m[4] != "" && m[5] == "":
		zone = m[4] + ":00"
	}
	return m[1] + "T" + m[2] + fraction + zone
}

// sqlClock is sqlISO for a time of day alone, whose fraction databases pad with zeros.
func sqlClock(s string) string {
	if strings.Contains(s, ".") && !strings.ContainsAny(s, "+") {
		return strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// sqlBits is the number that a bit field holds.
func sqlBits(b []byte) any {
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return sqlUnsigned(n)
}

// sqlFlag is a boolean of a database that keeps them as numbers; other numbers stay.
func sqlFlag(v any) any {
	switch v {
	case float64(0):
		return false
	case float64(1):
		return true
	}
	return v
}

// sqlWallClock is a time for a database that knows no zones: date and time on the clock of the time's own zone.
func sqlWallClock(t time.Time) string { return t.Format("2006-01-02 15:04:05.999999") }

// sqlIsText holds for what every database takes as text; the rest is bytes.
func sqlIsText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
