package sign

import "strings"

// RecordName is where the public key is looked for in DNS.
func (d *DKIM) RecordName() string { return d.selector + "._domainkey." + d.domain } // RFC 6376 §3.6.2.1

// Record is the value of the TXT record there, which tells receivers the public key.
func (d *DKIM) Record() string { return "v=DKIM1; k=" + d.kind + "; p=" + d.public } // RFC 6376 §3.6.1

// ZoneLine is the record as a line of a zone file, where a text is cut into strings of at most 255 octets.
func (d *DKIM) ZoneLine() string { // RFC 6376 §3.6.2.2
	var b strings.Builder
	b.WriteString(d.RecordName() + `. IN TXT (`)
	for text := d.Record(); text != ""; {
		n := min(len(text), 255) // RFC 1035 §3.3
		b.WriteString(` "` + text[:n] + `"`)
		text = text[n:]
	}
	b.WriteString(" )")
	return b.String()
}
