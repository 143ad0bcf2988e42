package crashtest

import (
	"fmt"
	"testing"

	"moonpost/outbox"
)

// shapes are what the matrix is run with: final dots, last chunks, and several of them unanswered on a connection.
func shapes(recipients int) []shape {
	return []shape{
		{recipients, 4, 1, false, false},
		{recipients, 10, 1, true, false},
		{recipients, 4, 4, true, false},
	}
}

// TestShort kills a small batch where it hurts most.
func TestShort(t *testing.T) {
	b := &table{title: "moment"}
	s := shape{60, 4, 1, false, false}
	for _, m := range []outbox.Moment{outbox.AfterIntent, outbox.AfterReply, outbox.InsideCommit} {
		t.Run(string(m), func(t *testing.T) {
			t.Parallel()
			killAt(t, b, s, m, 5)
		})
	}
	t.Run("server has it", func(t *testing.T) {
		t.Parallel()
		killAtServer(t, b, s, 20, false)
	})
}

// TestMatrix kills at every moment, early, in the middle and late.
func TestMatrix(t *testing.T) {
	wantLong(t)
	b := &table{title: "moment"}
	defer b.print(t)
	for _, s := range shapes(500) {
		t.Run(s.String(), func(t *testing.T) {
			counts := census(t, s)
			for _, m := range outbox.Moments() {
				for _, n := range occasions(counts[string(m)]) {
					t.Run(fmt.Sprintf("%s/%d", m, n), func(t *testing.T) { killAt(t, b, s, m, n) })
				}
			}
			for _, n := range []int{1, 250, 490} {
				t.Run(fmt.Sprintf("server has it/%d", n), func(t *testing.T) { killAtServer(t, b, s, n, false) })
				t.Run(fmt.Sprintf("server has answered/%d", n), func(t *testing.T) { killAtServer(t, b, s, n, true) })
			}
		})
	}
}

// census runs the batch undisturbed and counts the moments.
func census(t *testing.T, s shape) map[string]int {
	t.Helper()
	c := newCampaign(t, s, "")
	c.finish()
	c.check()
	counts := c.moments()
	t.Logf("%s: %v", s, counts)
	return counts
}

// occasions picks the first, the middle and a late one of n.
func occasions(n int) []int {
	switch {
	case n == 0:
		return nil
	case n == 1:
		return []int{1}
	case n < 5:
		return []int{1, n}
	}
	return []int{1, n / 2, n * 9 / 10}
}

// killAt ends the first run when it passes the moment for the n-th time, and lets the second one finish.
func killAt(t *testing.T, b *table, s shape, m outbox.Moment, n int) {
	c := newCampaign(t, s, "")
	p := c.start(order(fmt.Sprintf("kill %s %d", m, n)))
	status := p.wait(t)
	if status != statusDone && !p.killed() {
		t.Fatalf("the run ended with status %d:\n%s", status, p.output.String())
	}
	c.mayDoubt += s.doubt()
	c.finish()
	b.add(string(m), p.killed(), c.check(), t.Failed())
}

// killAtServer ends the first run when the server has the n-th message and has said so or not.
func killAtServer(t *testing.T, b *table, s shape, n int, answered bool) {
	c := newCampaign(t, s, "")
	name, victim := "server has it", make(chan *process, 1)
	if answered {
		name = "server has answered"
	}
	c.server.onTaken(func(taken int) string {
		switch {
		case taken != n:
		case answered:
			go (<-victim).kill()
		default:
			(<-victim).kill()
		}
		return ""
	})
	p := c.start("")
	victim <- p
	p.wait(t)
	c.mayDoubt += s.doubt()
	c.finish()
	b.add(name, p.killed(), c.check(), t.Failed())
}
