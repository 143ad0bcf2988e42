package relay

// Room tells how many connections there can be: with MX to one domain and to all,
// else both are the same. Each carries as many messages at once as Window tells;
// more than that wait in the relay.
func (r *Relay) Room(domain string) (site, total int) {
	if r.o.MX == nil {
		return r.o.Connections, r.o.Connections
	}
	return orElse(r.gates.limitsOf(domain).Connections, r.o.Connections), r.o.TotalConnections
}

// Window is how many messages are on their way over a connection at once.
func (r *Relay) Window() int { return max(r.o.InFlight, 1) }

// ByDomain tells whether each recipient's domain is a site of its own.
func (r *Relay) ByDomain() bool { return r.o.MX != nil }

// Places returns how many connections there may be: with MX to one domain and to
// all, else both are the same.
func (r *Relay) Places() (site, total int) {
	return r.o.Connections, max(r.o.TotalConnections, r.o.Connections)
}
