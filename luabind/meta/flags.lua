---@meta flags
-- Made from moonpost's binding table by `moonpost types`.

---@class flags.Flag
---@field type? "string"|"number"|"integer"|"boolean"|"path"|"duration"|"size"|"rate"|"date"|"list" what it takes; else the type of the default
---@field default? any the value when the flag is not given
---@field help? string one line for --help
---@field required? boolean refuse to run without it
---@field short? string one letter for the short form
---@field choices? string[] what a string or each element of a list may be
---@field word? integer take the first, second … word that is no flag, instead of a flag

---Options of a script on the command line.
---@class flagslib
local flags = {}

---Declares the script's options, reads them from the command line and gives a table of their values; words that are no options stand at 1, 2 and so on. A flag has `type` (string, number, integer, boolean, path, duration, size, rate, date or list; else that of its default), `default`, `help`, `required`, `short`, and `choices`; with `word = 1` it is the first plain word instead. A date gives a `time`, and may be "today", "yesterday" or "tomorrow"; a boolean is switched off by `--no-name`. The key "about" may hold one sentence for --help.
---```lua
---local opt = flags.parse{ people = { type = "path", required = true }, first = { type = "integer", help = "send to the first N only" } }
---```
---@param declared table<string, flags.Flag>
---@return table<string, any>
function flags.parse(declared) end

return flags
