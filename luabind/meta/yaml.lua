---@meta yaml
-- Made from moonpost's binding table by `moonpost types`.

---@class yaml.EncodeOptions
---@field sort? boolean false writes names in the table's own order (default true)

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

---Writes a value as YAML, in blocks, names in order. What is an array and what cannot be written is as for json.encode, but infinity and NaN are written too. Strings have quotes where some version of YAML would read them as something else, such as `no` or a date.
---```lua
---print(yaml.encode{ to = { "ann@example.org" }, limits = { day = 500 }, active = "no" })
-----> active: "no"
-----> limits:
----->   day: 500
-----> to:
----->   - ann@example.org
---```
---@param value any
---@param options? yaml.EncodeOptions
---@return string
function yaml.encode(value, options) end

return yaml
