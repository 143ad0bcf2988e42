---@meta yaml
-- Made from moonpost's binding table by `moonpost types`.

---YAML 1.2 texts, such as settings. Values are what json.decode gives: mappings and sequences are tables that remember which they are, null is `json.null`, and integers beyond 2⁵³ are strings. Scalars without quotes go by the core schema: `yes`, `on` and dates are strings. Aliases are copies and `<<` merges; a name that is twice in a mapping, a recursive alias and an unknown tag are errors, which name line and column. A text has 1 MiB at most, and a block mapping some 4000 lines.
---@class yamllib
local yaml = {}

---Reads a text of one document.
---```lua
---local settings = yaml.decode("to: [ann@example.org]\nlimits: { day: 500 }")
---print(settings.to[1], settings.limits.day) --> ann@example.org 500
---```
---@param text string
---@param options? json.DecodeOptions
---@return any
function yaml.decode(text, options) end

---Reads a text of any number of documents, divided by `---`, into a list.
---```lua
---local all = yaml.decode_all("name: Ann\n---\nname: Bob\n")
---print(#all, all[2].name) --> 2 Bob
---```
---@param text string
---@param options? json.DecodeOptions
---@return any[]
function yaml.decode_all(text, options) end

return yaml
