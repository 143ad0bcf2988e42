package sqlstore

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"moonpost/outbox"
)

// childVariable makes a copy of the test's program run a batch on a store.
const childVariable = "MOONPOST_TEST_CHILD_STORE"

// TestKilledProcess: a batch that a killed process ran is free at once.
func TestKilledProcess(t *testing.T) {
	if address := os.Getenv(childVariable); address != "" {
		runAsChild(t, address)
		return
	}
	path := filepath.Join(t.TempDir(), "moonpost.db")
	s := openTest(t, path)
	child := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$", "-test.v")
	child.Env = append(os.Environ(), childVariable+"="+path)
	out, err := child.StdoutPipe()
	fatal(t, err)
	fatal(t, child.Start())
	ended := false
	defer func() {
		if !ended {
			child.Process.Kill()
			child.Wait()
		}
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "running" {
			break
		}
	}
	w, err := s.Join(t.Context())
	fatal(t, err)
	var busy *outbox.BusyError
	if _, err := s.Produce(t.Context(), "b", w.ID); !errors.As(err, &busy) || busy.By.Process != child.Process.Pid {
		t.Fatalf("while process %d runs it: %v", child.Process.Pid, err)
	}
	notes, err := filepath.Glob(path + "-workers/*" + lockSuffix)
	fatal(t, err)
	found := false
	for _, note := range notes {
		text, _ := os.ReadFile(note)
		found = found || string(text) != "" && contains(string(text), `"process":`+strconv.Itoa(child.Process.Pid), `"batch":"b"`, `"since":`)
	}
	if !found {
		t.Errorf("no note of the process beside the store: %v", notes)
	}
	fatal(t, child.Process.Kill())
	child.Wait()
	ended = true
	ready, doubt, err := s.Recover(t.Context())
	if ready != 1 || doubt != 1 || err != nil {
		t.Errorf("recovered %d ready, %d in doubt, %v", ready, doubt, err)
	}
	_, err = s.Produce(t.Context(), "b", w.ID)
	fatal(t, err)
}

func runAsChild(t *testing.T, address string) {
	ctx := context.Background()
	s, err := Open(ctx, address, Options{Wall: time.Now})
	fatal(t, err)
	w, err := s.Join(ctx)
	fatal(t, err)
	_, _, err = s.OpenBatch(ctx, "b", outbox.Fingerprint{}, time.Now())
	fatal(t, err)
	walk, err := s.Produce(ctx, "b", w.ID)
	fatal(t, err)
	_, err = s.Add(ctx, "b", w.ID, walk, []outbox.NewItem{{Key: "one"}, {Key: "two"}, {Key: "three"}}, time.Now())
	fatal(t, err)
	items, err := s.Claim(ctx, outbox.Claim{Worker: w.ID, Batch: "b", Pending: true, Now: time.Now(), N: 2})
	fatal(t, err)
	_, err = s.Commit(ctx, &outbox.Group{Worker: w.ID, Intents: []outbox.Parked{{ID: items[0].ID, Recipients: []string{"a@x"}, Site: "s"}}})
	fatal(t, err)
	os.Stdout.WriteString("running\n")
	time.Sleep(time.Minute)
}

func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}
