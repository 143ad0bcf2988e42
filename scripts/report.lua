-- @report: rows of a database or a CSV file as a mail with numbers, a chart, a table and a workbook.
local csv, flags, fs, hash, template, time =
  require "csv", require "flags", require "fs", require "hash", require "template", require "time"
local chart, report, xlsx = require "chart", require "report", require "xlsx"
local job, rows = require "modules.job", require "modules.rows"

local opt = flags.parse {
  about = "Mails rows of a database or a CSV file: numbers that matter, a chart, a table, and all of it as a workbook. Once a day, unless --again says otherwise.",
  csv = { type = "path", help = "file with the rows; the first line names the columns" },
  charset = { help = "charset of the CSV file, as windows-1252 (default: utf-8)" },
  separator = { help = "of the CSV file (default: found from its first line)" },
  source = { help = "or a database, as postgres://…, mysql://… or sqlite:FILE (default: $DATABASE_URL)" },
  query = { help = "the SQL that gives the rows; the database is only read" },
  query_file = { type = "path", help = "or a file that holds it" },
  param = { type = "list", help = "value for a ? in the SQL, in order" },
  within = { type = "duration", default = "60s", help = "how long the database may take" },
  from = { help = "author, as in \"Reports <reports@example.org>\"" },
  to = { type = "list", help = "who gets it" },
  title = { default = "Report", help = "heading of the page, and name of the report" },
  subject = { default = "{{.title}}, {{.date}}", help = "template of the subject, of title, date and rows (their number)" },
  intro = { type = "path", help = "Markdown that stands below the heading, a template as the subject is" },
  html = { type = "path", help = "template of a page of your own, of title, date, columns and rows, in the place of the one made here" },
  columns = { type = "list", help = "columns of the table, as day,revenue (default: all)" },
  titles = { type = "list", help = "what stands above a column, as \"revenue=Revenue in €\"" },
  formats = { type = "list", help = "how a column is shown, as \"revenue=#,##0.00\" or \"day=d mmm\"" },
  totals = { type = "list", help = "columns whose sum stands below, as orders,revenue" },
  tile = { type = "list", help = "a number in large, as \"Revenue=sum:revenue\"; also mean, min, max, first, last, count" },
  chart = { type = "list", help = "as line:day:orders,revenue; also bar, stacked, area, scatter, pie and donut" },
  show = { type = "integer", default = 100, help = "rows in the table at most; the rest is counted" },
  xlsx = { help = "attach all rows as a workbook of that name, as sales.xlsx" },
  attach_csv = { help = "attach all rows as CSV of that name" },
  only_if_rows = { type = "boolean", help = "mail nothing where there are no rows" },
  save = { type = "path", help = "write the page to this file to look at, and mail nothing" },
  zone = { default = "local", help = "where the day begins, as Europe/Berlin" },
  once_per = { choices = { "hour", "day", "week", "month" }, default = "day", help = "time in which it is mailed once" },
  again = { type = "boolean", help = "mail it again although it was mailed in that time" },
  relay = { help = "URL of the server (default: $SMTP_URL, else the local one)" },
  wait = { type = "duration", default = "10m", help = "how long to wait for a server that says \"later\"" },
}

job.no_words(opt, "param")
if (opt.csv == nil) == (opt.query == nil and opt.query_file == nil) then
  job.fail("give --csv FILE, or --query SQL with --source DATABASE")
end
if opt.query and opt.query_file then job.fail("give --query or --query-file, not both") end
local given = { source = opt.source, param = opt.param[1], charset = opt.charset, separator = opt.separator }
local owners = { source = "query", param = "query", charset = "csv", separator = "csv" }
for flag in pairs(given) do
  if (opt.csv ~= nil) ~= (owners[flag] == "csv") then job.fail(("--%s goes with --%s"):format(flag, owners[flag])) end
end
if not opt.save and not (opt.from and opt.to[1]) then job.fail("give --from and --to, or --save FILE to look at the page") end

-- Words of "a,b" and of several flags.
local function words(list)
  local all = {}
  for _, word in ipairs(list) do
    for name in word:gmatch "[^,]+" do
      all[#all + 1] = name:match "^%s*(.-)%s*$"
    end
  end
  return all
end

local function assigned(flag)
  local map = {}
  for _, word in ipairs(opt[flag]) do
    local name, value = word:match "^([^=]+)=(.+)$"
    if not name then job.fail("--" .. flag .. " must look like COLUMN=TEXT, got " .. word) end
    map[name] = value
  end
  return map
end

local function source() return opt.source or env.get "DATABASE_URL" or job.fail "give --source, or set DATABASE_URL" end

local list = opt.csv and rows.from_csv(opt.csv, opt) or rows.from_sql(source(), rows.query(opt), opt.param, opt.within)
if #list == 0 and opt.only_if_rows then
  print(opt.title .. ": no rows, nothing mailed")
  return
end

local columns, totals, titles, formats = words(opt.columns), words(opt.totals), assigned "titles", assigned "formats"
for flag, names in pairs { columns = columns, totals = totals } do
  for _, name in ipairs(names) do
    rows.must_have(list.columns, flag, name)
  end
end
for flag, map in pairs { titles = titles, formats = formats } do
  for name in pairs(map) do
    rows.must_have(list.columns, flag, name)
  end
end
if #columns == 0 then columns = list.columns end
for _, name in ipairs(totals) do
  rows.must_have(columns, "totals", name)
end

-- Of titles or formats those that the columns need.
local function those(map, names)
  local picked = {}
  for _, name in ipairs(names) do
    picked[name] = map[name]
  end
  return picked
end

-- Columns of numbers stand right, also where a file has them as texts.
local function sides()
  local align = {}
  for _, name in ipairs(list.columns) do
    if rows.numeric(list, name) then align[name] = "right" end
  end
  return align
end

local function table_of(names)
  return { rows = list, columns = names, titles = those(titles, names), formats = those(formats, names), totals = totals }
end

local today = time.today(opt.zone):format "date"
local fields = { title = opt.title, date = today, rows = #list }

local function tiles()
  local all = {}
  for _, word in ipairs(opt.tile) do
    local title, kind, column = word:match "^([^=]+)=(%a+):(.+)$"
    local reckon = rows.reckon[kind]
    if not reckon then job.fail("--tile must look like TITLE=sum:COLUMN, with sum, mean, min, max, first, last or count, got " .. word) end
    rows.must_have(list.columns, "tile", column)
    local format = kind ~= "count" and formats[column] or kind == "mean" and "#,##0.00" or nil
    all[#all + 1] = { title = title, value = reckon(list, column), format = format }
  end
  return #all > 0 and report.tiles(all) or {}
end

local kinds = { line = true, bar = true, stacked = true, area = true, scatter = true, pie = true, donut = true }

local function charts()
  local all = {}
  for i, word in ipairs(opt.chart) do
    local kind, x, y = word:match "^(%a+):([^:]+):([^:]+)$"
    if not kinds[kind] then job.fail("--chart must look like line:day:orders,revenue, got " .. word) end
    local names = words { y }
    for _, name in ipairs { x, unpack(names) } do
      rows.must_have(list.columns, "chart", name)
    end
    local round = kind == "pie" or kind == "donut"
    if round and #names > 1 then job.fail("--chart: a " .. kind .. " shows one column, got " .. y) end
    local y_names = round and names[1] or names
    local shown = { x, unpack(names) }
    local options = { rows = list, x = x, y = y_names, titles = those(titles, shown), formats = those(formats, shown), width = 600 }
    options.title = #names == 1 and (titles[y] or y) or nil -- several are named below
    if #list > 0 then all[i] = chart[kind](options) end
  end
  return all
end

local function page()
  local intro = opt.intro and report.markdown(template.load(opt.intro):render(fields)) or {}
  local paged = table_of(columns)
  paged.limit, paged.align = opt.show, those(sides(), columns)
  return report.page {
    title = opt.title,
    report.heading(opt.title),
    intro,
    tiles(),
    charts(),
    report.table(paged),
  }
end

local function own_page()
  local plain = {} -- templates know lists alone
  for i, row in ipairs(list) do
    plain[i] = row
  end
  return template.load(opt.html):render { title = opt.title, date = today, columns = columns, rows = plain }
end

local function ending(name, ext) return name:lower():find(ext, 1, true) and name or name .. ext end

-- All columns, also those that the page leaves out.
local function attachments()
  local all = {}
  if opt.xlsx then
    local sheet = table_of(list.columns)
    sheet.name, sheet.freeze, sheet.filter = "Data", 1, true
    all[1] = xlsx.book({ sheet, title = opt.title }):part(ending(opt.xlsx, ".xlsx"))
  end
  if opt.attach_csv then
    local data = csv.encode(list, { columns = list.columns, titles = those(titles, list.columns) })
    all[#all + 1] = { data = data, filename = ending(opt.attach_csv, ".csv") }
  end
  return all
end

local counted = #list == 1 and "1 row" or #list .. " rows"
local made = opt.html and own_page() or page()
if opt.save then
  if opt.html then
    fs.write(opt.save, made)
  else
    made:save(opt.save)
  end
  print(("%s: %s, written to %s"):format(opt.title, counted, opt.save))
  return
end

local message = mime.message {
  from = opt.from,
  to = opt.to,
  subject = job.template("subject", opt.subject):render(fields),
  report = not opt.html and made or nil,
  html = opt.html and made or nil,
  attachments = attachments(),
  auto_submitted = "auto-generated",
}
-- The time in which it is mailed once, how that is called, and after what it is of no use.
local turns = {
  hour = { "%Y-%m-%d %H %z", "this hour", "1h" },
  day = { "%Y-%m-%d", "today", "1d" },
  week = { "%G-W%V", "this week", "3d" },
  month = { "%Y-%m", "this month", "3d" },
}
local turn = turns[opt.once_per]
-- Other rows are another report, also under the same title. The database is part of it, its password is not.
local place = opt.csv and job.place(opt.csv)
  or job.place(source()):gsub("^(%w+://)[^/]*@", "%1") .. "\0" .. (opt.query or job.place(opt.query_file))
local which = hash.sha256(table.concat({ place, unpack(opt.param) }, "\0")):sub(1, 8)
local moment = time.now(opt.zone):format(turn[1])
local key = ("report %s %s %s"):format(job.short(opt.title, 200), which, moment) .. (opt.again and " " .. hash.random(8) or "")
local state, before = job.send(message, job.addresses(message), key, opt, turn[3])
local ends = { sent = "mailed", waiting = "the mail waits for the server", failed = "the mail was refused" }
local end_ = before and ("%s already %s; --again mails it once more"):format(ends[state], turn[2]) or ends[state]
print(("%s: %s, %s"):format(opt.title, counted, end_))
