---@meta template
-- Made from moonpost's binding table by `moonpost types`.

---@class template.Options
---@field html? boolean escape values by their place in the page
---@field name? string how errors call the template (default text)

---A template, ready to be filled any number of times.
---@class template.Template
---@field name string the file, or the name that was given
local template_Template = {}

---Fills the gaps from a table. A field that the table lacks raises and is named with its line; `{{.x | default "…"}}` allows for it.
---```lua
---local list = template.new("{{range .items}}{{.}};{{end}}")
---print(list:render{ items = { "a", "b" } }) --> a;b;
---```
---@param row? table
---@return string
function template_Template:render(row) end

---Texts with gaps, in the language of Go's templates: `{{.name}}`, `{{if .x}}…{{end}}`, `{{range .items}}…{{end}}`. Functions, here and in `mime.template`: `upper`, `lower`, `trim`, `title`; `default "friend" .name`, `has . "name"`; `date "%d.%m.%Y" .when`, `number "#,##0.00" .price`, `join ", " .tags`; `urlencode .email` for a part of a link, `json .items` for a script; `sha256 .email`, `hmac "sha256" .secret .id`; and those of the language, such as `printf`, `len`, `index`, `eq`, `and`, `not`.
---@class templatelib
local template = {}

---Reads a template from a file. Values are escaped by their place in the page when its name ends in .html, else not at all.
---```lua
---local page = template.load(script.path("news.html"))
---print(page:render{ name = "Ann & Bob" }) --> <p>Hello Ann &amp; Bob</p>
---```
---@param path string
---@return template.Template
function template.load(path) end

---Makes a template of a text; values are escaped with `html = true` only.
---```lua
---local greeting = template.new("Dear {{.name}},")
---print(greeting:render{ name = "Ann" }) --> Dear Ann,
---```
---@param text string
---@param options? template.Options
---@return template.Template
function template.new(text, options) end

return template
