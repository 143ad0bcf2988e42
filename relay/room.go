package relay

// Room tells how many messages can be on their way at once: with MX to one domain
// and to all, else both are the same. More than that wait in the relay.
func (r *Relay) Room(domain string) (site, total int) {
	each := max(r.o.InFlight, 1)
	if r.o.MX == nil {
		return r.o.Connections * each, r.o.Connections * each
	}
	limits, ok := r.gates.limits[domain]
	if !ok {
		limits = r.gates.limits[anyDomain]
	}
	return orElse(limits.Connections, r.o.Connections) * each, r.o.TotalConnections * each
}

// ByDomain tells whether each recipient's domain is a site of its own.
func (r *Relay) ByDomain() bool { return r.o.MX != nil }

// Places returns how many connections there may be: with MX to one domain and to
// all, else both are the same.
func (r *Relay) Places() (site, total int) {
	return r.o.Connections, max(r.o.TotalConnections, r.o.Connections)
}
