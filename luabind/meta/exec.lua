---@meta exec
-- Made from moonpost's binding table by `moonpost types`.

---@class exec.Command
---@field [integer] string|number the program, then its arguments
---@field timeout? number|string end the program after this time (default none)
---@field stdin? string what it reads from standard input (default nothing)
---@field env? table<string, string|number|boolean> environment variables besides moonpost's own; false takes one away
---@field cwd? string folder in which it runs
---@field max_output? integer|string octets of stdout and of stderr that are kept (default 16MB)

---@class exec.Options
---@field timeout? number|string end the program after this time (default none)
---@field stdin? string what it reads from standard input (default nothing)
---@field env? table<string, string|number|boolean> environment variables besides moonpost's own; false takes one away
---@field cwd? string folder in which it runs
---@field max_output? integer|string octets of stdout and of stderr that are kept (default 16MB)

---Other programs, run to their end. A status other than 0 is a value, a program that cannot be started an error of kind "io". On an interrupt, --timeout or the program's own `timeout` it is ended together with what it has started: by SIGTERM, half a second later by SIGKILL.
---@class execlib
local exec = {}

---Runs a program with its arguments as they are: no shell looks at them, so that a name with blanks or quotes in it does no harm. `code` is 128 and more after a signal, whose name is in `signal`. Output beyond `max_output` is dropped, and `truncated` says so.
---```lua
---local r = exec.run{ "sort", "-r", stdin = "a\nb\n", timeout = "30s" }
---print(r.code, r.stdout:sub(1, 1)) --> 0	b
---```
---@param command exec.Command
---@return { code: integer, stdout: string, stderr: string, timed_out: boolean, truncated: boolean, signal: string? }
function exec.run(command) end

---Runs a line of the shell, for pipes and the like. Never put into it what others have written: that is what run is for, or `env`. A program left in the background (`&`) lives on; its output is awaited for two seconds.
---```lua
---local r = exec.sh("echo $NAME | tr a-z A-Z", { env = { NAME = "ann" } })
---print(r.stdout) --> ANN
---```
---@param line string
---@param options? exec.Options
---@return { code: integer, stdout: string, stderr: string, timed_out: boolean, truncated: boolean, signal: string? }
function exec.sh(line, options) end

return exec
