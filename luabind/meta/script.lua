---@meta script
-- Made from moonpost's binding table by `moonpost types`.

---The running script: its name, and files that lie beside it.
---@class scriptlib
---@field dir string the folder of the script, or the working directory for `-e`, `-` and scripts in the binary
---@field name string the script as it was named on the command line
script = {}

---Gives the path of a file beside the script.
---```lua
---local template = require "template"
---local page = template.load(script.path("news.html"))
---print(page:render{ name = "Ann" }) --> <p>Hello Ann</p>
---```
---@param name string
---@return string
function script.path(name) end

return script
