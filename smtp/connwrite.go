package smtp

import (
	"net"
	"time"
)

// blockSize is how much is written under one deadline; without TLS, which cuts it up anyway, it is plainBlock.
const (
	blockSize  = 64 << 10
	plainBlock = 1 << 20
)

// writeRaw writes in blocks, each with its own deadline, and returns the
// connection's error as it is.
func (w *wire) writeRaw(stage Stage, b []byte) error { return w.writePieces(stage, pieces{b}) }

// pieces are written one behind the other.
type pieces [3][]byte

func (p *pieces) size() int { return len(p[0]) + len(p[1]) + len(p[2]) }

// skip leaves out the first n octets.
func (p *pieces) skip(n int) {
	for i := range p {
		k := min(n, len(p[i]))
		p[i], n = p[i][k:], n-k
	}
}

// writePieces writes pieces in as few system calls as the connection has them for.
func (w *wire) writePieces(stage Stage, p pieces) error {
	for p.size() > 0 {
		conn := w.toWrite(w.opts.timeout(stage))
		n, err := w.writeBlock(conn, &p)
		w.sent.Add(int64(n))
		// A block whose larger part went out in time is not stuck. TLS fails for good after a time-out.
		if err != nil && (n < blockSize || conn != w.raw || !isTimeout(err)) {
			return err
		}
		p.skip(n)
	}
	return nil
}

// toWrite gives the connection, ready to be written to for so long.
func (w *wire) toWrite(timeout time.Duration) net.Conn {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.watched.doomed {
		if at, change := w.writing.move(w.opts.Mono().Add(timeout), timeout); change {
			_ = w.conn.SetWriteDeadline(at)
		}
	}
	return w.conn
}

// writeBlock writes as much as one deadline is for, from the beginning of the pieces.
func (w *wire) writeBlock(conn net.Conn, p *pieces) (int, error) {
	limit := blockSize
	if conn == w.raw {
		limit = plainBlock
	}
	w.gather = w.gathered[:0]
	for _, b := range p {
		if b = b[:min(len(b), limit)]; len(b) > 0 {
			w.gather = append(w.gather, b)
			limit -= len(b)
		}
	}
	if len(w.gather) == 1 {
		return conn.Write(w.gather[0])
	}
	n, err := w.gather.WriteTo(conn)
	w.gathered = pieces{}
	return int(n), err
}

// write sends b whole, or fails for good.
func (w *wire) write(stage Stage, b []byte) error {
	if w.broken.Load() {
		return disconnected(stage, ErrBroken)
	}
	if err := w.writeRaw(stage, b); err != nil {
		return w.fail(stage, err)
	}
	return nil
}
