-- @digest: what is new in folders, mailboxes and logs, in one mail a day.
local flags, log, template, time = require "flags", require "log", require "template", require "time"
local job, news, text = require "modules.job", require "modules.news", require "modules.text"

local opt = flags.parse {
  about = "Mails once a day what is new in folders, mailboxes and files of JSON lines. What was told is not told again; what could not be mailed is told by the next run.",
  files = { type = "list", help = "folder to look into, with the folders in it, or a pattern as \"reports/*.pdf\"" },
  mailbox = { type = "list", help = "mbox file, or Maildir folder" },
  jsonl = { type = "list", help = "file with one JSON value on each line" },
  from = { required = true, help = "author, as in \"Digest <digest@example.org>\"" },
  to = { type = "list", required = true, help = "who gets it" },
  name = { help = "what it is called in the subject; what was told is kept under it (default: the sources)" },
  subject = { default = "{{.name}}: {{.count}} new on {{.date}}", help = "template of the subject" },
  title = {
    help = "template of an item's title, of the fields of a line, or of name path folder size date of a file, subject from to date id text of a mail",
  },
  note = { help = "template of what stands behind the title" },
  link = { help = "template of the address to which the title links, as \"https://example.org/{{.id}}\"" },
  group = { help = "template of the heading under which an item stands (default: the folder, the mailbox, the file)" },
  where = { type = "list", help = "only items of which a field fits a Lua pattern, as level=error" },
  key = { help = "field by which a line of JSON is known (default: all that it says)" },
  show = { type = "integer", default = 50, help = "items shown under each heading; the rest is counted" },
  zone = { default = "local", help = "where the day begins, as Europe/Berlin" },
  again = { type = "boolean", help = "mail again although there was a mail today" },
  always = { type = "boolean", help = "mail also when nothing is new" },
  skip = { type = "boolean", help = "mail nothing, and take what is there now for told: for the beginning" },
  relay = { help = "URL of the server (default: $SMTP_URL, else the local one)" },
  wait = { type = "duration", default = "10m", help = "how long to wait for a server that says \"later\"" },
}

job.no_words(opt)
local sources = {}
for _, kind in ipairs { "files", "mailbox", "jsonl" } do
  for _, path in ipairs(opt[kind]) do
    sources[#sources + 1] = path
  end
end
if #sources == 0 then job.fail("give --files, --mailbox or --jsonl, each as often as needed") end
if opt.show < 1 then job.fail("--show begins with 1") end
local name = opt.name or job.short(table.concat(sources, ", "), 60)

local templates = {}
for _, field in ipairs { "title", "note", "link", "group", "subject" } do
  templates[field] = opt[field] and job.template(field, opt[field])
end

local filters = {}
for _, word in ipairs(opt.where) do
  local field, pattern = word:match "^([^=]+)=(.*)$"
  if not field or not pcall(string.find, "", pattern) then job.fail("--where must look like FIELD=PATTERN, got " .. word) end
  filters[#filters + 1] = { field = field, pattern = pattern }
end

local function wanted(row)
  for _, f in ipairs(filters) do
    local value = row[f.field]
    if value == nil or type(value) == "table" or not tostring(value):find(f.pattern) then return false end
  end
  return true
end

local places = {}
for i, source in ipairs(sources) do
  places[i] = job.place(source)
end
local digest = job.open("digest", opt.name or table.concat(places, ", "), opt)
if digest.pending and digest:deliver() == "waiting" then
  log.warn("the digest of an earlier run still waits for the server; nothing was read")
  return
end
local today = time.today(opt.zone):format "date"
if digest.data.day == today and not opt.again and not opt.skip then
  print(name .. ": today's digest was mailed before; --again mails another")
  return
end

-- All that is there is marked; what wasn't there the last time is new.
local marks, found, bad = news.marks(digest.data.seen), {}, 0
for _, path in ipairs(opt.files) do
  news.files(marks, found, path)
end
for _, path in ipairs(opt.mailbox) do
  news.mails(marks, found, path)
end
for _, path in ipairs(opt.jsonl) do
  bad = bad + news.lines(marks, found, path, opt.key)
end
local told = { seen = news.kept(marks), day = today }

if opt.skip then
  digest.data = { seen = told.seen }
  digest:save()
  print(("%s: %d taken for told"):format(name, marks.count))
  return
end

local function filled(field, item, default) return templates[field] and templates[field]:render(item.row) or default end

-- The items under their headings, in the order of their times.
local groups, by_title, count = {}, {}, 0
local room = math.max(200, opt.show) -- in all headings: Gmail clips what is larger than 102 KB
for i, item in ipairs(found) do
  item.nth = i
end
table.sort(found, function(a, b)
  if a.at ~= b.at then return a.at < b.at end
  return a.nth < b.nth
end)
for _, item in ipairs(found) do
  if wanted(item.row) then
    count = count + 1
    local title = news.line(filled("group", item, item.group))
    local group = by_title[title]
    if not group then
      group = { title = title, items = {}, count = 0 }
      by_title[title], groups[#groups + 1] = group, group
    end
    group.count = group.count + 1
    if #group.items < opt.show and room > 0 then
      room = room - 1
      group.items[#group.items + 1] = {
        title = news.line(filled("title", item, item.title)),
        note = news.line(filled("note", item, item.note)),
        link = text.clean(filled("link", item, "")):gsub("%s", "%%20"),
      }
    end
  end
end
table.sort(groups, function(a, b) return a.title < b.title end)
for _, group in ipairs(groups) do
  group.more = group.count - #group.items
end

if count == 0 and not opt.always then
  digest.data = { seen = told.seen, day = digest.data.day } -- what comes later today is still told today
  digest:save()
  print(name .. ": nothing new")
  return
end

local page = template.new(
  [[
<div style="font-family: sans-serif; max-width: 640px">
<h1 style="font-size: 20px">{{.name}}: {{.count}} new</h1>
{{range .groups}}<h2 style="font-size: 16px; margin: 20px 0 6px">{{.title}} <span style="font-weight: normal; color: #767676">({{.count}})</span></h2>
<ul style="margin: 0; padding-left: 20px">
{{range .items}}<li style="margin: 4px 0">{{if .link}}<a href="{{.link}}">{{.title}}</a>{{else}}{{.title}}{{end}}{{if .note}} <span style="color: #767676">{{.note}}</span>{{end}}</li>
{{end}}{{if .more}}<li style="margin: 4px 0; color: #767676">and {{.more}} more</li>
{{end}}</ul>
{{end}}{{if .bad}}<p style="color: #767676">{{.bad}} could not be read and are left out.</p>
{{end}}</div>
]],
  { html = true }
)
local plain = template.new [[
{{.name}}: {{.count}} new
{{range .groups}}
{{.title}} ({{.count}})

{{range .items}}- {{.title}}{{if .note}} ({{.note}}){{end}}{{if .link}}
  {{.link}}{{end}}
{{end}}{{if .more}}- and {{.more}} more
{{end}}{{end}}{{if .bad}}
{{.bad}} could not be read and are left out.
{{end}}]]

local content = { name = news.line(name), count = count, date = today, groups = groups, bad = bad }
local message = mime.message {
  from = opt.from,
  to = opt.to,
  subject = news.line(templates.subject:render(content)),
  html = page:render(content),
  text = plain:render(content),
  auto_submitted = "auto-generated",
}
local ends = {
  sent = "mailed",
  waiting = "the mail waits for the server: the next run sends it",
  failed = "the mail was refused: the next run tells it again",
}
print(("%s: %d new, %s"):format(name, count, ends[digest:mail(message, told)]))
