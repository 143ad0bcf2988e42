local person = { name = "Ann" }
local line = "Dear " .. person.title .. " " .. person.name
