// Package outboxtest is the conformance suite of outbox.Store: every clause of
// the contract's comments is a test that each driver passes.
package outboxtest
