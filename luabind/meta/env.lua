---@meta env
-- Made from moonpost's binding table by `moonpost types`.

---Variables of the environment: `env.NAME` gives one and raises when it is not set.
---@class envlib
env = {}

---Gives a variable, or the default when it is not set. A variable that is set to nothing is "".
---@param name string
---@param default? any
---@return any
function env.get(name, default) end

return env
