//go:build linux

package crashtest

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// disk is a small file system of its own, for the store.
type disk struct {
	dir string
}

// newDisk mounts it; root may.
func newDisk(t *testing.T, size string) *disk {
	t.Helper()
	d := &disk{dir: t.TempDir()}
	if err := syscall.Mount("tmpfs", d.dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a full disk wasn't tried: no file system can be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d
}

// fill leaves so much room, in octets.
func (d *disk) fill(t testing.TB, room int64) {
	t.Helper()
	var free syscall.Statfs_t
	if err := syscall.Statfs(d.dir, &free); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(filepath.Join(d.dir, "filler"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	_, err = io.CopyN(file, zeros{}, int64(free.Bavail)*free.Bsize-room)
	if err != nil && !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
}

type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// empty gives the room back.
func (d *disk) empty(t testing.TB) {
	if err := os.Remove(filepath.Join(d.dir, "filler")); err != nil {
		t.Error(err)
	}
}

// complains wants a message that a person understands.
func (p *process) complains(t *testing.T) {
	t.Helper()
	if text := p.output.String(); !strings.Contains(text, "full") {
		t.Errorf("the run said nothing of a full disk:\n%s", text)
	}
}

// TestFullDiskAtIntake lets the disk fill up while the source is read: nobody is mailed, and with room all are.
func TestFullDiskAtIntake(t *testing.T) {
	t.Parallel()
	d := newDisk(t, "8m")
	c := newCampaign(t, shape{500, 4, 1, false, false}, filepath.Join(d.dir, "store.db"))
	d.fill(t, 100<<10)
	p := c.start("")
	if status := p.wait(t); status != statusRefused {
		t.Errorf("exit status %d", status)
	}
	p.complains(t)
	if n := len(c.server.ledger()); n > 0 {
		t.Errorf("%d were mailed by a run that could not read its source", n)
	}
	d.empty(t)
	c.finish()
	c.check()
}

// TestFullDiskAtOutcome lets it fill up while mail is on its way.
func TestFullDiskAtOutcome(t *testing.T) {
	for name, room := range map[string]int64{"no room": 0, "a little room": 64 << 10} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fullAtOutcome(t, room, 0)
		})
	}
	t.Run("room comes back", func(t *testing.T) {
		t.Parallel()
		fullAtOutcome(t, 0, 700*time.Millisecond)
	})
}

// fullAtOutcome gives the room back after some time, or when the run has ended.
func fullAtOutcome(t *testing.T, room int64, back time.Duration) {
	d := newDisk(t, "8m")
	c := newCampaign(t, shape{500, 4, 1, false, false}, filepath.Join(d.dir, "store.db"))
	c.server.onTaken(func(n int) string {
		if n == 100 {
			d.fill(t, room)
			if back > 0 {
				time.AfterFunc(back, func() { d.empty(t) })
			}
		}
		return ""
	})
	p := c.start("")
	status := p.wait(t)
	t.Logf("exit status %d after %d mails", status, c.server.count())
	if back == 0 {
		if status == statusDone || status == statusInDoubt {
			t.Errorf("the run ended with status %d on a full disk", status)
		}
		p.complains(t)
		d.empty(t)
	} else if status != statusDone && status != statusInDoubt {
		t.Errorf("the run ended with status %d, though there was room again:\n%s", status, p.output.String())
	}
	c.mayDoubt += c.doubt()
	c.finish()
	c.check()
}
