-- What is new in files, mailboxes and JSON lines: items, each with a mark by which it is known again.
local fs, hash, json, log, mailbox, time = require "fs", require "hash", require "json", require "log", require "mailbox", require "time"
local job, text = require "modules.job", require "modules.text"

local news = {}

local most = 200000 -- marks that are kept
local width = 16 -- hexadecimal digits of a mark

-- A text in one line, of bearable length.
function news.line(s)
  s = text.clean(s):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if utf8.len(s) > 160 then s = s:sub(1, utf8.offset(s, 160) - 1) .. "…" end
  return s
end

local function each_mark(kept) return (kept or ""):gmatch(("%x"):rep(width)) end

-- Marks: those of the last runs, and those that are there now. Lines are kept apart: one that is gone may come again and
-- is another one then, while a file or a mail that comes back, as after a disk was away, is still the same.
function news.marks(seen)
  local kept = seen or {}
  local marks = { seen = {}, lines = {}, things = {}, times = {}, count = 0, before = kept }
  for _, list in ipairs { kept.lines or "", kept.things or "" } do
    for mark in each_mark(list) do
      marks.seen[mark] = true
    end
  end
  marks.first = not seen
  return marks
end

-- Whether a source is there. One that never was is a mistake; one that is gone, as a log between two turns of its
-- rotation, has nothing new, and what is known of lines is kept until it is back.
local function there(marks, path)
  if path == "-" or fs.exists(path) then return true end
  if marks.first then job.fail("there is no file or folder " .. path, 1) end
  log.warn(path .. " is not there and is left out")
  marks.gap = true
  return false
end

-- Notes that something is there, and tells whether it is new. The same a second time is another thing, or with `once`
-- the same.
local function note(marks, kind, identity, once)
  local id = kind .. "\0" .. identity
  if once and marks.times[id] then return false end
  marks.times[id] = (marks.times[id] or 0) + 1
  local mark = hash.sha256(id .. "\0" .. marks.times[id]):sub(1, width)
  marks.count = marks.count + 1
  if marks.count > most then job.fail(("there are more than %d things to remember: name fewer, or move old ones away"):format(most), 1) end
  local list = kind == "line" and marks.lines or marks.things
  list[#list + 1] = mark
  return not marks.seen[mark]
end

-- What the next run has to know: all that is there, and of what was there before as much as fits.
function news.kept(marks)
  local left = most - marks.count
  local function with_old(list, before)
    local is_there = {}
    for _, mark in ipairs(list) do
      is_there[mark] = true
    end
    for mark in each_mark(before) do
      if left <= 0 then break end
      if not is_there[mark] then
        list[#list + 1] = mark
        left = left - 1
      end
    end
    return table.concat(list)
  end
  return { lines = with_old(marks.lines, marks.gap and marks.before.lines), things = with_old(marks.things, marks.before.things) }
end

local function sized(octets)
  for _, unit in ipairs { "B", "kB", "MB", "GB" } do
    if octets < 1000 or unit == "GB" then return (unit == "B" and "%d %s" or "%.1f %s"):format(octets, unit) end
    octets = octets / 1000
  end
end

-- Files of a folder, those in its folders too, or those that fit a pattern.
function news.files(marks, items, where)
  local found = fs.stat(where)
  if not found and not where:find "[*?%[{]" and not there(marks, where) then return end
  local pattern = where
  if found then pattern = where:gsub("[][*?{}\\]", "\\%0") end
  if found and found.type == "folder" then
    fs.list(where) -- raises where it may not be read
    pattern = fs.join(pattern, "**/*")
  end
  for _, path in ipairs(fs.glob(pattern)) do
    local s = fs.stat(path)
    if s and s.type == "file" and note(marks, "file", ("%s\0%d\0%d"):format(path, s.size, s.modified:unix()), true) then
      local row =
        { name = fs.basename(path), path = path, folder = fs.dirname(path), size = s.size, date = s.modified:format "%Y-%m-%d %H:%M" }
      items[#items + 1] =
        { row = row, group = row.folder, title = row.name, note = row.date .. ", " .. sized(s.size), at = s.modified:unix() }
    end
  end
end

-- Mails of an mbox or a Maildir.
function news.mails(marks, items, path)
  if not there(marks, path) then return end
  for msg, meta in mailbox.read(path) do
    local id = msg["Message-ID"]
    local row = { subject = msg.Subject or "", from = msg.From or "", to = msg.To or "", date = "", id = id or "", mailbox = path }
    local identity = id or table.concat({ row.from, row.subject, msg.Date or "" }, "\0")
    if note(marks, "mail", identity, id ~= nil) then
      local dated, at = pcall(time.parse, msg.Date or meta.date or "")
      if dated then row.date = at:format "%Y-%m-%d %H:%M" end
      row.text = text.head(text.clean(msg:text() or ""), 40, 2000)
      items[#items + 1] = {
        row = row,
        group = fs.basename(path),
        title = row.subject ~= "" and row.subject or "(no subject)",
        note = row.from .. (dated and ", " .. row.date or ""),
        at = dated and at:unix() or 0,
      }
    end
  end
end

local function titled(row)
  for _, name in ipairs { "title", "subject", "message", "msg", "text", "name" } do
    if type(row) == "table" and type(row[name]) == "string" and row[name] ~= "" then return row[name] end
  end
  return json.encode(row)
end

-- Whether the last line of a file has no end yet: somebody is just writing it.
local function unfinished(path)
  local file = path ~= "-" and io.open(path, "rb")
  if not file then return false end
  local last = file:seek("end", -1) and file:read(1)
  file:close()
  return last and last ~= "\n"
end

-- Tells of lines that are no JSON, once, and gives how many they are.
local function tell_bad(marks, path, bad)
  local count = 0
  for _, line in ipairs(bad) do
    if note(marks, "line", "bad " .. line.text) then
      count = count + 1
      if count <= 5 then log.warn(("%s: line %d left out: %s"):format(path, line.number, line.what)) end
    end
  end
  if count > 5 then log.warn(("%s: %d more lines left out"):format(path, count - 5)) end
  return count
end

-- Lines of JSON, known by a field or, without one, by what they say. Gives how many could not be read.
function news.lines(marks, items, path, field)
  if not there(marks, path) then return 0 end
  local bad, last = {}, 0
  local function on_error(number, what, line) bad[#bad + 1] = { number = number, what = what, text = line } end
  for row, number in json.lines(path, { on_error = on_error, nulls = false }) do
    last = number
    local id = field and type(row) == "table" and row[field]
    if field and id == nil then job.fail(("%s: line %d has no %s, by which --key knows it"):format(path, number, field), 1) end
    if note(marks, "line", id and tostring(id) or json.encode(row)) then
      items[#items + 1] =
        { row = type(row) == "table" and row or { value = row }, group = fs.basename(path), title = titled(row), note = "", at = #items }
    end
  end
  if bad[1] and bad[#bad].number > last and unfinished(path) then bad[#bad] = nil end
  return tell_bad(marks, path, bad)
end

return news
