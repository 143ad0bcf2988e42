package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"moonpost/luabind"
	"moonpost/outbox"
	"moonpost/outbox/sqlstore"
)

// storeVariable names the store of those who give no --store.
const storeVariable = "MOONPOST_STORE"

// storeFlag says where batches and queued mail are kept.
type storeFlag struct {
	Store string `placeholder:"ADDRESS" help:"Where batches and queued mail are kept: FILE.db, sqlite:FILE or postgres://… (default: MOONPOST_STORE, or a file in your state folder)."`
}

// storePlace is a store that may not be there yet.
type storePlace struct {
	address string
	own     bool // of moonpost's choosing: its folder is made where it isn't there
}

// place finds the store: by the flag, the environment, or the user's state folder.
func (f storeFlag) place(p *process) (storePlace, error) {
	if f.Store != "" {
		return storePlace{address: f.Store}, nil
	}
	if address, ok := p.lookupEnv(storeVariable); ok && address != "" {
		return storePlace{address: address}, nil
	}
	dir, ok := stateDir(p)
	if !ok {
		return storePlace{}, &refusal{
			text: "where to keep batches is not known: the environment names no home folder",
			tip:  "give --store FILE.db, or set " + storeVariable,
		}
	}
	return storePlace{address: "sqlite:" + filepath.Join(dir, "moonpost.db"), own: true}, nil
}

// missing tells that it is a file, and not there.
func (s storePlace) missing() bool {
	if strings.Contains(s.address, "://") {
		return false
	}
	_, err := os.Stat(strings.TrimPrefix(s.address, "sqlite:"))
	return errors.Is(err, fs.ErrNotExist)
}

// open opens the store, and makes a file that isn't there.
func (s storePlace) open(ctx context.Context, p *process) (outbox.Store, error) {
	return sqlstore.Open(ctx, s.address, sqlstore.Options{Wall: p.wall, Log: p.logger(p.stderr, p.json), MakeFolders: s.own})
}

// opener is what a script's host is given: it opens the store when it is first needed.
func (s storePlace) opener(p *process) func(context.Context) (outbox.Store, error) {
	return func(ctx context.Context) (outbox.Store, error) { return s.open(ctx, p) }
}

// refusal is why nothing was done; its exit status is 4.
type refusal struct{ text, tip string }

func (e *refusal) Error() string { return e.text }

// Hint tells what to do about it.
func (e *refusal) Hint() string { return e.tip }

// withStore calls body with the store and gives the exit status. Without a store there are no batches, and none is made.
func (f storeFlag) withStore(p *process, body func(context.Context, outbox.Store) error) int {
	return f.useStore(p, false, body)
}

// withBatch is withStore that finds a batch too.
func (f storeFlag) withBatch(p *process, id string, body func(context.Context, outbox.Store, *outbox.Batch) error) int {
	return f.withStore(p, func(ctx context.Context, store outbox.Store) error {
		b, err := findBatch(ctx, store, id)
		if err != nil {
			return err
		}
		return body(ctx, store, &b)
	})
}

// makeStore is withStore that makes a store that isn't there.
func (f storeFlag) makeStore(p *process, body func(context.Context, outbox.Store) error) int {
	return f.useStore(p, true, body)
}

func (f storeFlag) useStore(p *process, fresh bool, body func(context.Context, outbox.Store) error) int {
	life := p.live(0, time.Second)
	defer life.stop()
	_, err := life.wait(func(ctx context.Context) (luabind.Outcome, error) {
		place, err := f.place(p)
		if err == nil && !fresh && place.missing() {
			err = &refusal{text: fmt.Sprintf("there is no store %s yet", place.address), tip: "a script with a batch makes it, or another was meant: --store FILE.db or " + storeVariable}
		}
		if err != nil {
			return luabind.Outcome{}, err
		}
		store, err := place.open(ctx, p)
		if err != nil {
			return luabind.Outcome{}, err
		}
		_, _, err = store.Recover(ctx) // what a killed process had begun is to be seen as it is
		if err == nil {
			err = body(ctx, store)
		}
		return luabind.Outcome{}, errors.Join(err, store.Close())
	})
	return p.storeStatus(err)
}

// storeStatus reports why a command on the store failed, and gives the exit status.
func (p *process) storeStatus(err error) int {
	if err == nil {
		return statusDone
	}
	if errors.Is(err, errInterrupted) {
		return p.ended(err, "")
	}
	p.complainOf(kindOf(err), err.Error(), hintOf(err))
	var usage *luabind.UsageError
	var missing *outbox.NotFoundError
	switch {
	case errors.As(err, &usage), errors.As(err, &missing):
		return statusUsage
	case refused(err):
		return statusRefused
	}
	return statusScript
}

// refused tells errors that keep everything from being begun.
func refused(err error) bool {
	var (
		own     *refusal
		busy    *outbox.BusyError
		changed *outbox.ChangedError
		broken  *outbox.StoreError
	)
	return errors.As(err, &own) || errors.As(err, &busy) || errors.As(err, &changed) || errors.As(err, &broken)
}

func kindOf(err error) string {
	var broken *outbox.StoreError
	if errors.As(err, &broken) {
		return "store"
	}
	return "usage"
}

func hintOf(err error) string {
	var usage *luabind.UsageError
	if errors.As(err, &usage) {
		return usage.Help
	}
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}
