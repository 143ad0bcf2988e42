-- luacheck for our own Lua: what moonpost adds to Lua 5.1.
std = "lua51"
read_globals = { "smtp", "mime", "env", "script", "utf8", "bit", table = { fields = { "pack", "unpack" } } }
max_line_length = false
