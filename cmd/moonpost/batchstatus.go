package main

import "moonpost/outbox"

// Exit statuses of batches and of relays, besides statusFailed. Of several the highest counts.
const (
	statusLeft    = 5 // work left
	statusInDoubt = 7
	statusStopped = 8 // by stop_if
)

// batchStatus is the exit status that what batches did asks for.
func batchStatus(list []outbox.Summary) int {
	status := statusDone
	for i := range list {
		status = max(status, summaryStatus(&list[i]))
	}
	return status
}

func summaryStatus(s *outbox.Summary) int {
	switch {
	case s.Stopped == outbox.StoppedFailures:
		return statusStopped
	case s.InDoubt > 0:
		return statusInDoubt
	case s.Failed > 0, s.Refused > 0, s.BadRows > 0:
		return statusFailed
	case s.Left > 0 && !s.Wanted:
		return statusLeft
	}
	return statusDone
}
