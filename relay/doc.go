// Package relay is a way out for mail: a bounded pool of connections to one server
// and those that stand in for it, or to the mail hosts of the recipients' domains,
// with a queue in front and limits on the rate.
package relay
