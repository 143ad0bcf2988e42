local template = require "template"
print(template.new("Hello {{name}}"):render{ name = "Ann" })
