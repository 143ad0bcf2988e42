print(string.upper("hello")

local x = 1
