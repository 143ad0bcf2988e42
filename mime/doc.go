// Package mime builds mail messages: a tree of parts goes in, the octets of the wire come out.
//
// Everything that can be wrong is refused when it is set, with an *Error that names the field and the value, so that
// Message.Encode fails only for sources that cannot be read and for addresses that the server cannot carry.
// The package knows no network, no files and no clock: sources are values with an Open method, time and randomness
// come in by Env.
package mime
