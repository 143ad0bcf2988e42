package outbox

import (
	"fmt"

	"moonpost/smtp"
)

// asServer is the reply as a server gave it.
func (r Reply) asServer() smtp.Reply {
	reply := smtp.Reply{Code: r.Code, Lines: []string{r.Text}}
	if r.Enhanced != "" {
		reply.Lines[0] = r.Enhanced + " " + r.Text
		_, _ = fmt.Sscanf(r.Enhanced, "%d.%d.%d", &reply.Enhanced[0], &reply.Enhanced[1], &reply.Enhanced[2])
	}
	return reply
}

// String is the reply as people read it: "550 5.1.1 no such user".
func (r Reply) String() string {
	text := r.Text
	if r.Enhanced != "" {
		text = r.Enhanced + " " + text
	}
	if r.Code != 0 {
		text = fmt.Sprint(r.Code) + " " + text
	}
	return text
}
