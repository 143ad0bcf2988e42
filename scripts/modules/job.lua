-- A program that the clock starts: it remembers what it has told, and each mail of its own goes out once.
-- What it remembers changes together with the mail that tells of it: a mail that no server took is sent by the next
-- run, and one that was refused for good leaves everything as it was.
local fs, hash, kv, log = require "fs", require "hash", require "kv", require "log"
local outbox, template = require "outbox", require "template"
local text = require "modules.text"

local job = {}
job.__index = job

-- Ends the program: something is wrong with how it was called or, with status 1, with what it reads.
function job.fail(what, status)
  log.error(what)
  os.exit(status or 2)
end

-- Refuses words that no flag stands before, and flags whose text is empty, as that of a variable that isn't set. A flag
-- that is named `may_be_empty` is left alone.
function job.no_words(opt, may_be_empty)
  if opt[1] then job.fail("what is \"" .. opt[1] .. "\"? options begin with --; put values with blanks into quotes") end
  for flag, value in pairs(opt) do
    for _, word in ipairs(type(value) == "table" and value or { value }) do
      if word == "" and flag ~= may_be_empty then job.fail("--" .. flag:gsub("_", "-") .. " is empty") end
    end
  end
end

-- Makes a template of what stands behind a flag.
function job.template(flag, word, options)
  options = options or {}
  options.name = "--" .. flag
  return template.new(word, options)
end

-- The way out that --relay names.
function job.relay(opt)
  local url = opt.relay or env.get("SMTP_URL", "smtp://localhost")
  local ok, relay = pcall(smtp.relay, { url = url, name = "mail" })
  if not ok then
    local hint = relay.hint and "; " .. relay.hint or ""
    job.fail((opt.relay and "--relay: " or "SMTP_URL: ") .. relay.message .. hint)
  end
  return relay
end

-- A name in one line and of bearable length, as keys and subjects want it.
function job.short(name, length)
  name = text.clean(name):gsub("%c+", " ")
  if #name <= length then return name end
  local cut = length
  while cut > 0 and name:byte(cut + 1) >= 0x80 and name:byte(cut + 1) < 0xC0 do -- not within a character
    cut = cut - 1
  end
  return name:sub(1, cut) .. "…"
end

-- A file or a database's file as it is called wherever the program is started; other words stay what they are.
function job.place(word)
  if word == "-" or word:find "^%w+://" or word == "sqlite::memory:" then return word end
  local file = word:match "^sqlite:(.*)"
  return file and "sqlite:" .. fs.absolute(file) or fs.absolute(word)
end

-- What is remembered under a name: of a long one the beginning and a sum, so that two do not share it.
local function key_of(name)
  if #name <= 200 then return job.short(name, 200) end
  return job.short(name, 160) .. " " .. hash.sha256(name):sub(1, 16)
end

-- Gives the job of that name with what it remembers in `data`.
function job.open(kind, name, opt)
  local self = setmetatable({ kind = kind, name = key_of(name), opt = opt }, job)
  local kept = kv.get(self.name) or {}
  self.revision, self.mails, self.data, self.pending = kept.revision or 0, kept.mails or 0, kept.data or {}, kept.pending
  return self
end

-- Keeps what the job remembers. Of two runs at once the second stops, as it read what is no longer so.
function job:save()
  local read = self.revision
  kv.update(self.name, function(kept)
    if (kept and kept.revision or 0) ~= read then
      error("another run of " .. self.name .. " goes on at the same time; this one stops", 0)
    end
    return { revision = read + 1, mails = self.mails, data = self.data, pending = self.pending }
  end)
  self.revision = read + 1
end

local function bytes_of(message)
  local ok, bytes = pcall(message.bytes, message)
  return ok and bytes or message:bytes { utf8 = true }
end

-- The addresses to which a message goes, without their names.
function job.addresses(message)
  local people = {}
  for i, person in ipairs(mime.address.parse(message.To)) do
    people[i] = person.address
  end
  return people
end

local ends = { sent = "sent", suppressed = "sent", cancelled = "sent", failed = "failed" }

-- Sends the message to each person on its own, once under the key: one that is refused is named, and the others don't
-- get it again. Gives "sent", "waiting" or "failed", and whether all of it was so before.
function job.send(message, people, key, opt, expires)
  local via, last, results, before = job.relay(opt), os.time() + (opt.wait or 0), {}, true
  for _, person in ipairs(people) do
    local own = key .. " " .. person
    local r = outbox.get(own)
    if not r or not ends[r.state] then
      before = false
      r = outbox.send(message, { key = own, to = person, via = via, wait = math.max(0, last - os.time()), expires = expires })
    end
    local state = ends[r.state] or "waiting"
    if state == "failed" then log.error(("not mailed: %s: %s %s"):format(person, r.code or "", r.text or "")) end
    results[state] = true
  end
  return results.waiting and "waiting" or results.sent and "sent" or "failed", before
end

-- Mails the message; with it `data` becomes what the job remembers. Gives "sent", "failed", or "waiting" where the next
-- run sends it.
function job:mail(message, data)
  self.mails = self.mails + 1
  local key = ("%s %s %d"):format(self.kind, self.name, self.mails)
  self.pending = { key = key, bytes = bytes_of(message), people = job.addresses(message), data = data }
  self:save()
  return self:deliver()
end

-- Sends what is pending.
function job:deliver()
  local pending = self.pending
  local ok, state = pcall(job.send, mime.parse(pending.bytes), pending.people, pending.key, self.opt)
  if not ok then self:give_up(state) end
  if state == "waiting" then return state end
  if state == "sent" then self.data = pending.data end
  self.pending = nil
  self:save()
  return state
end

-- A mail that cannot even be put is not kept: the next run makes another.
function job:give_up(reason)
  if not outbox.get(self.pending.key .. " " .. self.pending.people[1]) then
    self.pending = nil
    self:save()
  end
  error(reason, 0)
end

return job
