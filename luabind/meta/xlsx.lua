---@meta xlsx
-- Made from moonpost's binding table by `moonpost types`.

---@class xlsx.BookOptions
---@field [integer] xlsx.Sheet the sheets, each a table of its own
---@field title? string title in the workbook's properties
---@field author? string author in the workbook's properties

---@class xlsx.Sheet
---@field name? string the sheet's name: 31 characters, none of [ ] : * ? / \ (default Sheet1, Sheet2 …)
---@field rows table[]|fun(): table? the rows: a list, or an iterator such as csv.rows
---@field columns? string[] the columns in order; else those that the rows name
---@field titles? table<string, string> what the header says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "#.##0,00 €", "yyyy-mm-dd"
---@field align? table<string, "left"|"right"|"center"> how the cells of a column stand; else numbers right, all else left
---@field widths? table<string, number> width of columns in characters; else by the first thousand rows
---@field text? string|string[] columns whose values stay texts: article numbers, phone numbers
---@field totals? string|string[] columns whose sum stands below the table, as a formula
---@field total_label? string what stands before the totals (default Total)
---@field header? boolean whether the first row names the columns (default true)
---@field freeze? integer rows at the top that stay in sight (default the header)
---@field freeze_columns? integer columns at the left that stay in sight (default 0)
---@field filter? boolean whether the header has the arrows of a filter
---@field charts? xlsx.Chart[] charts beside the table

---@class xlsx.Chart
---@field type? "line"|"bar"|"stacked"|"area"|"pie"|"donut"|"scatter" kind of chart (default line)
---@field x string column of the labels, or of the x axis
---@field y string|string[] columns that are drawn
---@field right? string|string[] columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines
---@field lines? string|string[] columns, of y or besides, that are lines over the bars
---@field title? string title of the chart
---@field width? integer width in pixels (default 640)
---@field height? integer height in pixels (default 320)

---A workbook that is made.
---@class xlsx.Book
local xlsx_Book = {}

---Makes an attachment of it.
---```lua
---local book = xlsx.book{ { rows = rows } }
---print(book:part("sales.xlsx").filename) --> sales.xlsx
---```
---@param filename string
---@return mime.Part
function xlsx_Book:part(filename) end

---Gives the octets of the file.
---```lua
---local book = xlsx.book{ { rows = rows } }
---print(book:bytes():sub(1, 2)) --> PK
---```
---@return string
function xlsx_Book:bytes() end

---Writes the file, whole or not at all.
---```lua
---local book = xlsx.book{ { rows = rows } }
---book:save("sales.xlsx")
---```
---@param path string
function xlsx_Book:save(path) end

---Workbooks as Excel, LibreOffice and Google Sheets open them.
---@class xlsxlib
local xlsx = {}

---Makes a workbook of one or more sheets. Rows are tables by column or lists, in a list or from an iterator, which is read row by row: two hundred thousand rows take a few megabytes. Numbers, booleans and times keep their types, nil is an empty cell. Texts that are numbers, as databases give decimals, become numbers unless digits would be lost: leading zeros, or more than 15 digits; texts that are dates in ISO 8601 become dates. The columns in `text` stay texts. No text ever becomes a formula.
---```lua
---local book = xlsx.book{ { name = "Sales", rows = { { day = "2026-10-05", revenue = 12.5 } }, columns = { "day", "revenue" }, formats = { revenue = "#,##0.00" }, totals = { "revenue" } } }
---print(#book:bytes() > 1000) --> true
---```
---@param book xlsx.BookOptions
---@return xlsx.Book
function xlsx.book(book) end

return xlsx
