package smtp_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// tokens gives one after the other, and counts.
type tokens struct {
	list  []string
	asked int
}

func (t *tokens) next(context.Context) (string, error) {
	t.asked++
	return t.list[min(t.asked, len(t.list))-1], nil
}

func TestPoint7_TokenFunction(t *testing.T) {
	tests := []struct {
		name    string
		tokens  []string
		offered []string
		forge   smtptest.Forgery
		ok      bool
		asked   int
		tried   []string
	}{
		{"good", []string{"good"}, []string{"XOAUTH2"}, nil, true, 1, []string{"XOAUTH2"}},
		{"expired", []string{"old", "good"}, []string{"XOAUTH2"}, nil, true, 2, []string{"XOAUTH2", "XOAUTH2"}},
		{"expired, the standard's mechanism", []string{"old", "good"}, []string{"OAUTHBEARER", "XOAUTH2"}, nil, true, 2, []string{"OAUTHBEARER", "OAUTHBEARER"}},
		{"twice wrong", []string{"old", "older", "good"}, []string{"XOAUTH2"}, nil, false, 2, []string{"XOAUTH2", "XOAUTH2"}},
		{"twice wrong, two mechanisms", []string{"old", "older", "good"}, []string{"OAUTHBEARER", "XOAUTH2"}, nil, false, 2, []string{"OAUTHBEARER", "OAUTHBEARER", "XOAUTH2"}},
		{"the same again", []string{"old", "old", "good"}, []string{"XOAUTH2"}, nil, false, 2, []string{"XOAUTH2"}},
		{"535 without JSON", []string{"old", "good"}, []string{"XOAUTH2"}, refuse("535 5.7.3 no"), false, 2, []string{"XOAUTH2", "XOAUTH2"}},
		{"403", []string{"old", "good"}, []string{"XOAUTH2"}, func(_ int, line string) string {
			if strings.HasPrefix(line, "334 ") {
				return smtptest.Challenge(`{"status":"403"}`)
			}
			return line
		}, false, 1, []string{"XOAUTH2"}},
		{"busy", []string{"old", "good"}, []string{"XOAUTH2"}, refuse("454 4.7.0 later"), false, 1, []string{"XOAUTH2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := smtptest.NewServer(t, smtptest.Config{Tokens: map[string]string{"good": "u"}, Mechanisms: tt.offered, Forge: tt.forge})
			o := options(s.Addr())
			source := &tokens{list: tt.tokens}
			o.Credentials = smtp.Credentials{User: "u", TokenFunc: source.next}
			c, err := smtp.Dial(background(t), o)
			if tt.ok {
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
			} else if e := wantError[*smtp.AuthError](t, err, smtp.No); len(e.Attempts) != len(tt.tried) {
				t.Errorf("%+v", e.Attempts)
			}
			if got := authVerbs(s); source.asked != tt.asked || !slices.Equal(got, tt.tried) {
				t.Errorf("asked %d times, tried %v", source.asked, got)
			}
		})
	}
}

// refuse answers every response so.
func refuse(reply string) smtptest.Forgery { return func(int, string) string { return reply } }

func TestTokenFunctionIsAskedBeforeTheDial(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Tokens: map[string]string{"good": "u"}, Mechanisms: []string{"XOAUTH2"}, Users: map[string]string{"u": "p"}})
	o := options(s.Addr())
	broken := errors.New("no network")
	o.Credentials = smtp.Credentials{User: "u", TokenFunc: func(context.Context) (string, error) {
		if s.Connections() > 0 {
			t.Error("a server was made to wait")
		}
		return "", broken
	}}
	_, err := smtp.Dial(background(t), o)
	if wantError[*smtp.AuthError](t, err, smtp.No); !errors.Is(err, broken) || s.Connections() > 0 {
		t.Errorf("%v, %d connections", err, s.Connections())
	}
	o.Credentials.TokenFunc = (&tokens{list: []string{""}}).next
	_, err = smtp.Dial(background(t), o)
	wantError[*smtp.AuthError](t, err, smtp.No)
	o.Credentials.TokenFunc = (&tokens{list: []string{"good\n"}}).next
	_, err = smtp.Dial(background(t), o)
	wantError[*smtp.ArgumentError](t, err, smtp.No)
	ctx, cancel := context.WithCancel(background(t))
	o.Credentials.TokenFunc = func(ctx context.Context) (string, error) { cancel(); <-ctx.Done(); return "", ctx.Err() }
	_, err = smtp.Dial(ctx, o)
	wantError[*smtp.CancelledError](t, err, smtp.No)
}

func TestTokenFunctionIsNotAskedWhereThePasswordDoes(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "p"}, Mechanisms: []string{"XOAUTH2", "SCRAM-SHA-1"}})
	o := options(s.Addr())
	source := &tokens{list: []string{"good"}}
	o.Credentials = smtp.Credentials{User: "u", Password: "p", TokenFunc: source.next}
	dial(t, o)
	if source.asked != 0 {
		t.Errorf("asked %d times", source.asked)
	}
}
