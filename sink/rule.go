package sink

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Stage is a point of a session at which a Rule can interfere.
type Stage string

// The stages, in the order of a session.
const (
	StageConnect  Stage = "connect"   // before anything is said
	StageGreeting Stage = "greeting"  // in the place of the 220
	StageEhlo     Stage = "ehlo"      // EHLO, LHLO or HELO
	StageStartTLS Stage = "starttls"  //
	StageAuth     Stage = "auth"      //
	StageMail     Stage = "mail"      //
	StageRcpt     Stage = "rcpt"      //
	StageData     Stage = "data"      // DATA or the first BDAT
	StageBody     Stage = "body"      // when the first octet of the content is there
	StageAfterDot Stage = "after_dot" // when the content is complete
	StageQuit     Stage = "quit"      //
)

// Stages lists all stages in order.
func Stages() []Stage {
	return []Stage{
		StageConnect, StageGreeting, StageEhlo, StageStartTLS, StageAuth, StageMail, StageRcpt, StageData, StageBody, StageAfterDot, StageQuit,
	}
}

// Action is what a Rule does when it applies.
type Action string

// The actions. With ActionPass a rule only delays.
const (
	ActionReply Action = "reply" // answers Code; 421 also closes
	ActionDrop  Action = "drop"  // closes the connection without a word
	ActionStall Action = "stall" // never answers
	ActionPass  Action = "pass"
)

// Rule makes a trial's server fail. Patterns know * and ? and don't look at the case of letters; an empty one matches
// everything. How often a rule applies is counted for each recipient where it has a pattern for recipients, and
// otherwise once.
type Rule struct {
	Stage    Stage
	Rcpt     string // pattern of a recipient; from stage rcpt on
	From     string // pattern of the sender; from stage mail on
	Relay    string // pattern of the name of the relay that connected; see Way
	Host     string // pattern of the "host:port" that it meant to reach; see Way
	Nth      int    // only the n-th time
	First    int    // only the first times
	Every    int    // only each n-th time
	Action   Action
	Code     int    // of ActionReply, 400 to 599
	Enhanced string // "4.7.1"; "": what fits the code
	Text     string
	Delay    time.Duration // before the action
}

// RuleError is a rule that makes no sense. Key is the field, as lua-api spells it.
type RuleError struct{ Key, What string }

func (e *RuleError) Error() string { return fmt.Sprintf("%q %s", e.Key, e.What) }

// Settle fills in what follows from the other fields (stage, action) and checks the rule. Errors are *RuleError.
func (r *Rule) Settle() error {
	if r.Stage == "" {
		r.Stage = r.usualStage()
	}
	if r.Action == "" {
		r.Action = r.usualAction()
	}
	place := slices.Index(Stages(), r.Stage)
	switch {
	case r.Stage == "":
		return &RuleError{"stage", "is missing"}
	case place < 0:
		return &RuleError{"stage", "is none that a session has"}
	case r.Rcpt != "" && (place < slices.Index(Stages(), StageRcpt) || r.Stage == StageQuit):
		return &RuleError{"rcpt", fmt.Sprintf("is not known at stage %q", r.Stage)}
	case r.From != "" && (place < slices.Index(Stages(), StageMail) || r.Stage == StageQuit):
		return &RuleError{"from", fmt.Sprintf("is not known at stage %q", r.Stage)}
	case r.Action == "":
		return &RuleError{"action", `is missing: give code, action ("drop", "stall") or delay`}
	case r.Action == ActionReply && (r.Code < 400 || r.Code > 599):
		return &RuleError{"code", "must be between 400 and 599"}
	case r.Action != ActionReply && r.Code != 0:
		return &RuleError{"code", fmt.Sprintf("has no meaning with action %q", r.Action)}
	case r.Action == ActionPass && r.Delay == 0:
		return &RuleError{"delay", `is missing: action "pass" only delays`}
	}
	return r.settleReply()
}

func (r *Rule) usualStage() Stage {
	switch {
	case r.Rcpt != "":
		return StageRcpt
	case r.From != "":
		return StageMail
	case r.Nth > 0 || r.First > 0 || r.Every > 0:
		return StageAfterDot
	case r.Relay != "" || r.Host != "":
		return StageConnect
	}
	return ""
}

func (r *Rule) usualAction() Action {
	switch {
	case r.Code != 0:
		return ActionReply
	case r.Delay > 0:
		return ActionPass
	case r.Stage == StageConnect:
		return ActionDrop
	}
	return ""
}

// settleReply keeps the reply one well-formed line.
func (r *Rule) settleReply() error {
	if r.Action != ActionReply {
		return nil
	}
	if r.Enhanced == "" {
		class := enhanced(r.Code)
		r.Enhanced = fmt.Sprintf("%d.%d.%d", class[0], class[1], class[2])
	}
	if r.Text == "" {
		r.Text = "refused by rule"
	}
	for key, text := range map[string]string{"enhanced": r.Enhanced, "text": r.Text} {
		if printable(text) != text {
			return &RuleError{key, "must be one line of printable characters"}
		}
	}
	return nil
}

// occasion is one time that a session reaches a stage.
type occasion struct {
	stage Stage
	way   Way
	from  string
	rcpts []string
}

// ruleBook holds the rules of a trial and counts how often each had its occasion.
type ruleBook struct {
	mu    sync.Mutex
	rules []Rule
	seen  []map[string]int // by rule: by recipient, or ""
}

func newRuleBook(rules []Rule) *ruleBook {
	b := &ruleBook{rules: rules, seen: make([]map[string]int, len(rules))}
	for i := range b.seen {
		b.seen[i] = map[string]int{}
	}
	return b
}

// ask counts the occasion for every rule that it concerns, and gives the first of those that apply.
func (b *ruleBook) ask(o occasion) (Rule, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	found := -1
	for i := range b.rules {
		applies := false
		for _, key := range b.rules[i].keys(o) {
			b.seen[i][key]++
			applies = applies || b.rules[i].due(b.seen[i][key])
		}
		if applies && found < 0 {
			found = i
		}
	}
	if found < 0 {
		return Rule{}, false
	}
	return b.rules[found], true
}

// keys lists under which names the occasion is counted; none when the rule isn't concerned.
func (r *Rule) keys(o occasion) []string {
	if r.Stage != o.stage || !Match(r.From, o.from) || !Match(r.Relay, o.way.Relay) || !Match(r.Host, o.way.Host) {
		return nil
	}
	if r.Rcpt == "" {
		return []string{""}
	}
	var keys []string
	for _, rcpt := range o.rcpts {
		if Match(r.Rcpt, rcpt) {
			keys = append(keys, strings.ToLower(rcpt))
		}
	}
	return keys
}

func (r *Rule) due(n int) bool {
	return (r.Nth == 0 || n == r.Nth) && (r.First == 0 || n <= r.First) && (r.Every == 0 || n%r.Every == 0)
}

// Match holds when text fits a pattern in which * stands for any octets and ? for one; the case of letters doesn't
// count, and "" matches everything.
func Match(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	return globFolded(strings.ToLower(pattern), strings.ToLower(text))
}

// globFolded goes back to the last star only, so that no pattern takes more than len(pattern)·len(text) steps.
func globFolded(pattern, text string) bool {
	p, t, star, mark := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
