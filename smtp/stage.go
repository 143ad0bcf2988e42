package smtp

import "time"

// Stage is a place in the conversation with a server. Errors, transcripts and
// timeouts all name their place with it.
type Stage uint8

// The stages in the order in which a session meets them. StageNone stands for
// checks that are made before anything is sent.
const (
	StageNone Stage = iota
	StageConnect
	StageGreeting
	StageHello
	StageTLS
	StageAuth
	StageMail
	StageRcpt
	StageData
	StageBody
	StageFinal
	StageReset
	StageQuit
	StageCommand
)

// stageRow is what is known about a stage before any conversation.
type stageRow struct {
	name    string
	verb    string        // the command that opens the stage, if one does
	timeout time.Duration // longest wait for the server in this stage
	section string        // where the timeout or the stage is defined
}

func (s Stage) row() stageRow {
	switch s {
	case StageConnect:
		return stageRow{"connect", "", 30 * time.Second, "RFC 5321 §3.1"}
	case StageGreeting:
		return stageRow{"greeting", "", 5 * time.Minute, "RFC 5321 §4.5.3.2.1"}
	case StageHello:
		return stageRow{"hello", "EHLO", 5 * time.Minute, "RFC 5321 §4.1.1.1"}
	case StageTLS:
		return stageRow{"starttls", "STARTTLS", 5 * time.Minute, "RFC 3207 §4"}
	case StageAuth:
		return stageRow{"auth", "AUTH", 3 * time.Minute, "RFC 4954 §4"}
	case StageMail:
		return stageRow{"mail", "MAIL", 5 * time.Minute, "RFC 5321 §4.5.3.2.2"}
	case StageRcpt:
		return stageRow{"rcpt", "RCPT", 5 * time.Minute, "RFC 5321 §4.5.3.2.3"}
	case StageData:
		return stageRow{"data", "DATA", 2 * time.Minute, "RFC 5321 §4.5.3.2.4"}
	case StageBody:
		return stageRow{"body", "", 3 * time.Minute, "RFC 5321 §4.5.3.2.5"}
	case StageFinal:
		return stageRow{"final", ".", 10 * time.Minute, "RFC 5321 §4.5.3.2.6"}
	case StageReset:
		return stageRow{"reset", "RSET", 20 * time.Second, "RFC 5321 §4.1.1.5"}
	case StageQuit:
		return stageRow{"quit", "QUIT", 5 * time.Second, "RFC 5321 §4.1.1.10"}
	case StageCommand:
		return stageRow{"command", "", 5 * time.Minute, "RFC 5321 §4.5.3.2"}
	default:
		return stageRow{name: "", timeout: 5 * time.Minute}
	}
}

// String returns the stage's name as the timeouts table and error objects use
// it: "connect", "hello", "rcpt" … and "" for StageNone.
func (s Stage) String() string { return s.row().name }

// Verb returns the command that opens the stage, or "" where none does.
func (s Stage) Verb() string { return s.row().verb }

// Timeout returns the stage's default timeout.
func (s Stage) Timeout() time.Duration { return s.row().timeout }

// Section returns the RFC and section that define the stage.
func (s Stage) Section() string { return s.row().section }
