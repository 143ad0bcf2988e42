package smtp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"moonpost/smtp"
	"moonpost/smtp/smtptest"
)

// pieced is content in pieces of any sizes.
type pieced struct {
	pieces [][]byte
	safe   bool
	stay   bool // PiecesStay
}

func (p *pieced) whole() []byte { return bytes.Join(p.pieces, nil) }

func (p *pieced) Size() int64 { return int64(len(p.whole())) }

func (p *pieced) WriteTo(io.Writer) (int64, error) { return 0, errors.New("unused") }

func (p *pieced) EightBit() bool { return false }

func (p *pieced) PiecesStay() bool { return p.stay }

// Segments lends the pieces out; those that don't stay are overwritten after the call.
func (p *pieced) Segments(f func([]byte, bool) error) error {
	scratch := []byte(nil)
	for _, b := range p.pieces {
		if p.stay {
			if err := f(b, p.safe); err != nil {
				return err
			}
			continue
		}
		scratch = append(scratch[:0], b...)
		if err := f(scratch, p.safe); err != nil {
			return err
		}
		for i := range scratch {
			scratch[i] = '!'
		}
	}
	return nil
}

// TestPieces sends contents of small and large pieces in every order: they arrive as they are, whatever is written
// together.
func TestPieces(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	sizes := []int{1, 30, 900, 20_000, 70_000, 600_000}
	for _, chunking := range []smtp.Tristate{smtp.Off, smtp.On} {
		for _, dots := range []bool{false, true} {
			t.Run(fmt.Sprintf("chunking %v, dots %v", chunking, dots), func(t *testing.T) {
				s := smtptest.NewServer(t, smtptest.Config{Extensions: []string{"PIPELINING", "CHUNKING"}})
				o := options(s.Addr())
				o.Chunking = chunking
				c := dial(t, o)
				for n := range 40 {
					content := &pieced{safe: !dots, stay: n%4 > 0}
					for range 1 + random.IntN(6) {
						line := strings.Repeat("x", random.IntN(76)) + "\r\n"
						if dots {
							line = "." + line
						}
						content.pieces = append(content.pieces, bytes.Repeat([]byte(line), 1+sizes[random.IntN(len(sizes))]/len(line)))
					}
					if _, err := c.SendMail(background(t), "a@x.example", []string{"b@x.example"}, content, nil); err != nil {
						t.Fatal(err)
					}
					if got := s.Messages()[n].Data; !bytes.Equal(got, content.whole()) {
						t.Fatalf("message %d: %d octets became %d others", n, content.Size(), len(got))
					}
				}
			})
		}
	}
}
