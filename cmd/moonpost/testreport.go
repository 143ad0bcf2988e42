package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"moonpost/luabind"
)

// add takes a result and shows it.
func (t *testRun) add(r testResult) {
	t.results = append(t.results, r)
	if t.cmd.JSON {
		t.jsonLine(resultLine(&r))
		return
	}
	_, _ = fmt.Fprint(t.p.stdout, resultText(&r, t.cmd.Verbose))
}

// listed shows the name of a case.
func (t *testRun) listed(file, name string) {
	if t.cmd.JSON {
		t.jsonLine(testLine{File: file, Case: name})
		return
	}
	_, _ = fmt.Fprintf(t.p.stdout, "%s: %s\n", file, name)
}

// summary ends the report.
func (t *testRun) summary() {
	passed, failed, skipped, seconds := t.count("passed"), t.count("failed"), t.count("skipped"), t.p.mono().Sub(t.began).Seconds()
	if t.cmd.JSON {
		t.jsonLine(struct {
			Passed  int     `json:"passed"`
			Failed  int     `json:"failed"`
			Skipped int     `json:"skipped"`
			Seconds float64 `json:"seconds"`
		}{passed, failed, skipped, rounded(seconds)})
		return
	}
	text := fmt.Sprintf("%d passed", passed)
	if failed > 0 {
		text += fmt.Sprintf(", %d failed", failed)
	}
	if skipped > 0 {
		text += fmt.Sprintf(", %d skipped", skipped)
	}
	_, _ = fmt.Fprintf(t.p.stdout, "%s (%.2fs)\n", text, seconds)
}

// resultText is a result for people: a line, and what is known about a failure below it.
func resultText(r *testResult, verbose bool) string {
	var b strings.Builder
	mark := map[string]string{"passed": "ok", "failed": "FAIL", "skipped": "skip"}[r.outcome()]
	fmt.Fprintf(&b, "%-5s %s", mark, r.File)
	if r.Name != "" {
		fmt.Fprintf(&b, ": %s (%.2fs)", r.Name, r.Seconds)
	}
	if r.Skipped {
		b.WriteString(": " + r.Reason)
	}
	b.WriteString("\n")
	for i := range r.Failures {
		b.WriteString(shifted(failureText(&r.Failures[i])))
	}
	if r.Output != "" && (verbose || len(r.Failures) > 0) {
		b.WriteString(shifted("output:\n  " + strings.ReplaceAll(strings.TrimRight(r.Output, "\n"), "\n", "\n  ")))
	}
	return b.String()
}

// failureText is one failure in full.
func failureText(f *luabind.TestFailure) string {
	text := f.Text
	if f.Where != "" {
		text = f.Where + ": " + text
	}
	if f.Hint != "" {
		text += "\nhint: " + f.Hint
	}
	if f.Traceback != "" {
		text += "\n" + strings.ReplaceAll(f.Traceback, "\t", "  ")
	}
	return text
}

func shifted(text string) string {
	return "      " + strings.ReplaceAll(text, "\n", "\n      ") + "\n"
}

// testLine is a result as a line of JSON.
type testLine struct {
	File    string  `json:"file"`
	Case    string  `json:"case,omitempty"`
	Outcome string  `json:"outcome,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
	Where   string  `json:"where,omitempty"`
	Message string  `json:"message,omitempty"` // of all failures, or the reason of a skip
	Output  string  `json:"output,omitempty"`
}

func resultLine(r *testResult) testLine {
	line := testLine{File: r.File, Case: r.Name, Outcome: r.outcome(), Seconds: rounded(r.Seconds), Message: r.Reason, Output: r.Output}
	var texts []string
	for i := range r.Failures {
		texts = append(texts, failureText(&r.Failures[i]))
	}
	if len(texts) > 0 {
		line.Where, line.Message = r.Failures[0].Where, strings.Join(texts, "\n")
	}
	return line
}

// rounded keeps milliseconds.
func rounded(seconds float64) float64 { return float64(int(seconds*1000+0.5)) / 1000 }

func (t *testRun) jsonLine(v any) {
	encoder := json.NewEncoder(t.p.stdout)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // a closed standard output is seen by the next write of others
}
