package smtptest

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxChunk is the largest chunk that a recording server takes.
const maxChunk = 64 << 20

// bdat reads a chunk and answers it (RFC 3030 §2). A chunk without recipients,
// or behind one that failed, is read and refused.
func (c *conversation) bdat(line, args string) bool {
	word, last, _ := strings.Cut(args, " ")
	size, err := strconv.Atoi(word)
	if err != nil || size < 0 || size > maxChunk {
		return c.reply("501 5.5.4 chunk size") == nil
	}
	chunk := make([]byte, size)
	if _, err := io.ReadFull(c.in, chunk); err != nil {
		return false
	}
	c.log(fmt.Sprintf("C: <%d octets>", size))
	c.message.Raw = append(c.message.Raw, chunk...)
	switch {
	case len(c.message.To) == 0:
		return c.answer(line, "503 5.5.1 no valid recipients") == nil
	case !strings.EqualFold(last, "LAST"):
		return c.answer(line, fmt.Sprintf("250 2.0.0 %d octets", size)) == nil
	}
	m := c.message
	m.Data, m.Chunked = m.Raw, true
	if c.server.config.Reply != nil { // a refused chunk leaves the transaction open, as RFC 3030 lets it
		if own := c.server.config.Reply(line); own != "" && !strings.HasPrefix(own, "2") {
			return c.give(own) == nil
		}
	}
	c.message = Message{}
	return c.finish(m)
}
