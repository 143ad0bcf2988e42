---@meta json
-- Made from moonpost's binding table by `moonpost types`.

---@class json.DecodeOptions
---@field numbers? "exact"|"float"|"string" exact: integers beyond 2⁵³ are strings; float: all are numbers; string: all are the digits as they stand (default exact)
---@field nulls? boolean false leaves fields that are null out, so that they are nil; elements of arrays stay (default true)

---@class json.EncodeOptions
---@field indent? integer blanks for each level; 0 writes all on one line (default 0)
---@field sort? boolean false writes names in the table's own order (default true)
---@field html? boolean write < > & as escapes, so that the text can stand in a page's script

---@class json.LinesOptions
---@field numbers? "exact"|"float"|"string" exact: integers beyond 2⁵³ are strings; float: all are numbers; string: all are the digits as they stand (default exact)
---@field nulls? boolean false leaves fields that are null out, so that they are nil; elements of arrays stay (default true)
---@field max_line? integer|string octets of the longest line (default 16MB)
---@field on_error? fun(line: integer, what: string, text: string) gets each bad line, which is left out then

---JSON (RFC 8259): texts in and out, and files with one value on each line.
---@class jsonlib
---@field null userdata JSON's null: what an explicit null is read as, and what writes one. It is no nil, and so true in a condition
local json = {}

---Reads a JSON text. Objects and arrays become tables that remember which they are, null is `json.null`, and an integer beyond 2⁵³, which no Lua number holds, is a string of its digits. Of equal names the last counts. Errors name line and column.
---```lua
---print(json.decode('{ "id": 12345678901234567890, "tags": ["a", "b"] }').id) --> 12345678901234567890
---```
---@param text string
---@param options? json.DecodeOptions
---@return any
function json.decode(text, options) end

---Writes a value as JSON, names in order. A table with the elements 1 to n is an array, one with names an object, an empty one an object unless `json.array` or `json.decode` made it; `time` values are ISO 8601 strings. What JSON cannot hold raises and is named by its path: functions, NaN, text that is no UTF-8, holes, tables with both elements and names, or within themselves.
---```lua
---print(json.encode{ name = "Ann", tags = { "a", "b" }, none = json.null }) --> {"name":"Ann","none":null,"tags":["a","b"]}
---```
---@param value any
---@param options? json.EncodeOptions
---@return string
function json.encode(value, options) end

---Reads a file that has one JSON value on each line, or standard input for "-", and gives an iterator over the values and the numbers of their lines; blank lines are skipped. A bad line raises with its number, unless `on_error` takes it.
---```lua
---for row, line in json.lines("people.jsonl") do
---  print(line, row.email)
---end --> 1	ann@example.org
---```
---@param path string
---@param options? json.LinesOptions
---@return fun(): any
---@return integer?
function json.lines(path, options) end

---Marks a table as an array, so that it is written as one even when it is empty.
---```lua
---print(json.encode{ tags = json.array{} }) --> {"tags":[]}
---```
---@param list? any[]
---@return any[]
function json.array(list) end

---Marks a table as an object. An empty table is one anyway; one with numbers for names must be told.
---```lua
---print(json.encode(json.object{ [2026] = "a year" })) --> {"2026":"a year"}
---```
---@param fields? table<string, any>
---@return table<string, any>
function json.object(fields) end

return json
