package relay

// window is how many connections a site is worth by the outcomes of late, as
// Postfix's queue manager counts with feedback of 1/concurrency: as many messages
// as there are connections have to go well for one more, and as many to fail for
// one less. The one more comes behind its messages, the one less before them: the
// first failure is charged at once.
type window struct {
	size    int
	gained  int     // messages towards the next connection
	spared  int     // failures that are charged already
	cohorts float64 // failures since anything went well, each divided by the connections of its time
}

// failedCohorts is after how many failures on each connection, with nothing going
// well between them, a site is given up for a while.
const failedCohorts = 3

// worked counts a message that went well. One more connection is gained only where
// all there may be are in use. It reports whether there is one.
func (w *window) worked(used, most int) (grew bool) {
	w.cohorts = 0
	if w.size >= most || used < w.size {
		return false
	}
	if w.gained++; w.gained < w.size {
		return false
	}
	w.size++
	w.gained, w.spared = 0, 0
	return true
}

// failed counts a failure of a connection or session. It reports whether the site
// is to be given up: then it begins anew with one connection, and one more failed
// message will do.
func (w *window) failed(most int) (dead bool) {
	w.size = max(min(w.size, most), 1)
	w.cohorts += 1 / float64(w.size)
	if w.cohorts > failedCohorts-1e-9 {
		*w = window{size: 1, cohorts: failedCohorts - 1}
		return true
	}
	if w.spared > 0 {
		w.spared--
		return false
	}
	w.spared, w.gained = w.size-1, 0
	w.size = max(w.size-1, 1)
	return false
}

// halve leaves half of the connections.
func (w *window) halve(most int) {
	*w = window{size: max(min(w.size, most)/2, 1), cohorts: w.cohorts}
}
