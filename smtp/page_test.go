package smtp_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// report stands in docs/smtplib.md.
func report(ctx context.Context, o smtp.Options, message []byte) error {
	c, err := smtp.Dial(ctx, o) // greeting, EHLO, STARTTLS, login
	if err != nil {
		return err
	}
	defer c.Close()
	r, err := c.SendMail(ctx, "desk@example.org", []string{"ann@example.org", "nobody@example.org"}, smtp.Octets(message), nil)
	var refused *smtp.RecipientsRefusedError
	switch {
	case errors.As(err, &refused):
		return fmt.Errorf("nobody was mailed: %w", err)
	case err != nil:
		return err
	}
	for _, one := range r.Refused() {
		fmt.Println("refused:", one.Address, one.Reply.Code)
	}
	_, err = c.Quit(ctx)
	return err
}

// TestPageInGo runs the Go of docs/smtplib.md, and compares it with the page.
func TestPageInGo(t *testing.T) {
	s := smtptest.NewServer(t, smtptest.Config{Users: map[string]string{"u": "p"}, Reply: func(line string) string {
		if strings.HasPrefix(line, "RCPT TO:<nobody@") {
			return "550 5.1.1 no such user"
		}
		return ""
	}})
	o := options(s.Addr())
	o.Credentials = smtp.Credentials{User: "u", Password: "p"}
	if err := report(background(t), o, []byte("Subject: Nightly report\n\nAll jobs ran.\n")); err != nil {
		t.Fatal(err)
	}
	if m := s.Messages(); len(m) != 1 || len(m[0].To) != 1 || m[0].User != "u" {
		t.Errorf("%+v", m)
	}
	source, err1 := os.ReadFile("page_test.go")
	page, err2 := os.ReadFile("../docs/smtplib.md")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(source), "// report stands in docs/smtplib.md.\n")
	code, _, _ = strings.Cut(code, "\n}\n")
	if !strings.Contains(string(page), "```go\n"+code+"\n}\n```\n") {
		t.Error("docs/smtplib.md has other Go than this file")
	}
}

func TestResultCheck(t *testing.T) {
	no := smtp.Reply{Code: 550, Enhanced: smtp.EnhancedCode{5, 7, 1}, Lines: []string{"5.7.1 relaying denied"}}
	yes := smtp.Reply{Code: 250}
	r := &smtp.Result{Sender: "me@x.example", Recipients: []smtp.RecipientResult{{Address: "a@x.example", Reply: yes, Stage: smtp.StageRcpt}}}
	if err := r.Check(); err != nil {
		t.Error(err)
	}
	r.Recipients = append(r.Recipients, smtp.RecipientResult{Address: "b@x.example", Reply: no, Stage: smtp.StageRcpt})
	e := wantError[*smtp.RecipientsRefusedError](t, r.Check(), smtp.Yes)
	if len(e.Refused) != 1 || e.Stage() != smtp.StageRcpt || e.Hint() == "" || e.Sender != "me@x.example" {
		t.Errorf("%+v", e)
	}
	r.Recipients = r.Recipients[1:]
	wantError[*smtp.RecipientsRefusedError](t, r.Check(), smtp.No)
}
