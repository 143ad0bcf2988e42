// Package relay is a way out for mail: a bounded pool of connections to one
// server, with a queue in front and limits on the rate.
package relay
