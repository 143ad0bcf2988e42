// Package mime builds mail messages: a tree of parts goes in, the octets of the wire come out.
//
// What is wrong with a value is refused when it is set, with an *Error that names the field and the value. Message.Encode
// fails before the first octet, for what only the whole tree shows: a multipart without parts, an identifier that two
// parts share, a source that cannot be read, an address or an attached message that the server cannot carry.
// The package knows no network, no files and no clock: sources are values with an Open method, time and randomness
// come in by Env.
package mime
