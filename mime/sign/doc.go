// Package sign vouches for messages and hides them: DKIM signatures over the octets that package mime sends, S/MIME and
// PGP/MIME over their bodies. Keys come in as octets; the package reads no files and asks no name server.
package sign
