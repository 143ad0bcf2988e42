package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

// The elements of a JUnit report, as CI systems read them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// junit writes the results to the file of --junit.
func (t *testRun) junit() error {
	if t.cmd.JUnit == "" {
		return nil
	}
	encoded, err := xml.MarshalIndent(junitOf(t.results), "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(t.cmd.JUnit, append([]byte(xml.Header), append(encoded, '\n')...), 0o644) //nolint:gosec // as a compiler writes it
}

// junitOf sorts the results into suites, one for each file.
func junitOf(results []testResult) *junitSuites {
	all := &junitSuites{}
	var total float64
	seconds := map[string]float64{}
	for i := range results {
		r := &results[i]
		if n := len(all.Suites); n == 0 || all.Suites[n-1].Name != r.File {
			all.Suites = append(all.Suites, junitSuite{Name: r.File})
		}
		s := &all.Suites[len(all.Suites)-1]
		s.Cases = append(s.Cases, junitCaseOf(r))
		seconds[r.File] += r.Seconds
		total += r.Seconds
		s.Tests++
		all.Tests++
		switch r.outcome() {
		case "failed":
			s.Failures++
			all.Failures++
		case "skipped":
			s.Skipped++
			all.Skipped++
		}
		s.Time = fmt.Sprintf("%.3f", seconds[r.File])
	}
	all.Time = fmt.Sprintf("%.3f", total)
	return all
}

func junitCaseOf(r *testResult) junitCase {
	line := resultLine(r)
	c := junitCase{Name: xmlText(r.Name), Class: xmlText(r.File), Time: fmt.Sprintf("%.3f", r.Seconds), Output: xmlText(r.Output)}
	if r.Name == "" {
		c.Name = "(loading the file)"
	}
	switch line.Outcome {
	case "failed":
		first, _, _ := strings.Cut(r.Failures[0].Text, "\n")
		c.Failure = &junitMessage{Message: xmlText(first), Text: xmlText(line.Message)}
	case "skipped":
		c.Skipped = &junitMessage{Message: xmlText(r.Reason)}
	}
	return c
}

// xmlText shows as \xNN or \u{N} what XML cannot hold, whichever way it is written.
func xmlText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r < ' ' && r != '\t' && r != '\n' && r != '\r', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == 0xfffe || r == 0xffff:
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}
