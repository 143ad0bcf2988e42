package smtp

import "strings"

// exchange is what the server answered to the commands of one transaction, as
// far as they were sent and answered.
type exchange struct {
	mail Reply
	rcpt []Reply
	data Reply // zero: DATA has not been answered
}

// refusal returns the first negative reply, if there is one.
func (x *exchange) refusal() (Reply, Stage) {
	if x.mail.Code >= 400 {
		return x.mail, StageMail
	}
	for _, r := range x.rcpt {
		if r.Code >= 400 {
			return r, StageRcpt
		}
	}
	return Reply{}, StageNone
}

// syncGroup is the size up to which a group is written before any reply is
// read. Larger ones are written while replies are read: a server that cannot
// write its replies stops reading, and both would wait for ever.
const syncGroup = 4 << 10

// grouped sends MAIL, all RCPTs and, if withData, DATA without waiting, and reads
// every reply in order. On failure the exchange has the replies read until then.
func (w *wire) grouped(mail string, rcpt []string, withData bool) (*exchange, error) {
	group := make([]string, 0, len(rcpt)+2)
	group = append(append(group, mail), rcpt...)
	if withData {
		group = append(group, dataLine) // RFC 2920 §3.1
	}
	written := w.writeGroup(group)
	x := &exchange{rcpt: make([]Reply, 0, len(rcpt))}
	err := w.readGroup(x, len(rcpt), withData)
	if err != nil {
		w.abandon() // wakes the writer
	}
	if werr := <-written; werr != nil && err == nil {
		err = w.fail(StageRcpt, werr)
	}
	return x, err
}

const dataLine = "DATA\r\n"

// writeGroup writes commands, in the background if they are many. The channel
// gives the writer's error once it is done.
func (w *wire) writeGroup(group []string) <-chan error {
	for _, line := range group {
		w.log.client(line)
	}
	octets := []byte(strings.Join(group, ""))
	written := make(chan error, 1)
	if len(octets) > syncGroup {
		go func() { written <- w.writeRaw(StageRcpt, octets) }()
		return written
	}
	// A server that refuses and closes may make the write fail although its
	// replies are there to be read.
	written <- w.writeRaw(StageRcpt, octets)
	return written
}

func (w *wire) readGroup(x *exchange, recipients int, withData bool) (err error) {
	if x.mail, err = w.readReply(StageMail); err != nil {
		return err
	}
	for range recipients {
		r, err := w.readReply(StageRcpt)
		if err != nil {
			return err
		}
		x.rcpt = append(x.rcpt, r)
	}
	if withData {
		x.data, err = w.readReply(StageData)
	}
	return err
}

// lockStep sends MAIL and the RCPTs one by one, and stops where going on is
// useless.
func (w *wire) lockStep(mail string, rcpt []string) (*exchange, error) {
	x := &exchange{}
	var err error
	if x.mail, err = w.roundTrip(StageMail, mail); err != nil || !x.mail.Positive() {
		return x, err
	}
	for _, line := range rcpt {
		r, err := w.roundTrip(StageRcpt, line)
		if err != nil {
			return x, err
		}
		x.rcpt = append(x.rcpt, r)
		if r.Code == 421 {
			break
		}
	}
	return x, nil
}
