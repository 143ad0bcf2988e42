package smtp

// syncGroup is the size up to which a group is written before any reply is
// read. Larger ones are written while replies are read: a server that cannot
// write its replies stops reading, and both would wait for ever.
const syncGroup = 4 << 10

const dataLine = "DATA\r\n"

// envelopeSize bounds the octets of MAIL, the RCPTs and DATA.
func (a *transaction) envelopeSize() int {
	size := len(a.mailLine) + len(dataLine)
	for _, n := range a.batch {
		size += len(a.rcpt[n])
	}
	return size
}

// envelopeOctets bounds them for all recipients.
func (t *transmission) envelopeOctets() int {
	size := len(t.mailLine) + len(dataLine)
	for _, line := range t.rcpt {
		size += len(line)
	}
	return size
}

// appendGroup appends MAIL, the RCPTs and, where it belongs to the group, DATA.
func (a *transaction) appendGroup(b []byte) []byte {
	a.w.mails.Add(1)
	b = append(b, a.mailLine...)
	for _, n := range a.batch {
		b = append(b, a.rcpt[n]...)
	}
	if a.withData() {
		b = append(b, dataLine...) // RFC 2920 §3.1
	}
	return b
}

// readGroup reads the replies to appendGroup's commands in order, as far as they
// come.
func (a *transaction) readGroup() (err error) {
	if a.mail, err = a.w.readReply(StageMail); err != nil || a.mail.Code == 421 {
		return err
	}
	if err := a.w.noContinuation(StageMail, a.mail); err != nil {
		return err
	}
	if err := a.readRecipients(); err != nil {
		return err
	}
	if a.withData() && !a.w.broken.Load() {
		a.data, err = a.w.readReply(StageData)
	}
	return err
}

func (a *transaction) readRecipients() error {
	for _, n := range a.batch {
		r, err := a.w.readReply(StageRcpt)
		if err == nil {
			err = a.w.noContinuation(StageRcpt, r)
		}
		if err != nil {
			return err
		}
		if a.rcptReply(n, r); r.Code == 421 { // nothing comes behind it
			break
		}
	}
	return nil
}

// rcptReply keeps a recipient's reply. A server that has much to say to many
// recipients is cut short.
func (a *transaction) rcptReply(n int, r Reply) {
	const enough, rest = 1 << 20, 200
	if a.words += len(r.Text()); a.words > enough {
		r = r.shortened(rest)
	}
	a.result.Recipients[n].Reply, a.result.Recipients[n].Stage = r, StageRcpt
	a.answered++
}

// noContinuation refuses a reply that asks for more where nothing more is due.
func (w *wire) noContinuation(stage Stage, r Reply) error {
	if !r.Intermediate() {
		return nil
	}
	return w.fail(stage, protocolError([]byte(r.String()), "not a reply to "+stage.Verb()))
}

// lockStep sends MAIL and the RCPTs one by one, and stops where going on is
// useless.
func (a *transaction) lockStep() (err error) {
	a.w.mails.Add(1)
	if a.mail, err = a.w.roundTrip(StageMail, a.mailLine); err != nil {
		return err
	}
	if err := a.w.noContinuation(StageMail, a.mail); err != nil || !a.mail.Positive() {
		return err
	}
	for _, n := range a.batch {
		r, err := a.w.roundTrip(StageRcpt, a.rcpt[n])
		if err == nil {
			err = a.w.noContinuation(StageRcpt, r)
		}
		if err != nil {
			return err
		}
		a.rcptReply(n, r)
		if r.Code == 421 {
			break
		}
	}
	return nil
}

// writeGroup writes commands, in the background if they are many. The channel
// gives the writer's error once it is done.
func (w *wire) writeGroup(group []byte) <-chan error {
	w.log.commands(group)
	written := make(chan error, 1)
	if len(group) > syncGroup {
		go func() { written <- w.writeRaw(StageRcpt, group) }()
		return written
	}
	// A server that refuses and closes may make the write fail although its
	// replies are there to be read.
	written <- w.writeRaw(StageRcpt, group)
	return written
}

// joinGroup waits for the writer of a group whose replies were read until err.
func (w *wire) joinGroup(written <-chan error, err error) error {
	if err != nil {
		w.abandon() // wakes the writer
	}
	if werr := <-written; werr != nil && err == nil {
		err = w.fail(StageRcpt, werr)
	}
	return err
}
