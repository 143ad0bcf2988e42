-- Rows of a file or a database, with the names of their columns, and numbers reckoned of them.
local csv, fs, sql, time = require "csv", require "fs", require "sql", require "time"
local job = require "modules.job"

local rows = {}

function rows.from_csv(path, opt)
  local options = { charset = opt.charset, separator = opt.separator }
  local list = { columns = {} }
  for row in csv.rows(path, options) do
    list[#list + 1] = row
  end
  if list[1] then
    for name in pairs(list[1]) do -- in the order of the file
      list.columns[#list.columns + 1] = name
    end
  elseif path ~= "-" then
    options.header = false
    list.columns = csv.rows(path, options)() or {}
  end
  return list
end

function rows.from_sql(source, query, params, timeout)
  local db
  local ok, list = pcall(function()
    db = sql.open(source, { read_only = true, timeout = timeout })
    return db:query(query, unpack(params))
  end)
  if db then db:close() end
  if not ok and smtp.is_error(list, "timeout") then
    job.fail("the database took longer than " .. time.format_duration(timeout) .. "; --within 5m waits longer", 1)
  end
  if not ok then error(list, 0) end
  if #list.columns == 0 then job.fail("the SQL gives no columns: it must be a select", 1) end
  return list
end

function rows.query(opt)
  local query = opt.query or fs.read(opt.query_file)
  if not query:find "%S" then job.fail(opt.query and "--query is empty" or opt.query_file .. " is empty", opt.query and 2 or 1) end
  return query
end

-- Ends the program unless there is a column of that name; `flag` is who asks for it. Standard input without rows does
-- not tell its columns.
function rows.must_have(columns, flag, name)
  if #columns == 0 then return end
  for _, column in ipairs(columns) do
    if column == name then return end
  end
  job.fail(("--%s: there is no column %s; there are %s"):format(flag, name, table.concat(columns, ", ")))
end

-- Each value of a column that is there, as a number.
local function numbers(list, column)
  local values = {}
  for i, row in ipairs(list) do
    local value = row[column]
    if value ~= nil and value ~= "" then
      local n = tonumber(value)
      if not n then job.fail(("row %d: %s is no number: %q"):format(i, column, tostring(value)), 1) end
      values[#values + 1] = n
    end
  end
  return values
end

-- Whether there are numbers alone in a column.
function rows.numeric(list, column)
  local some = false
  for _, row in ipairs(list) do
    local value = row[column]
    if value ~= nil and value ~= "" then
      if not tonumber(value) then return false end
      some = true
    end
  end
  return some
end

local function fold(step)
  return function(list, column)
    local values = numbers(list, column)
    local result = values[1]
    for i = 2, #values do
      result = step(result, values[i])
    end
    return result, #values
  end
end

local add = fold(function(a, b) return a + b end)

-- How a number is made of a column.
rows.reckon = {
  sum = function(list, column) return add(list, column) or 0 end,
  min = fold(math.min),
  max = fold(math.max),
  mean = function(list, column)
    local total, n = add(list, column)
    return total and total / n
  end,
  first = function(list, column) return list[1] and list[1][column] end,
  last = function(list, column) return list[1] and list[#list][column] end,
  count = function(list, column)
    local n = 0
    for _, row in ipairs(list) do
      if row[column] ~= nil and row[column] ~= "" then n = n + 1 end
    end
    return n
  end,
}

return rows
