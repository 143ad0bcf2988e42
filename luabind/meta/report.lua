---@meta report
-- Made from moonpost's binding table by `moonpost types`.

---@class report.PageOptions
---@field [integer] report.Part|string|any the parts in order; a list counts as what is in it, false as nothing
---@field title? string for programs that name what they show; it stands nowhere in the page (default the first heading)
---@field lang? string language of the texts, for those who have it read aloud (default en)
---@field dir? "ltr"|"rtl" the direction of the lines (default that of the language: rtl for Arabic, Hebrew, Persian, Urdu …)
---@field preheader? string what lists of mail show behind the subject
---@field css? string file with a style sheet of your own, which counts where it differs from the page's
---@field width? integer width in pixels; narrow screens get less (default 600)
---@field words? report.Words what the page says of its own accord, in your language

---@class report.Words
---@field total? string before sums (default Total)
---@field no_data? string in a table without rows (default no data)
---@field more? string below a table that shows some of its rows; %s is how many there are besides (default … and %s more rows)

---@class report.TableOptions
---@field columns? string[] the columns in order; else those that the rows name
---@field titles? table<string, string> what the header says for a column, instead of its name
---@field formats? table<string, string> how a column's values are shown: "0.00", "#,##0", "0%", "#.##0,00 €", "yyyy-mm-dd"
---@field rows table[]|fun(): table? the rows: a list of tables, or an iterator
---@field totals? string|string[] columns whose sums stand below
---@field align? table<string, "left"|"right"|"center"> how columns stand, where not by their values
---@field links? table<string, string|fun(row: table): string?> where the cells of a column lead: the column with the address, a template of one ("https://example.org/{{.id}}"), or a function of the row
---@field zebra? boolean a darker ground for every second row (default true)
---@field limit? integer how many rows are shown; of the others there is the number (default 100)
---@field caption? string a title above the table

---@class report.Tile
---@field title string what the number is
---@field value? string|number|boolean|time.Time the number, or a text; without one a dash is shown
---@field format? string how it is shown: "#,##0.00", "0%", "yyyy-mm-dd"
---@field change? string|number what it changed by: a share, 0.03 for 3 %, also as a database gives it ("0.03"), or a text; one by a division by zero isn't shown
---@field change_format? string how a change is shown; its sign goes before it (default 0.0%)
---@field better? "up"|"down"|"none" which way a change is good news (default up)
---@field note? string small text below

---@class report.ImageOptions
---@field alt string what it shows, for readers who don't see it; "" for one that only decorates
---@field width? integer width in pixels (default its own, at most the page's)

---@class report.Detail
---@field [integer] string|number|boolean|time.Time the title and the value
---@field format? string how the value is shown: "#,##0.00", "0%", "yyyy-mm-dd"
---@field link? string where the value leads

---@class report.CalloutOptions
---@field kind? "info"|"good"|"warning"|"bad" what it is about (default info)
---@field title? string a line above the text

---A page, which mime.message takes as `report`.
---@class report.Page
local report_Page = {}

---Gives the HTML with the pictures within, as a browser shows it.
---```lua
---local page = report.page{ "Hello" }
---print(page:html():match("<p[^>]*>(.-)</p>")) --> Hello
---```
---@return string
function report_Page:html() end

---Gives the text that goes beside the HTML: lines of 76 columns at most.
---```lua
---print(report.page{ "Hello" }:text()) --> Hello
---```
---@return string
function report_Page:text() end

---Writes the HTML to a file, or the text where the name ends in .txt.
---```lua
---report.page{ "Hello" }:save("report.html")
---```
---@param path string
function report_Page:save(path) end

---A part of a page.
---@class report.Part
local report_Part = {}

---Pages of numbers as mails that people like to read: HTML that holds in mail programs, with dark mode and narrow screens, and the same as text. A page is made of parts: those below, charts, plain strings, and lists of them. `mime.message{ report = page }` mails it.
---@class reportlib
local report = {}

---Puts parts one below the other. The page is made at once, so that what is wrong with it shows before anything is mailed. A page of more than 102 KB of HTML, of which Gmail shows only the beginning, is logged as a warning. The style sheet may have rules for the elements and for the classes block, data, stripe, sum, tile, details, callout-text, button-cell, button-link, picture, md and footer; it can't load anything.
---```lua
---local page = report.page{
---  report.heading("Last 30 days"),
---  "All sums are net of returns.",
---  report.table{ rows = rows, columns = { "id", "email" } },
---}
---print(page:text():match("[^\n]+")) --> Last 30 days
---```
---@param options report.PageOptions
---@return report.Page
function report.page(options) end

---A heading; level 1 is the highest, 4 the lowest.
---```lua
---report.page{ report.heading("Sales"), report.heading("By region", 2) }
---```
---@param text string
---@param level? integer
---@return report.Part
function report.heading(text, level) end

---Text as it stands, as a plain string among the parts is: line breaks stay, blank lines divide paragraphs.
---```lua
---report.page{ report.paragraph("Good morning,\nall is well.") }
---```
---@param text string
---@return report.Part
function report.paragraph(text) end

---Text in CommonMark with tables, bare links, task lists and strikethrough. HTML in it is shown as it stands, links lead to whole http:, https:, mailto: and tel: addresses alone, and of pictures there is the text: report.image shows them.
---```lua
---print(report.page{ report.markdown("Numbers are **net**.") }:text()) --> Numbers are net.
---```
---@param source string
---@return report.Part
function report.markdown(source) end

---A table of rows, as csv.encode and xlsx take them: a list of tables, or an iterator such as csv.rows or db:rows gives. Columns of numbers stand right. Sums are exact and count all rows, also those that `limit` leaves out. Without rows it says so. A total over a text with digits that is no number ("1,200.50") or over no number at all is an error; words are left out, which a warning tells. `titles`, `formats`, `totals` and `align` may name columns that this table doesn't show, so that one set serves a chart and a workbook too. In the text of the page, links stand below the table, and a table that is too wide shows each row as lines of "title: value".
---```lua
---local sales = { { day = "2026-10-05", sum = 1204.5 }, { day = "2026-10-06", sum = 31 } }
---local page = report.page{ report.table{
---  rows = sales, columns = { "day", "sum" }, titles = { sum = "Revenue" }, formats = { day = "d mmm yyyy", sum = "#,##0.00" },
---  totals = { "sum" }, links = { day = "https://example.org/day/{{.day}}" },
---} }
---print(page:text())
-----> day               Revenue
-----> --------------   --------
-----> 5 Oct 2026 [1]   1,204.50
-----> 6 Oct 2026 [2]      31.00
-----> --------------   --------
-----> Total            1,235.50
----->
-----> [1] https://example.org/day/2026-10-05
-----> [2] https://example.org/day/2026-10-06
---```
---@param options report.TableOptions
---@return report.Part
function report.table(options) end

---Numbers that matter, side by side. A change is a number, shown as percent, or a text; one upwards is good news unless `better` says otherwise.
---```lua
---local page = report.page{ report.tiles{ { title = "Revenue", value = 1204.5, format = "€ #,##0", change = 0.031, note = "since May" } } }
---print(page:text()) --> Revenue: € 1,205 (+3.1%), since May
---```
---@param tiles report.Tile[]
---@return report.Part
function report.tiles(tiles) end

---A picture from a file or a part: PNG, JPEG or GIF, which all mail programs show.
---```lua
---report.page{ report.image("logo.png", { alt = "Our logo", width = 120 }) }
---```
---@param image string|mime.Part
---@param options report.ImageOptions
---@return report.Part
function report.image(image, options) end

---A line across the page.
---```lua
---report.page{ "above", report.rule(), "below" }
---```
---@return report.Part
function report.rule() end

---Titles and values, a pair in each line: what there is to know of one order, machine or person. Each is a list of the two, with `format` and `link` where they are wanted.
---```lua
---local page = report.page{ report.details{ { "Order", 4711 }, { "Sum", "1204.50", format = "€ #,##0.00" }, { "Shop", "Berlin", link = "https://example.org/berlin" } } }
---print(page:text())
-----> Order: 4711
-----> Sum:   € 1,204.50
-----> Shop:  Berlin (https://example.org/berlin)
---```
---@param details report.Detail[]
---@return report.Part
function report.details(details) end

---A text in a box that is not to be missed. `kind` chooses its colour; the text must say by itself what it is about.
---```lua
---local page = report.page{ report.callout("Two orders wait for longer than a day.", { kind = "warning", title = "Late" }) }
---print(page:text())
-----> ! Late
-----> ! Two orders wait for longer than a day.
---```
---@param text string
---@param options? report.CalloutOptions
---@return report.Part
function report.callout(text, options) end

---A link that stands out, for what the reader is to do. It leads to a whole http:, https:, mailto: or tel: address.
---```lua
---print(report.page{ report.button("See all orders", "https://example.org/orders") }:text()) --> See all orders: https://example.org/orders
---```
---@param text string
---@param link string
---@return report.Part
function report.button(text, link) end

---Small text below all else, in the Markdown of report.markdown: who writes, why, and how to get no more of it. Mail to many also has `list = { unsubscribe = … }` in mime.message.
---```lua
---print(report.page{ report.footer("You get this every Monday. [Unsubscribe](https://example.org/off)") }:text())
-----> You get this every Monday. Unsubscribe (https://example.org/off)
---```
---@param source string
---@return report.Part
function report.footer(source) end

return report
