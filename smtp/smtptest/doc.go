// Package smtptest gives tests servers to talk to, as httptest does for HTTP:
// a recording server that accepts mail, a scripted one that says and does
// exactly what a script tells, faults included, and certificates made in memory.
package smtptest
