package luabind

import (
	"reflect"
	"testing"
	"time"

	"moonpost/smtp"
)

// TestTimeoutDefaults holds that the documented time-outs are those in force.
func TestTimeoutDefaults(t *testing.T) {
	stages := map[string]smtp.Stage{
		"connect": smtp.StageConnect, "greeting": smtp.StageGreeting, "hello": smtp.StageHello, "starttls": smtp.StageTLS,
		"auth": smtp.StageAuth, "mail": smtp.StageMail, "rcpt": smtp.StageRcpt, "data": smtp.StageData, "body": smtp.StageBody,
		"final": smtp.StageFinal, "quit": smtp.StageQuit,
	}
	for _, f := range schemaOf(reflect.TypeFor[timeoutOptions]()).fields {
		documented, err := time.ParseDuration(f.preset)
		if want := stages[f.key].Timeout(); err != nil || documented != want {
			t.Errorf("%s: documented %q, in force %v", f.key, f.preset, want)
		}
	}
}
