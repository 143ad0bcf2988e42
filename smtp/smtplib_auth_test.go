package smtp_test

import (
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

func TestSmtplibRow_s_LowerCaseAuth(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 auth plain
		C: AUTH PLAIN AHUAcA==
		S: 235 ok`)
	if _, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"}); err != nil {
		t.Error(err)
	}
}

func TestSmtplibRow_v_ChallengeNotBase64(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH PLAIN
		C: AUTH PLAIN *
		S: 334 !!!
		C: *
		S: 501 cancelled
		C: NOOP
		S: 250 ok`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !strings.Contains(e.Error(), "not base64") {
		t.Error(e)
	}
	if _, err := c.Noop(background(t)); err != nil {
		t.Error(err)
	}
}

func TestSmtplibRow_w_NonASCIIPassword(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"ü": "pässwörd"}})
	c := dial(t, options(s.Addr()))
	if r, err := c.Login(background(t), smtp.Credentials{User: "ü", Password: "pässwörd"}); err != nil || r.Code != 235 {
		t.Errorf("%v %v", r, err)
	}
}

func TestSmtplibRow_x_AlreadyAuthenticated(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH PLAIN
		C: AUTH PLAIN *
		S: 503 already`)
	if r, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"}); err != nil || r.Code != 503 {
		t.Errorf("%v %v", r, err)
	}
}

func TestSmtplibRow_y_NextMechanism(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH LOGIN PLAIN
		C: AUTH PLAIN *
		S: 535 no
		C: AUTH LOGIN
		S: 334 VXNlcm5hbWU6
		C: dQ==
		S: 334 UGFzc3dvcmQ6
		C: cA==
		S: 535 5.7.8 still no`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	e := wantError[*smtp.AuthError](t, err, smtp.No)
	if len(e.Attempts) != 2 || e.Attempts[0].Mechanism != "PLAIN" || e.Mechanism != "LOGIN" || e.Reply.Text() != "5.7.8 still no" || e.Hint() == "" {
		t.Errorf("%+v", e)
	}
}

func TestAuthTemporaryFailureEndsTheAttempts(t *testing.T) {
	c, _ := scripted(t, hello+`S: 250 AUTH PLAIN LOGIN
		C: AUTH PLAIN *
		S: 454 later`)
	_, err := c.Login(background(t), smtp.Credentials{User: "u", Password: "p"})
	if e := wantError[*smtp.AuthError](t, err, smtp.No); !e.Temporary() || len(e.Attempts) != 1 {
		t.Errorf("%+v", e)
	}
}
