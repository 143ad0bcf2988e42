---@meta kv
-- Made from moonpost's binding table by `moonpost types`.

---@class kv.Options
---@field ttl? number|string how long the value is kept (default for ever)

---Durable values that several scripts share; what `kv.open` gives.
---@class kv.Space
---@field name string the name under which it was opened
local kv_Space = {}

---Gives the value of a key, or `default` where there is none.
---```lua
---print(shared:get("last run", "never")) --> never
---```
---@param key string
---@param default? any
---@return any
function kv_Space:get(key, default) end

---Keeps a value, in place of one that is there.
---```lua
---shared:set("last run", { at = "2026-10-05", sent = 12 })
---print(shared:get("last run").sent) --> 12
---```
---@param key string
---@param value any
---@param options? kv.Options
function kv_Space:set(key, value, options) end

---Deletes a value, and tells whether there was one.
---```lua
---shared:set("token", "x")
---print(shared:delete("token"), shared:delete("token")) --> true	false
---```
---@param key string
---@return boolean
function kv_Space:delete(key) end

---Adds n, else 1, to a number and gives the sum; where there is none it begins with 0. It is exact, however many processes count. `ttl` runs from the first: later ones leave the end as it is.
---```lua
---print(shared:incr("mails"), shared:incr("mails", 10)) --> 1	11
---```
---@param key string
---@param n? integer
---@param options? kv.Options
---@return integer
function kv_Space:incr(key, n, options) end

---Replaces a value by what a function makes of it (nil where there is none; nil deletes), and gives the new one. Where another process changed it meanwhile, the function is called again with what is there then. Without `ttl` the value keeps its end.
---```lua
---local seen = shared:update("seen", function(old)
---  old = old or {}
---  old[#old + 1] = row.email
---  return old
---end)
---print(seen[1]) --> bob@example.org
---```
---@param key string
---@param change (fun(old: any): any)
---@param options? kv.Options
---@return any
function kv_Space:update(key, change, options) end

---Values that outlive the script, in the store that `--store` or `MOONPOST_STORE` names; what was set is durable. Keys are the script's own, by its file name; `kv.open` shares them. A value is a string, a number, a boolean or a table of these. A dry run, a check and `--redirect` keep what is set for themselves and forget it at the end.
---@class kvlib
local kv = {}

---Gives the value of a key, or `default` where there is none.
---```lua
---print(kv.get("last run", "never")) --> never
---```
---@param key string
---@param default? any
---@return any
function kv.get(key, default) end

---Keeps a value, in place of one that is there.
---```lua
---kv.set("last run", { at = "2026-10-05", sent = 12 })
---print(kv.get("last run").sent) --> 12
---```
---@param key string
---@param value any
---@param options? kv.Options
function kv.set(key, value, options) end

---Deletes a value, and tells whether there was one.
---```lua
---kv.set("token", "x")
---print(kv.delete("token"), kv.delete("token")) --> true	false
---```
---@param key string
---@return boolean
function kv.delete(key) end

---Adds n, else 1, to a number and gives the sum; where there is none it begins with 0. It is exact, however many processes count. `ttl` runs from the first: later ones leave the end as it is.
---```lua
---print(kv.incr("mails"), kv.incr("mails", 10)) --> 1	11
---```
---@param key string
---@param n? integer
---@param options? kv.Options
---@return integer
function kv.incr(key, n, options) end

---Replaces a value by what a function makes of it (nil where there is none; nil deletes), and gives the new one. Where another process changed it meanwhile, the function is called again with what is there then. Without `ttl` the value keeps its end.
---```lua
---local seen = kv.update("seen", function(old)
---  old = old or {}
---  old[#old + 1] = row.email
---  return old
---end)
---print(seen[1]) --> bob@example.org
---```
---@param key string
---@param change (fun(old: any): any)
---@param options? kv.Options
---@return any
function kv.update(key, change, options) end

---Opens the values of that name, for scripts that share them. The functions of the module are its methods.
---```lua
---local shared = kv.open("newsletter")
---shared:set("issue", 12)
---print(shared:get("issue")) --> 12
---```
---@param name string
---@return kv.Space
function kv.open(name) end

return kv
