---@meta url
-- Made from moonpost's binding table by `moonpost types`.

---@class url.Parts
---@field scheme? string "https"
---@field user? string decoded
---@field password? string decoded
---@field host? string without port and brackets
---@field port? integer only where it is given
---@field path? string as it stands in the URL
---@field query? table<string, string|number|boolean|string[]>|string decoded names and values; in build also a text as query gives it
---@field fragment? string what follows #, as it stands in the URL

---Addresses of the web (RFC 3986): taken apart, put together, escaped.
---@class urllib
local url = {}

---Escapes a text for any part of a URL: everything but letters, digits and `-_.~` becomes %XX.
---```lua
---print(url.encode("a b&c/ü")) --> a%20b%26c%2F%C3%BC
---```
---@param text any
---@return string
function url.encode(text) end

---Reads %XX; a plus stays a plus (in a query, where it is a blank, `parse_query` reads it).
---```lua
---print(url.decode("a%20b+c")) --> a b+c
---```
---@param text string
---@return string
function url.decode(text) end

---Takes a URL apart. Path and fragment are as they stand there; user, password and query are decoded. A name that is in the query more than once is a list.
---```lua
---print(url.parse("https://example.org/u?id=7&tag=a&tag=b").query.tag[2]) --> b
---```
---@param text string
---@return url.Parts
function url.parse(text) end

---Puts a URL together and escapes what must be; a host such as bücher.example is written as DNS has it.
---```lua
---print(url.build{ scheme = "https", host = "example.org", path = "/my page", query = { id = 7 } }) --> https://example.org/my%20page?id=7
---```
---@param parts url.Parts
---@return string
function url.build(parts) end

---Writes a query: names in order, lists as a name that is repeated.
---```lua
---print(url.query{ b = "x y", a = { 1, 2 } }) --> a=1&a=2&b=x%20y
---```
---@param fields table<string, any>
---@return string
function url.query(fields) end

---Reads a query or the body of a form, with or without the question mark.
---```lua
---print(url.parse_query("?name=Ann+Lee").name) --> Ann Lee
---```
---@param text string
---@return table<string, string|string[]>
function url.parse_query(text) end

---Resolves a link as a browser does on the page base.
---```lua
---print(url.join("https://example.org/news/1", "../img/a.png")) --> https://example.org/img/a.png
---```
---@param base string
---@param reference string
---@return string
function url.join(base, reference) end

return url
