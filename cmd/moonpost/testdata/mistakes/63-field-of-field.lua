local function name(row) return row.person.name end
print(name({ mail = "ann@example.org" }))
