---@meta csv
-- Made from moonpost's binding table by `moonpost types`.

---@class csv.Options
---@field separator? string one character; else found in the first line (default , ; tab or |)
---@field charset? string charset of the file, unless a byte order mark tells it (default utf-8)
---@field header? boolean whether the first line names the columns (default true)
---@field columns? string[] names of the columns, instead of the header's
---@field max_row? integer|string octets of the longest row; one that is longer ends the reading (default 16MB)
---@field on_error? fun(line: integer, what: string, text: string) gets each bad line, which is left out then

---@class csv.EncodeOptions
---@field columns? string[] the columns in order; else those that the rows name
---@field titles? table<string, string> what the header says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "#.##0,00 €", "yyyy-mm-dd"
---@field header? boolean whether to write a header (default true)
---@field separator? string one character; Excel wants ; where decimals have a comma (default ,)
---@field bom? boolean begin with a byte order mark: Excel takes a text without one for one of the old charset
---@field escape_formulas? boolean write an apostrophe before texts that a spreadsheet would compute (those that begin with = + - @ and are no numbers): for values that strangers have written

---Tables of comma-separated values (RFC 4180): read row by row, written at once.
---@class csvlib
local csv = {}

---Reads a file, or standard input for "-", and gives an iterator over its rows and the lines on which they begin. Lines may end in any way, and a first line "sep=;", as Excel knows it, names the separator. A row is a fresh table of strings by column, or a list where the columns have no names. A bad line raises with its number, unless `on_error` takes it.
---```lua
---for row, line in csv.rows("people.csv") do
---  print(line, row.name, row.email) --> 2 Ann ann@example.org
---end
---```
---@param path string
---@param options? csv.Options
---@return fun(): table<string, string>?
---@return integer?
function csv.rows(path, options) end

---Gives CSV text with a header. Rows are tables by column or lists; nil is an empty field. Without `columns` they come in the order in which the rows name them. For Excel in countries with decimal commas: `separator = ";", bom = true`.
---```lua
---local text = csv.encode({ { name = "Ann", sum = 5 } }, { columns = { "name", "sum" } })
---print((text:gsub("\r\n", "|"))) --> name,sum|Ann,5|
---```
---@param rows table[]
---@param options? csv.EncodeOptions
---@return string
function csv.encode(rows, options) end

return csv
