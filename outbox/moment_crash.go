//go:build crash

package outbox

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// crashVariable names the environment variable that tells a crash build where to end: "kill MOMENT N" or
// "stop MOMENT N" sends the signal of that name to the process itself when it passes the moment for the N-th time.
// momentLog names the one with a file that gets a line for every moment passed.
const (
	crashVariable = "MOONPOST_CRASH"
	momentLog     = "MOONPOST_MOMENTS"
)

// crash is what the environment asks for, and how far the process is on the way there.
type crash struct {
	signal syscall.Signal
	moment Moment

	mu   sync.Mutex
	left int // passings
	log  *os.File
}

var orders = sync.OnceValue(readOrders)

// Pass ends or stops the process if this is the passing that the environment names.
func Pass(m Moment) { orders().pass(m) }

func readOrders() *crash {
	c := &crash{}
	if path := os.Getenv(momentLog); path != "" {
		log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			die(err)
		}
		c.log = log
	}
	order := os.Getenv(crashVariable)
	if order == "" {
		return c
	}
	words := strings.Fields(order)
	if len(words) != 3 {
		die(fmt.Errorf("%q isn't an action, a moment and a number", order))
	}
	var err error
	if c.left, err = strconv.Atoi(words[2]); err != nil {
		die(err)
	}
	c.signal, c.moment = signals()[words[0]], Moment(words[1])
	if c.signal == 0 {
		die(fmt.Errorf("%q is no action", words[0]))
	}
	return c
}

func signals() map[string]syscall.Signal {
	return map[string]syscall.Signal{"kill": syscall.SIGKILL, "stop": syscall.SIGSTOP}
}

// die ends a process that was asked for what it doesn't understand, so that no test takes it for one that passed.
func die(err error) {
	_, _ = fmt.Fprintf(os.Stderr, "%s: %v\n", crashVariable, err)
	os.Exit(3)
}

func (c *crash) pass(m Moment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.log != nil {
		_, _ = fmt.Fprintln(c.log, m)
	}
	if c.moment != m {
		return
	}
	if c.left--; c.left == 0 {
		_ = syscall.Kill(syscall.Getpid(), c.signal)
	}
}
