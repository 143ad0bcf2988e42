package smtptest

import (
	"crypto/tls"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"
)

// floodBlock is how much FLOOD writes at a time.
const floodBlock = 32 << 10

// flood sends a text again and again until the client hangs up.
func (p *peer) flood(arg string) error {
	text, err := strconv.Unquote(`"` + arg + `"`)
	if err != nil || text == "" {
		return fmt.Errorf("cannot be sent: %w", err)
	}
	p.log("S! " + arg + " …")
	block := []byte(strings.Repeat(text, floodBlock/len(text)+1))
	for {
		if _, err := p.conn.Write(block); err != nil {
			return errSceneOver
		}
	}
}

// trickle sends a text octet by octet.
func (p *peer) trickle(arg string) error {
	text, err := strconv.Unquote(`"` + arg + `"`)
	if err != nil {
		return err
	}
	p.log("S! " + arg)
	for i := range len(text) {
		if _, err := p.conn.Write([]byte{text[i]}); err != nil {
			return errSceneOver
		}
		time.Sleep(trickleEvery)
	}
	return nil
}

const trickleEvery = 5 * time.Millisecond

// reset makes the end of the connection a TCP reset.
func (p *peer) reset() {
	conn := p.conn
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}
