local function read(row)
  if not row.email then
    error("row " .. row.number .. " has no address")
  end
  return row.email
end

local function each(rows)
  return coroutine.wrap(function()
    for number, row in ipairs(rows) do
      row.number = number
      coroutine.yield(read(row))
    end
  end)
end

for email in each{ { email = "ann@example.org" }, {} } do
  print(email)
end
