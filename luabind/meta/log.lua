---@meta log
-- Made from moonpost's binding table by `moonpost types`.

---Messages for whoever runs the script, on standard error; `--log-level` leaves out the lower ones, `--json` writes JSON lines. Each takes a text and a table of named values; those named time, level and msg get an underscore behind their name.
---@class loglib
local log = {}

---Logs what helps to find a fault; it is shown with `--log-level debug` only.
---```lua
---log.debug("row skipped", { line = 7, email = row.email })
---```
---@param text any
---@param fields? table<string, any>
function log.debug(text, fields) end

---Logs how things go.
---```lua
---log.info("row skipped", { line = 7, email = row.email })
---```
---@param text any
---@param fields? table<string, any>
function log.info(text, fields) end

---Logs what may be wrong.
---```lua
---log.warn("row skipped", { line = 7, email = row.email })
---```
---@param text any
---@param fields? table<string, any>
function log.warn(text, fields) end

---Logs what went wrong.
---```lua
---log.error("row skipped", { line = 7, email = row.email })
---```
---@param text any
---@param fields? table<string, any>
function log.error(text, fields) end

return log
