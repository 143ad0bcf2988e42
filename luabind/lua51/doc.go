// Package lua51 puts Lua 5.1's own libraries, as its manual describes them,
// into the place of gopher-lua's: patterns in linear time where Lua's are,
// exact formats, bounded memory. It knows nothing of mail.
package lua51
