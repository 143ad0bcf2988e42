---@meta chart
-- Made from moonpost's binding table by `moonpost types`.

---@class chart.LineOptions
---@field rows table[]|fun(): table? a list of tables, or an iterator over them
---@field width? integer CSS pixels (default 640, a sparkline's 120)
---@field height? integer CSS pixels (default what suits the kind)
---@field title? string stands above
---@field alt? string what the chart shows in words (default made from the rows)
---@field titles? table<string, string> what the legend says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "d mmm"
---@field colors? string|string[] "#0072b2", "#07b" or "green", one for each column or slice (default eight that colour-blind people can tell apart)
---@field x string the column of dates, numbers or names
---@field y string|string[] the columns of values
---@field right? string|string[] columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines
---@field x_title? string what x is
---@field y_title? string what the values are
---@field right_title? string what those on the right are
---@field legend? boolean whether the columns are named (default where there are several)
---@field min? number where the axis of values begins (default from the values)
---@field max? number where it ends (default from the values)

---@class chart.BarOptions
---@field rows table[]|fun(): table? a list of tables, or an iterator over them
---@field width? integer CSS pixels (default 640, a sparkline's 120)
---@field height? integer CSS pixels (default what suits the kind)
---@field title? string stands above
---@field alt? string what the chart shows in words (default made from the rows)
---@field titles? table<string, string> what the legend says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "d mmm"
---@field colors? string|string[] "#0072b2", "#07b" or "green", one for each column or slice (default eight that colour-blind people can tell apart)
---@field x string the column of dates, numbers or names
---@field y string|string[] the columns of values
---@field right? string|string[] columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines
---@field x_title? string what x is
---@field y_title? string what the values are
---@field right_title? string what those on the right are
---@field legend? boolean whether the columns are named (default where there are several)
---@field min? number where the axis of values begins (default from the values)
---@field max? number where it ends (default from the values)
---@field lines? string|string[] columns, of y or besides, that are lines over the bars: an aim, an average
---@field horizontal? boolean the bars lie, with room for long names (default false)
---@field labels? boolean each bar carries its value (default false)

---@class chart.StackedOptions
---@field rows table[]|fun(): table? a list of tables, or an iterator over them
---@field width? integer CSS pixels (default 640, a sparkline's 120)
---@field height? integer CSS pixels (default what suits the kind)
---@field title? string stands above
---@field alt? string what the chart shows in words (default made from the rows)
---@field titles? table<string, string> what the legend says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "d mmm"
---@field colors? string|string[] "#0072b2", "#07b" or "green", one for each column or slice (default eight that colour-blind people can tell apart)
---@field x string the column of dates, numbers or names
---@field y string|string[] the columns of values
---@field right? string|string[] columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines
---@field x_title? string what x is
---@field y_title? string what the values are
---@field right_title? string what those on the right are
---@field legend? boolean whether the columns are named (default where there are several)
---@field min? number where the axis of values begins (default from the values)
---@field max? number where it ends (default from the values)
---@field lines? string|string[] columns, of y or besides, that are lines over the bars: an aim, an average
---@field horizontal? boolean the bars lie, with room for long names (default false)

---@class chart.AreaOptions
---@field rows table[]|fun(): table? a list of tables, or an iterator over them
---@field width? integer CSS pixels (default 640, a sparkline's 120)
---@field height? integer CSS pixels (default what suits the kind)
---@field title? string stands above
---@field alt? string what the chart shows in words (default made from the rows)
---@field titles? table<string, string> what the legend says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "d mmm"
---@field colors? string|string[] "#0072b2", "#07b" or "green", one for each column or slice (default eight that colour-blind people can tell apart)
---@field x string the column of dates, numbers or names
---@field y string|string[] the columns of values
---@field right? string|string[] columns of another size, of y or besides, with an axis of their own on the right; in all but scatter they are lines
---@field x_title? string what x is
---@field y_title? string what the values are
---@field right_title? string what those on the right are
---@field legend? boolean whether the columns are named (default where there are several)
---@field min? number where the axis of values begins (default from the values)
---@field max? number where it ends (default from the values)
---@field stacked? boolean the areas stand on each other (default false)

---@class chart.PieOptions
---@field rows table[]|fun(): table? a list of tables, or an iterator over them
---@field width? integer CSS pixels (default 640, a sparkline's 120)
---@field height? integer CSS pixels (default what suits the kind)
---@field title? string stands above
---@field alt? string what the chart shows in words (default made from the rows)
---@field titles? table<string, string> what the legend says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "d mmm"
---@field colors? string|string[] "#0072b2", "#07b" or "green", one for each column or slice (default eight that colour-blind people can tell apart)
---@field x string the column of names
---@field y string the column of values
---@field legend? boolean whether the slices are named (default true)

---@class chart.SparklineOptions
---@field rows table[]|fun(): table? a list of tables, or an iterator over them
---@field width? integer CSS pixels (default 640, a sparkline's 120)
---@field height? integer CSS pixels (default what suits the kind)
---@field title? string stands above
---@field alt? string what the chart shows in words (default made from the rows)
---@field titles? table<string, string> what the legend says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "d mmm"
---@field colors? string|string[] "#0072b2", "#07b" or "green", one for each column or slice (default eight that colour-blind people can tell apart)
---@field x? string the column of dates or numbers (default the rows' numbers)
---@field y string|string[] the columns of values
---@field min? number the value at the lower edge (default the smallest)
---@field max? number the value at the upper edge (default the largest)

---A chart. report.page takes it as it is; `part` makes an image for mime.message.
---@class chart.Chart
---@field width integer in CSS pixels, which is half of its pixels
---@field height integer the same
local chart_Chart = {}

---Gives the picture's octets. The same rows and options give the same octets.
---```lua
---local c = chart.line{ rows = { { day = "2026-10-04", orders = 12 } }, x = "day", y = "orders" }
---print(c:png():sub(2, 4)) --> PNG
---```
---@return string
function chart_Chart:png() end

---Makes an image part of it, to be an attachment or, under `inline`, to stand in the HTML.
---```lua
---local c = chart.line{ rows = { { day = "2026-10-04", orders = 12 } }, x = "day", y = "orders" }
---local mail = mime.message{ from = "ann@example.org", to = "bob@example.org", subject = "Orders",
---  html = '<img src="cid:orders" width="640" alt="Orders">', inline = { orders = c:part() } }
---print(c:part("orders.png").filename) --> orders.png
---```
---@param filename? string
---@return mime.Part
function chart_Chart:part(filename) end

---Says in words what it shows: the option `alt`, else made from the rows.
---```lua
---local c = chart.line{ rows = { { day = "2026-10-04", orders = 12 } }, x = "day", y = "orders" }
---print(c:alt()) --> Line chart: day 2026-10-04; orders 12.
---```
---@return string
function chart_Chart:alt() end

---Charts of rows, as PNG pictures for mails: twice as many pixels as they are wide, on white, with words for those who don't see them. x is a time axis where all its values are ISO dates or times, an axis of numbers where all are numbers (not below bars), else names. Values are numbers or texts that are plain decimals; nil is a gap. Names are drawn in Latin, Greek, Cyrillic, Chinese, Japanese, Korean, Arabic, Hebrew, Armenian, Georgian, Thai and Lao letters; those of India aren't, and a warning says so.
---@class chartlib
local chart = {}

---Makes a line for each column of y.
---```lua
---local rows = { { day = "2026-10-04", orders = 12 }, { day = "2026-10-05", orders = 48 } }
---local c = chart.line{ rows = rows, x = "day", y = "orders", title = "Orders" }
---print(c:alt()) --> Line chart "Orders": day 2026-10-04 to 2026-10-05; orders from 12 to 48, last 48.
---```
---@param options chart.LineOptions
---@return chart.Chart
function chart.line(options) end

---Makes a bar for each row, or a group of them for several columns.
---```lua
---local rows = { { day = "2026-10-04", orders = 12 }, { day = "2026-10-05", orders = 48 } }
---local c = chart.bar{ rows = rows, x = "day", y = "orders", labels = true }
---print(c.width, c.height) --> 640 320
---```
---@param options chart.BarOptions
---@return chart.Chart
function chart.bar(options) end

---Makes a bar for each row, of the columns on top of each other; those below zero go down.
---```lua
---local rows = { { month = "May", new = 3, gone = -1 }, { month = "June", new = 5, gone = -2 } }
---local c = chart.stacked{ rows = rows, x = "month", y = { "new", "gone" } }
---```
---@param options chart.StackedOptions
---@return chart.Chart
function chart.stacked(options) end

---Makes lines with what is below them filled, with `stacked = true` on top of each other.
---```lua
---local rows = { { day = "2026-10-04", orders = 12 }, { day = "2026-10-05", orders = 48 } }
---local c = chart.area{ rows = rows, x = "day", y = "orders", colors = "#009e73" }
---```
---@param options chart.AreaOptions
---@return chart.Chart
function chart.area(options) end

---Makes a pie with a slice for each row: x is its name, y its size. Beyond twelve the smallest are summed up.
---```lua
---local rows = { { region = "East", revenue = 75 }, { region = "West", revenue = 25 } }
---local c = chart.pie{ rows = rows, x = "region", y = "revenue" }
---print(c:alt()) --> Pie chart: East 75.0%, West 25.0%.
---```
---@param options chart.PieOptions
---@return chart.Chart
function chart.pie(options) end

---Makes a pie with a hole, in which the sum stands.
---```lua
---local rows = { { region = "East", revenue = 75 }, { region = "West", revenue = 25 } }
---local c = chart.donut{ rows = rows, x = "region", y = "revenue", formats = { revenue = "€ 0.00" } }
---```
---@param options chart.PieOptions
---@return chart.Chart
function chart.donut(options) end

---Makes a dot for each value.
---```lua
---local c = chart.scatter{ rows = { { size = 1.5, weight = 3 }, { size = 2, weight = 5 } }, x = "size", y = "weight" }
---```
---@param options chart.LineOptions
---@return chart.Chart
function chart.scatter(options) end

---Makes a small line without anything around it, for the middle of a text.
---```lua
---local rows = { { day = "2026-10-04", orders = 12 }, { day = "2026-10-05", orders = 48 } }
---local c = chart.sparkline{ rows = rows, y = "orders" }
---print(c:alt()) --> Sparkline: orders from 12 to 48, last 48.
---```
---@param options chart.SparklineOptions
---@return chart.Chart
function chart.sparkline(options) end

return chart
