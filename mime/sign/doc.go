// Package sign vouches for messages: DKIM signatures over the octets that package mime sends. Keys come in as octets;
// the package reads no files and asks no name server.
package sign
