package luabind

import "strings"

// luaFunctions documents Lua's own functions, one a line: its call, what it
// gives, what it does. The manual has the rest.
const luaFunctions = `
assert(value, message?, ...): ...  Gives its arguments back, or raises message (an error object as it is) when value is false or nil.
collectgarbage(option?, argument?): any  Speaks with the garbage collector: "count" gives kilobytes in use.
dofile(path): ...  Runs a file and gives what it returns.
error(message, level?)  Raises message, a string or any other value; level 2 blames the caller, 0 adds no position.
gcinfo(): number  Is an old name of collectgarbage("count").
getfenv(f?): table  Gives the environment of a function, or of the level of the call stack.
getmetatable(value): table?  Gives the metatable of a value.
ipairs(list): iterator  Iterates over list[1], list[2] and so on, until the first nil: for i, v in ipairs(list) do
load(reader, name?): function?, string?  Compiles the pieces that a function gives; nil and a message where they are no Lua.
loadfile(path): function?, string?  Compiles a file; nil and a message where it is no Lua.
loadstring(text, name?): function?, string?  Compiles a string; nil and a message where it is no Lua.
next(t, key?): any, any  Gives the key and value that follow key; next(t) == nil tells an empty table.
pairs(t): iterator  Iterates over all keys and values in no certain order: for k, v in pairs(t) do
pcall(f, ...): boolean, ...  Calls f and catches its errors: true and its results, or false and the error.
print(...)  Writes its arguments to standard output, with tabs between and a line end.
rawequal(a, b): boolean  Compares without metamethods.
rawget(t, key): any  Reads a field without metamethods.
rawset(t, key, value): table  Sets a field without metamethods.
require(name): any  Gives a module: moonpost's own, or the file name.lua beside the script; each is run once.
select(n, ...): ...  Gives the arguments from the n-th on; select("#", ...) counts them.
setfenv(f, env): function?  Gives a function another environment.
setmetatable(t, meta): table  Sets the metatable of a table and gives the table.
tonumber(value, base?): number?  Makes a number of a string, or gives nil.
tostring(value): string  Makes a string of any value, by its metamethod __tostring if it has one.
type(value): string  Gives "nil", "boolean", "number", "string", "table", "function", "thread" or "userdata".
unpack(list, from?, to?): ...  Gives the elements of a list as values.
xpcall(f, handler, ...): boolean, ...  Is pcall with a function that gets the error while the failed call still stands.

coroutine.create(f): thread  Makes a coroutine of a function, which resume starts.
coroutine.resume(co, ...): boolean, ...  Runs a coroutine until it yields or ends: true and what it gave, or false and the error.
coroutine.running(): thread?  Gives the coroutine that runs; nil in the main program.
coroutine.status(co): string  Gives "running", "suspended", "normal" or "dead".
coroutine.wrap(f): function  Makes a coroutine and gives a function that resumes it; its errors are raised.
coroutine.yield(...): ...  Leaves the coroutine; the next resume goes on here and gives its arguments.

string.byte(s, from?, to?): ...  Gives the octets of a string as numbers.
string.char(...): string  Makes a string of octets.
string.dump(f): string  Is not there: functions cannot be written out.
string.find(s, pattern, from?, plain?): integer?, integer?, ...  Finds a pattern: where it begins and ends, and its captures; with plain it is a text.
string.format(format, ...): string  Writes values into a format: %d, %5.2f, %s, %q, %x and so on, as C's printf.
string.gfind(s, pattern): iterator  Is the old name of gmatch.
string.gmatch(s, pattern): iterator  Iterates over all matches of a pattern: for word in s:gmatch("%a+") do
string.gsub(s, pattern, new, n?): string, integer  Replaces matches by a string with %1, by a table's values or by what a function gives; then tells how many.
string.len(s): integer  Counts octets, as #s does.
string.lower(s): string  Makes ASCII letters small.
string.match(s, pattern, from?): ...  Gives the captures of the first match, or the match, or nil.
string.rep(s, n): string  Repeats a string.
string.reverse(s): string  Turns the order of the octets around.
string.sub(s, from, to?): string  Gives a part; negative numbers count from the end.
string.upper(s): string  Makes ASCII letters large.

table.concat(list, separator?, from?, to?): string  Joins strings and numbers.
table.foreach(t, f): any  Calls f for every key and value, until it gives something: pairs is better.
table.foreachi(list, f): any  Calls f for every element, until it gives something: ipairs is better.
table.getn(list): integer  Counts elements, as #list does.
table.insert(list, position?, value)  Puts a value into a list, at its end unless told otherwise.
table.maxn(t): number  Gives the largest number among the keys.
table.pack(...): table  Makes a list of its arguments, with their number as n (Lua 5.2).
table.remove(list, position?): any  Takes an element out of a list, the last unless told otherwise, and gives it.
table.setn(list, n)  Is not there any more: a list is as long as its elements.
table.sort(list, less?)  Sorts a list in place, by < or by a function that tells whether the first comes before the second.
table.unpack(list, from?, to?): ...  Gives the elements of a list as values (Lua 5.2).

math.abs(x): number  Gives the value without its sign.
math.acos(x): number  Gives the arc cosine in radians.
math.asin(x): number  Gives the arc sine in radians.
math.atan(x): number  Gives the arc tangent in radians.
math.atan2(y, x): number  Gives the angle of a point in radians.
math.ceil(x): number  Rounds up.
math.cos(x): number  Gives the cosine of radians.
math.cosh(x): number  Gives the hyperbolic cosine.
math.deg(x): number  Makes degrees of radians.
math.exp(x): number  Gives e to the power of x.
math.floor(x): number  Rounds down.
math.fmod(x, y): number  Gives the rest of a division that rounds towards zero.
math.frexp(x): number, integer  Gives mantissa and exponent.
math.ldexp(m, e): number  Makes a number of mantissa and exponent.
math.log(x): number  Gives the natural logarithm.
math.log10(x): number  Gives the logarithm to base 10.
math.max(x, ...): number  Gives the largest argument.
math.min(x, ...): number  Gives the smallest argument.
math.mod(x, y): number  Is the old name of fmod.
math.modf(x): number, number  Gives the whole and the fractional part.
math.pow(x, y): number  Gives x to the power of y, as x ^ y does.
math.rad(x): number  Makes radians of degrees.
math.random(from?, to?): number  Gives a pseudo-random number: below 1, or a whole one up to n or between two bounds.
math.randomseed(x)  Starts the sequence of random numbers anew.
math.sin(x): number  Gives the sine of radians.
math.sinh(x): number  Gives the hyperbolic sine.
math.sqrt(x): number  Gives the square root.
math.tan(x): number  Gives the tangent of radians.
math.tanh(x): number  Gives the hyperbolic tangent.

io.close(file?)  Closes a file, or the one of io.output.
io.flush()  Writes out what a file of io.output still holds back.
io.input(file?): file  Gives or sets the file that io.read reads.
io.lines(path?): iterator  Iterates over the lines of a file or of standard input: for line in io.lines("names.txt") do
io.open(path, mode?): file?, string?  Opens a file: mode "r", "w", "a"; nil and a message where it can't. The file has read, write, lines, seek, close.
io.output(file?): file  Gives or sets the file that io.write writes.
io.popen(command, mode?): file?, string?  Starts a program and reads its output or writes its input; the module exec is better.
io.read(...): ...  Reads standard input: "*l" a line (the default), "*a" all, "*n" a number, or so many octets; nil at the end.
io.tmpfile(): file  Opens a temporary file that goes away when it is closed.
io.type(value): string?  Gives "file", "closed file", or nil for what is no file.
io.write(...): file  Writes strings and numbers to standard output, with nothing between.

os.clock(): number  Gives the processor seconds used so far.
os.date(format?, time?): string|table  Writes a date as strftime does; "*t" gives a table, "!" before it UTC.
os.difftime(a, b?): number  Gives the seconds between two times.
os.execute(command?): integer  Runs a command in the shell and gives its status; the module exec is better.
os.exit(status?)  Ends the script: what was submitted is sent and connections are closed on the way out.
os.getenv(name): string?  Gives a variable of the environment, or nil; env.NAME raises for one that isn't set.
os.remove(path): boolean?, string?  Removes a file or an empty folder.
os.rename(from, to): boolean?, string?  Renames a file.
os.setlocale(locale?, category?): string?  Sets nothing: there is only the C locale.
os.time(t?): number  Gives the seconds since 1970, of now or of a table with year, month, day, hour, min, sec.
os.tmpname(): string  Gives the name of a new temporary file.

debug.debug()  Is not there: moonpost repl is the place to try things.
debug.getfenv(value): table  Gives the environment of a value.
debug.gethook(): nil  Gives nil: there are no hooks in moonpost.
debug.getinfo(f, what?): table  Tells about a function: where it stands, its name, its line.
debug.getlocal(level, n): string?, any  Gives a local variable of a running function.
debug.getmetatable(value): table?  Gives any value's metatable.
debug.getregistry(): table  Gives the registry.
debug.getupvalue(f, n): string?, any  Gives a variable that a function took from around it.
debug.setfenv(value, env): any  Sets the environment of a value.
debug.sethook(hook?, mask?, count?)  Is not there: there are no hooks in moonpost.
debug.setlocal(level, n, value): string?  Sets a local variable of a running function.
debug.setmetatable(value, meta): boolean  Sets any value's metatable.
debug.setupvalue(f, n, value): string?  Sets a variable that a function took from around it.
debug.traceback(message?, level?): string  Gives the call stack as a text.

package.loadlib(path, name)  Is not there: moonpost loads no C libraries.
package.seeall(module)  Lets a module see the globals.
module(name, ...)  Makes a module of the globals that follow; a table that is returned is better.
newproxy(meta?): userdata  Makes an empty userdata.

utf8.char(...): string  Makes UTF-8 of code points (Lua 5.3).
utf8.codepoint(s, from?, to?): ...  Gives the code points between two octets (Lua 5.3).
utf8.codes(s): iterator  Iterates over positions and code points: for at, c in utf8.codes(s) do (Lua 5.3).
utf8.len(s, from?, to?): integer?, integer?  Counts characters; nil and the place of the first octet that is no UTF-8 (Lua 5.3).
utf8.lower(s): string  Makes letters small, those beyond ASCII too.
utf8.offset(s, n, from?): integer?  Gives the octet where the n-th character begins (Lua 5.3).
utf8.upper(s): string  Makes letters large, those beyond ASCII too.
utf8.valid(s): boolean  Tells whether a string is UTF-8.

bit.arshift(x, n): integer  Shifts right and keeps the sign.
bit.band(x, ...): integer  Gives the bits that all have.
bit.bnot(x): integer  Turns all bits around.
bit.bor(x, ...): integer  Gives the bits that any has.
bit.bswap(x): integer  Turns the order of the octets around.
bit.bxor(x, ...): integer  Gives the bits that an odd number has.
bit.lshift(x, n): integer  Shifts left.
bit.rol(x, n): integer  Rotates left.
bit.ror(x, n): integer  Rotates right.
bit.rshift(x, n): integer  Shifts right.
bit.tobit(x): integer  Brings a number into 32 bits with a sign.
bit.tohex(x, digits?): string  Writes a number in hexadecimal.
`

// luaLibrary is one of Lua's own libraries.
type luaLibrary struct{ name, doc, manual string }

// luaLibraries lists them in the order of the manual.
func luaLibraries() []luaLibrary {
	const v51, v53 = "Lua 5.1 manual, https://www.lua.org/manual/5.1/manual.html#", "Lua 5.3 manual, https://www.lua.org/manual/5.3/manual.html#"
	return []luaLibrary{
		{"lua", "Functions without a module: print, pairs, pcall, require and others.", v51 + "5.1"},
		{"coroutine", "Functions that stop in the middle and go on later.", v51 + "5.2"},
		{"package", "How require finds modules: package.path, package.loaded, package.preload.", v51 + "5.3"},
		{"string", "Strings: parts, patterns, formats; also as methods, s:upper().", v51 + "5.4"},
		{"table", "Lists: join, sort, insert, remove.", v51 + "5.5"},
		{"math", "Numbers, with math.pi and math.huge.", v51 + "5.6"},
		{"io", "Files and standard input and output.", v51 + "5.7"},
		{"os", "Time, environment, files by name, the end of the script.", v51 + "5.8"},
		{"debug", "Call stacks and what stands in them.", v51 + "5.9"},
		{"utf8", "Characters of UTF-8, with utf8.charpattern.", v53 + "6.5"},
		{"bit", "Bits of whole numbers.", "https://bitop.luajit.org/api.html"},
	}
}

// luaRows lists Lua's own functions by name, with their library.
func luaRows() map[string]Function {
	rows := map[string]Function{}
	for _, line := range strings.Split(luaFunctions, "\n") {
		call, doc, ok := strings.Cut(line, "  ")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(call, "(")
		rows[name] = Function{Name: name, Sig: strings.TrimPrefix(call, name), Doc: doc}
	}
	return rows
}

// libraryOf gives the library of a function by its name.
func libraryOf(name string) string {
	if library, _, ok := strings.Cut(name, "."); ok {
		return library
	}
	return "lua"
}
