package smtp

import (
	"bufio"
	"errors"
	"time"
)

// readReply reads the next reply. After a 421 the server closes, so do we.
func (w *wire) readReply(stage Stage) (Reply, error) {
	if w.broken.Load() {
		return Reply{}, disconnected(stage, ErrBroken)
	}
	r, err := w.parseReply(stage)
	if err != nil {
		return Reply{}, w.fail(stage, err)
	}
	w.last = r
	if w.guard.close(); r.Code == 354 {
		w.guard.begin()
	}
	if r.Code == 421 { // RFC 5321 §3.8
		w.abandon()
	}
	return r, nil
}

func (w *wire) parseReply(stage Stage) (Reply, error) {
	w.stage, w.readBy = stage, time.Time{}
	if stage == StageGreeting {
		if err := w.beforeGreeting(); err != nil {
			return Reply{}, err
		}
	}
	return w.parseLines()
}

func (w *wire) parseLines() (Reply, error) {
	var p replyParser
	for {
		line, err := w.readLine()
		if err != nil {
			return Reply{}, err
		}
		w.log.server(line)
		if p.size == 0 {
			if r, ok := w.known.find(w.stage, line); ok {
				return r, nil
			}
		}
		done, err := p.add(line)
		if err == nil && done && len(p.reply.Lines) == 1 {
			w.known.keep(w.stage, line, p.reply)
		}
		if done || err != nil {
			return p.reply, err
		}
	}
}

func (w *wire) readLine() ([]byte, error) {
	line, err := w.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return nil, protocolError(line, "reply line is too long")
	}
	return line, err
}

// beforeGreeting tells a TLS record from a greeting, and skips the blank line
// that some servers begin with.
func (w *wire) beforeGreeting() error {
	first, err := w.in.Peek(1)
	if err != nil {
		return err
	}
	switch first[0] {
	case 0x15, 0x16: // TLS alert and handshake records, RFC 8446 §5.1
		record, _ := w.in.Peek(w.in.Buffered())
		e := protocolError(record, "a TLS record instead of a greeting")
		e.hint = hintSpeaksTLS
		return e
	case '\r', '\n':
		line, err := w.readLine()
		if err == nil && len(trimLineEnd(line)) > 0 {
			err = protocolError(line, "not a reply line")
		}
		return err
	}
	return nil
}
