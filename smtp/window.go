package smtp

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// window has several whole messages in flight over one connection: RSET, MAIL,
// RCPTs and one last chunk each. A goroutine reads the replies in order while the
// Stream's caller writes.
//
// RFC 3030 shows replies to the envelope read before the first chunk is sent. That
// a refusal of one message cannot touch the next is due to the RSET before each:
// whatever state a refused chunk left behind ends there.
type window struct {
	s      *Stream
	out    *contentWriter
	ahead  []*streamed // written, but still in the buffer
	reader sync.WaitGroup

	noReset atomic.Bool // the server doesn't know RSET, which keeps messages apart

	mu      sync.Mutex
	work    sync.Cond   // the reader waits for a flight
	room    sync.Cond   // the writer waits for replies
	flights []*streamed // on the way, their replies not all read
	again   []*streamed // some recipients need another transaction
	failure error       // why the reader ended early
	closing bool        // the server announced by 421 that it stops
	closed  bool
}

// flushAt is how many octets are gathered for one write.
const flushAt = 32 << 10

func newWindow(s *Stream) *window {
	w := &window{s: s, out: newContentWriter(s.w)}
	w.out.before = w.publish
	w.work.L, w.room.L = &w.mu, &w.mu
	w.reader.Go(w.read)
	return w
}

// add writes a message, or as much of it as does not wait in the buffer for
// others. It waits while the window is full.
func (w *window) add(next *streamed) error {
	w.makeRoom()
	if err := usable(next.ctx, w.s.w); err != nil {
		w.bury()
		return err
	}
	need := int64(next.envelopeSize()+len(resetLine)) + chunkOverhead + next.content.Size()
	if int64(len(w.out.buf))+need > blockSize {
		w.out.flush()
	}
	if need > blockSize {
		w.addLarge(next)
	} else {
		w.addSmall(next)
	}
	return nil
}

// addSmall puts a message into the buffer.
func (w *window) addSmall(f *streamed) {
	size := len(w.out.buf)
	if f.err = w.compose(f); f.err != nil {
		w.out.buf = w.out.buf[:size] // nothing of it was sent
		w.out.flush()
		w.await(0) // outcomes come in order
		w.s.finish(f, f.err)
		return
	}
	if w.ahead = append(w.ahead, f); len(w.out.buf) >= flushAt {
		w.out.flush()
	}
}

const (
	resetLine     = "RSET\r\n"
	chunkOverhead = int64(len("BDAT 9223372036854775807 LAST\r\n"))
)

// compose puts a message together. Its last octet goes in only when the caller
// still wants it delivered.
func (w *window) compose(f *streamed) error {
	from := len(w.out.buf)
	w.out.buf = f.appendGroup(append(w.out.buf, resetLine...))
	w.s.w.log.commands(w.out.buf[from:])
	end, err := w.out.chunk(f.content)
	if err != nil {
		return contentFailure(err)
	}
	if err := mayEnd(f.ctx, f.options); err != nil {
		return err
	}
	_, _ = w.out.Write(end)
	w.s.w.log.bodyEnd()
	f.endAt = w.s.w.sent.Load() + int64(len(w.out.buf))
	return nil
}

// addLarge writes a message that does not fit the buffer. Its replies are awaited
// from its first octet on, since the server may answer before its last one.
func (w *window) addLarge(f *streamed) {
	f.endAt, f.large = unended, true
	w.mu.Lock()
	w.flights = append(w.flights, f)
	w.work.Signal()
	w.mu.Unlock()
	err := w.compose(f)
	if err == nil {
		w.out.flush()
		return
	}
	f.err = err
	w.mu.Lock()
	for w.failure == nil && slices.Index(w.flights, f) > 0 { // those before are not to suffer
		w.room.Wait()
	}
	w.mu.Unlock()
	w.s.w.abandon()
	w.bury()
}

const unended = 1<<63 - 1

// publish hands what is about to be written to the reader: writing may have to
// wait until replies are read.
func (w *window) publish() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flights = append(w.flights, w.ahead...)
	w.ahead = w.ahead[:0]
	w.work.Signal()
}

// makeRoom waits until a full window is half empty, so that writes are large. In an
// empty one the server has nothing to say.
func (w *window) makeRoom() {
	w.mu.Lock()
	inFlight := len(w.flights) + len(w.ahead)
	if inFlight == 0 {
		_ = w.s.w.inStep(StageMail) // ends the connection, which add will see
	}
	w.mu.Unlock()
	if inFlight >= w.s.limit {
		w.out.flush()
		w.await(w.s.limit / 2)
	}
}

// await waits until at most n messages are in flight, or the reader has ended.
func (w *window) await(n int) {
	w.lastWords()
	w.mu.Lock()
	for len(w.flights) > n && w.failure == nil {
		w.room.Wait()
	}
	w.mu.Unlock()
	w.bury()
}

// lastWords bounds how long the reader goes on when writing has failed: the
// server may have said why.
func (w *window) lastWords() {
	if w.out.err == nil {
		return
	}
	timer := time.AfterFunc(lastWordsTimeout, w.s.w.abandon)
	defer timer.Stop()
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.failure == nil && len(w.flights) > 0 {
		w.room.Wait()
	}
	w.s.w.abandon()
}

// drain brings everything in the window to its outcome.
func (w *window) drain() {
	w.out.flush()
	w.await(0)
	for _, f := range w.takeAgain() {
		w.s.finish(f, f.run(f.overLimit()))
	}
}

func (w *window) takeAgain() []*streamed {
	w.mu.Lock()
	defer w.mu.Unlock()
	again := w.again
	w.again = nil
	return again
}

// close ends the reader.
func (w *window) close() {
	w.mu.Lock()
	w.closed = true
	w.work.Signal()
	w.mu.Unlock()
	w.reader.Wait()
}

// bury reports what a failed connection took with it.
func (w *window) bury() {
	if !w.s.w.broken.Load() {
		return
	}
	w.mu.Lock()
	for w.failure == nil && len(w.flights) > 0 { // the reader is about to fail
		w.room.Wait()
	}
	if w.failure == nil {
		w.failure = disconnected(StageMail, ErrBroken)
	}
	lost := slices.Concat(w.flights, w.ahead)
	w.flights, w.ahead = nil, nil
	w.mu.Unlock()
	w.close()
	for i, f := range lost {
		f.unsettle(f.batch)
		w.s.finish(f, w.verdict(f, i == 0))
	}
	for _, f := range w.takeAgain() {
		w.s.finish(f, usable(f.ctx, w.s.w))
	}
}
