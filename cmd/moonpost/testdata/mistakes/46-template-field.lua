local template = require "template"
local page = template.new("Dear {{.name}},\n")
print(page:render{ nmae = "Ann" })
