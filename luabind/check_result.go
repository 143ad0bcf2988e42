package luabind

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"moonpost/luabind/lint"
	"moonpost/sink"
)

// unsent takes what is wrong with a message that was submitted, and that the script did not ask about.
func (r *rehearsal) unsent(err error) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped != "" { // what was under way may have failed for that
		return
	}
	f := Finding{Message: fmt.Sprintf("a message that was submitted cannot be sent: %v", err)}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		f.Hint = hinted.Hint()
	}
	f.File, f.Line = r.place(r.where)
	r.add(f)
}

// ended is told how the script's top level ended, which tells where it was when its time was over.
func (r *rehearsal) ended(err error) {
	if r == nil {
		return
	}
	where := innermostOf(err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = where
}

// caught takes a message that would have been sent.
func (r *rehearsal) caught(through string, m sink.DryMail) {
	var issues []Finding
	var subject string
	if m.Content != nil && (m.Size <= inspectionSize || r.large.Add(1) <= inspectedLarge) {
		issues, subject = inspectMail(m.Content)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.HasPrefix(through, checkedMX+":") {
		through = "the recipients' mail hosts"
	}
	i := slices.IndexFunc(r.ways, func(w CheckedWay) bool { return w.Through == through })
	if i < 0 {
		i = len(r.ways)
		r.ways = append(r.ways, CheckedWay{Through: through})
	}
	way := &r.ways[i]
	way.Messages++
	way.Recipients += len(m.To)
	if len(way.Mails) < keptMails {
		way.Mails = append(way.Mails, CheckedMail{From: m.From, Subject: subject, To: m.To, Size: m.Size})
	}
	file, line := r.place(r.where)
	for _, issue := range issues {
		issue.File, issue.Line = file, line
		r.add(issue)
	}
}

// result gives what was found, sorted.
func (r *rehearsal) result() CheckResult {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := bytes.Split(r.script.Source, []byte("\n"))
	r.findings = slices.DeleteFunc(r.findings, func(f Finding) bool {
		return f.File == r.script.Name && f.Line > 0 && f.Line <= len(lines) && bytes.Contains(lines[f.Line-1], []byte(lint.IgnoreMark))
	})
	slices.SortStableFunc(r.findings, func(a, b Finding) int {
		return cmp.Or(compareFiles(r.script.Name, a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return CheckResult{Findings: slices.Compact(r.findings), Modules: r.modules, Ran: r.ran, Stopped: r.stopped, Exit: r.exit, Ways: r.ways}
}

// compareFiles puts the script before its modules.
func compareFiles(script, a, b string) int {
	if a == b {
		return 0
	}
	if a == script {
		return -1
	}
	if b == script {
		return 1
	}
	return cmp.Compare(a, b)
}
