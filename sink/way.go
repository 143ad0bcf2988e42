package sink

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Way says who connected and where to, when a rehearsal leads every connection of a script to one trial.
type Way struct {
	Protocol string `json:"protocol,omitempty"` // "lmtp", else SMTP
	Relay    string `json:"relay,omitempty"`    // name of the relay; "" for a connection of its own
	Host     string `json:"host,omitempty"`     // "host:port" that the script named
}

// longestWay bounds the line that Announce writes.
const longestWay = 4 << 10

// announceTime bounds the wait for that line.
const announceTime = 10 * time.Second

// Announce tells a trial at its Trial.WayAddr what the connection is. It is written before the server's greeting is
// read.
func (w Way) Announce(conn io.Writer) error {
	line, err := json.Marshal(w)
	if err == nil {
		_, err = conn.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("sink: announcing a connection: %w", err)
	}
	return nil
}

// readWay reads what Announce wrote.
func readWay(r *bufio.Reader) (w Way, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil || len(line) > longestWay {
		return w, fmt.Errorf("sink: no announcement: %w", err)
	}
	return w, json.Unmarshal(line, &w)
}
