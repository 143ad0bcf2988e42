-- @mailmerge: one mail for each row of a CSV file.
local csv, flags, log, template = require "csv", require "flags", require "log", require "template"

local opt = flags.parse {
  about = "Mails everyone in a CSV file. Subject, bodies and recipient are templates: {{.column}} stands for the row's value.",
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
local to = template.new(opt.to)
local subject = opt.subject and template.new(opt.subject)
if not (subject or html) then fail("give --subject: there is no HTML whose <title> could serve") end

-- Made once and shared: whoever gets them, they are encoded a single time.
local attachments, inline, headers = {}, {}, {}
for _, path in ipairs(opt.attach or {}) do
  attachments[#attachments + 1] = mime.part { path = path, disposition = "attachment" }
end
for _, word in ipairs(opt.inline or {}) do
  local name, path = pair("inline", word)
  inline[name] = mime.image { path = path, cid = name, disposition = "inline" }
end
for _, word in ipairs(opt.header or {}) do
  local name, value = pair("header", word)
  headers[name] = value
end

local entities = { amp = "&", lt = "<", gt = ">", quot = "\"", ["#34"] = "\"", ["#39"] = "'", ["#43"] = "+" }
local function title(page)
  local found = page:match("<[Tt][Ii][Tt][Ll][Ee]>%s*(.-)%s*</")
  if not found or found == "" then error("the HTML has no <title>; give --subject", 0) end
  return (found:gsub("&(#?%w+);", entities))
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

local failed = 0
local function complain(where, reason)
  failed = failed + 1
  log.error("not mailed: " .. where .. ": " .. tostring(reason))
end

local relay = smtp.relay {
  url = opt.relay or env.get("SMTP_URL", "smtp://localhost"),
  connections = opt.connections,
  rate = opt.rate,
  on_result = function(r)
    if not r.ok then complain(r.tag, r.error) end
  end,
}

local rows = 0
for row, line in csv.rows(opt.csv, { separator = opt.separator }) do
  if opt.first and rows >= opt.first then break end
  rows = rows + 1
  local built, result = pcall(message, row)
  if built then
    relay:submit(result, { tag = "line " .. line })
  elseif smtp.is_error(result, "template") then
    error(result) -- it would fail for every row
  else
    complain("line " .. line, result)
  end
end
relay:close()

local sent = relay:stats().sent
print(("%d rows: %d mailed, %d failed"):format(rows, sent, failed))
if failed > 0 then os.exit(6) end
