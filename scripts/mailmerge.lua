-- @mailmerge: one mail for each row of a CSV file, once: it can be killed and run again.
local batch, csv, flags, log, template = require "batch", require "csv", require "flags", require "log", require "template"

local opt = flags.parse {
  about = "Mails everyone in a CSV file, once. Subject, bodies and recipient are templates: {{.column}} stands for the row's value.",
  csv = { type = "path", required = true, help = "the people; the first line names the columns; - reads standard input" },
  from = { required = true, help = "author, as in \"News <news@example.org>\"" },
  html = { type = "path", help = "template of the HTML body; <title> is the default subject" },
  text = { type = "path", help = "template of the plain text body (default: made from the HTML)" },
  subject = { help = "template of the subject" },
  to = { default = "{{.email}}", help = "template of the recipient" },
  attach = { type = "list", help = "file to attach, the same for all" },
  inline = { type = "list", help = "image for <img src=\"cid:NAME\">, as NAME=FILE" },
  header = { type = "list", help = "further header field, as Name=value" },
  relay = { help = "URL of the server (default: $SMTP_URL, else the local one)" },
  rate = { type = "rate", help = "messages at most, as 14/s, 200/m or 5000/h" },
  connections = { type = "integer", default = 4, help = "connections at most" },
  first = { type = "integer", help = "only the first N rows" },
  id = { help = "name of the mailing: who was mailed under it is not mailed again (default: the names of the CSV file and the template)" },
  key = { help = "column that tells rows apart (default: the recipient's address)" },
  wait = { type = "duration", default = "10m", help = "how long to wait for those whom the server puts off" },
  charset = { help = "of the CSV file, as windows-1252 (default: utf-8)" },
  separator = { help = "of the CSV file (default: found from its first line)" },
}

local function fail(text)
  log.error(text)
  os.exit(2)
end
if not (opt.html or opt.text) then fail("give --html, --text or both") end
if opt[1] then fail("what is \"" .. opt[1] .. "\"? options begin with --") end

-- Splits "name=value".
local function pair(flag, word)
  local name, value = word:match("^([^=]+)=(.+)$")
  if not name then fail("--" .. flag .. " must look like NAME=VALUE, got " .. word) end
  return name, value
end

local html = opt.html and template.load(opt.html)
local text = opt.text and template.load(opt.text)
local to = template.new(opt.to, { name = "--to" })
local subject = opt.subject and template.new(opt.subject, { name = "--subject" })
if not (subject or html) then fail("give --subject: there is no HTML whose <title> could serve") end

-- Made once and shared: whoever gets them, they are encoded a single time.
local attachments, inline, headers = {}, {}, {}
for _, path in ipairs(opt.attach) do
  attachments[#attachments + 1] = mime.part { path = path, disposition = "attachment" }
end
for _, word in ipairs(opt.inline) do
  local name, path = pair("inline", word)
  inline[name] = mime.image { path = path, cid = name, disposition = "inline" }
end
for _, word in ipairs(opt.header) do
  local name, value = pair("header", word)
  headers[name] = value
end

local function title(page)
  local found = page:match "<[Tt][Ii][Tt][Ll][Ee][^>]*>(.-)</[Tt][Ii][Tt][Ll][Ee]"
  found = found and mime.html_to_text("<pre>" .. found .. "</pre>"):gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  if not found or found == "" then error("the HTML has no <title>; give --subject", 0) end
  return found
end

local function message(row)
  local page = html and html:render(row)
  return mime.message {
    from = opt.from,
    to = to:render(row),
    subject = subject and subject:render(row) or title(page),
    html = page,
    text = text and text:render(row) or nil,
    inline = inline,
    attachments = attachments,
    headers = headers,
  }
end

-- The name holds no date and nothing of the content: whoever corrects a template and runs it again mails nobody twice.
local function base(path) return path == "-" and "stdin" or path:match("([^/\\]+)%.%w+$") or path:match("[^/\\]+$") or path end
local id = opt.id or base(opt.csv) .. "-" .. base(opt.html or opt.text)

local function columns(row)
  local names = {}
  for name in pairs(row) do
    names[#names + 1] = name
  end
  table.sort(names)
  return table.concat(names, ", ")
end

-- The rows. The first is tried before anybody is mailed: a template that doesn't fit raises here.
local rows = 0
local function source()
  local read = csv.rows(opt.csv, { charset = opt.charset, separator = opt.separator })
  return function()
    if opt.first and rows >= opt.first then return nil end
    local row = read()
    if not row then return nil end
    rows = rows + 1
    if rows == 1 then
      if opt.key and row[opt.key] == nil then fail("--key: there is no column " .. opt.key .. "; there are " .. columns(row)) end
      local ok, e = pcall(message, row)
      if not ok and smtp.is_error(e, "template") then error(e) end
    end
    return row
  end
end

local function key(row)
  if opt.key then return row[opt.key] end
  return to:render(row):lower():match("<([^<>]+)>%s*$") or to:render(row):lower()
end

local summary = batch.run {
  id = id,
  source = source(),
  key = key,
  message = message,
  via = smtp.relay {
    url = opt.relay or env.get("SMTP_URL", "smtp://localhost"),
    connections = opt.connections,
    rate = opt.rate,
  },
  wait = opt.wait,
  on_failed = function(item, reply)
    local code = reply.code > 0 and reply.code .. " " or ""
    log.error("not mailed: " .. item.key .. ": " .. code .. reply.text)
  end,
}

local line = ("%d rows: %d mailed, %d failed"):format(rows, summary.sent, summary.failed)
for _, more in ipairs {
  { summary.already, "mailed before" },
  { summary.duplicate, "twice in the file" },
  { summary.deferred, "put off: run it again" },
  { summary.in_doubt, "in doubt" },
  { summary.suppressed, "suppressed" },
} do
  if more[1] > 0 then line = line .. (", %d %s"):format(more[1], more[2]) end
end
print(line)
if summary.already > 0 and summary.sent == 0 then
  log.info("these have been mailed as \"" .. id .. "\"; --id NAME begins another mailing")
end
