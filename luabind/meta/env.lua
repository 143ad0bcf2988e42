---@meta env
-- Made from moonpost's binding table by `moonpost types`.

---Variables of the environment: `env.NAME` gives one and raises when it is not set.
---@class envlib
---@field [string] string a variable of the environment
env = {}

---Gives a variable, or the default when it is not set. A variable that is set to nothing is "".
---```lua
---local port = tonumber(env.get("SMTP_PORT", 25))
---print(port, env.SMTP_URL) --> 25 smtp://mail.example.org
---```
---@param name string
---@param default? any
---@return any
function env.get(name, default) end

return env
