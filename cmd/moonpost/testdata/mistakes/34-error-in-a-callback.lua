local names = { { name = "Bob" }, { name = "Ann" }, { nmae = "Eve" } }
table.sort(names, function(a, b) return a.name < b.name end)
