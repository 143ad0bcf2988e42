// Package luatext reads Lua source as people do: it finds the words of a line,
// says in Lua's own terms why a script is no Lua and what was probably meant,
// and shows a line with a caret under the fault. It runs only after something
// went wrong and knows neither the interpreter nor mail.
package luatext
