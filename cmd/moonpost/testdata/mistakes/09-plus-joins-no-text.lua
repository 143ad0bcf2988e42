local first, last = "Ann", "Smith"
local name = first + " " + last
