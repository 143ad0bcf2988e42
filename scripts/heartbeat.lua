-- @heartbeat: watches a command or a web address, and mails when the result changes.
local exec, flags, hash, log, time = require "exec", require "flags", require "hash", require "log", require "time"
local job, text = require "modules.job", require "modules.text"

local opt = flags.parse {
  about = "Runs a command or asks a web address, and mails when the result is another than before. Let cron start it every few minutes.",
  run = { help = "the command, a line for the shell, as in \"df -P /\"" },
  http = { help = "or the web address, as in https://example.org/health" },
  from = { required = true, help = "author, as in \"Watch <watch@example.org>\"" },
  to = { type = "list", required = true, help = "who is told" },
  name = { help = "what the check is called in subjects; what is remembered is kept under it (default: the command or the address)" },
  ok = { type = "list", help = "exit status or HTTP status that is well (default: 0, or 200 to 299)" },
  certificate = { type = "duration", help = "of an https address: fail when its certificate ends within that time, as 14d" },
  expect = { help = "text that the output must hold, else the check has failed" },
  compare = {
    choices = { "output", "status" },
    help = "what counts as a change: another output too, or another status alone (default: output for --run, status for --http)",
  },
  ignore = { type = "list", help = "Lua pattern of what may differ in the output, as \"%d+%%\"" },
  failures = { type = "integer", default = 1, help = "mail a failure after so many in a row" },
  within = { type = "duration", default = "30s", help = "how long the check may take" },
  quiet_for = { type = "duration", help = "after a mail none for so long; what still differs then is mailed" },
  remind = { type = "duration", help = "mail again, as long as it fails, after so long" },
  always = { type = "boolean", help = "mail each result, changed or not" },
  relay = { help = "URL of the server (default: $SMTP_URL, else the local one)" },
  wait = { type = "duration", default = "0s", help = "how long to wait for a server that says \"later\"; the next run tries again anyway" },
}

job.no_words(opt)
if (opt.run == nil) == (opt.http == nil) then job.fail("give --run COMMAND or --http ADDRESS") end
if opt.certificate and not (opt.http or ""):find "^https://" then job.fail("--certificate goes with --http https://…") end
for _, well in ipairs(opt.ok) do
  if not well:find "^%d+$" then job.fail("--ok must be a status, as 0 or 200, got " .. well) end
end
if opt.failures < 1 then job.fail("--failures begins with 1") end
for _, pattern in ipairs(opt.ignore) do
  local fine, why = pcall(string.find, "", pattern)
  if not fine then job.fail("--ignore " .. pattern .. ": " .. tostring(why):gsub("^.-:%d+: ", "")) end
end

local limit = time.format_duration(opt.within)
local compare = opt.compare or (opt.run and "output" or "status")
-- An address is shown without its passwords and tokens.
local what = opt.run or (opt.http:gsub("^(%w+://)[^/?#]*@", "%1"):gsub("[?#].*", ""))
local name = job.short(opt.name or what, 60)
-- Two addresses that differ in what is not shown are two checks.
local key = opt.name or what .. (opt.http and opt.http ~= what and " " .. hash.sha256(opt.http):sub(1, 16) or "")

local function is_ok(status)
  local list = opt.ok
  for _, well in ipairs(list) do
    if tonumber(well) == status then return true end
  end
  return #list == 0 and (opt.run and status == 0 or opt.http and status >= 200 and status < 300)
end

local function run()
  local r = exec.sh(opt.run, { timeout = opt.within, max_output = "1MB" })
  local between = r.stdout ~= "" and r.stderr ~= "" and "\n" or ""
  local output = r.stdout .. between .. r.stderr
  if r.timed_out then return { ok = false, verdict = "no end within " .. limit, output = output } end
  local verdict = r.signal and "ended by " .. r.signal or "exit status " .. r.code
  return { ok = is_ok(r.code), verdict = verdict, output = output }
end

local no_answer = {
  timeout = "no answer within " .. limit,
  dns = "no such host",
  connect = "no connection",
  tls = "no trust: TLS failed",
  redirect = "redirected for ever",
  size = "the answer is too large",
}

local function ask()
  local ok, r = pcall(require("http").get, opt.http, { timeout = opt.within })
  if not ok then
    if not smtp.is_error(r, "http") then error(r, 0) end
    return { ok = false, verdict = no_answer[r.stage] or "no whole answer", output = (r.message:gsub("^http%.get: ", "")) }
  end
  local ends = r.certificate_ends
  if is_ok(r.status) and opt.certificate and ends and ends < time.now():add { seconds = opt.certificate } then
    return { ok = false, verdict = "the certificate ends on " .. ends:format "date", output = r.body }
  end
  return { ok = is_ok(r.status), verdict = "HTTP " .. r.status, output = r.body }
end

-- What is compared with the next result.
local function essence(r)
  if compare == "status" then return r.verdict end
  local output = r.output
  for _, pattern in ipairs(opt.ignore) do
    output = output:gsub(pattern, "…")
  end
  return hash.sha256(r.verdict .. "\n" .. output)
end

local function check()
  local r = opt.run and run() or ask()
  r.output = text.clean(r.output)
  if opt.expect and r.ok and not r.output:find(opt.expect, 1, true) then
    r.ok, r.verdict = false, ("\"%s\" is not in the output"):format(job.short(opt.expect, 60))
  end
  r.essence = essence(r)
  return r
end

-- Why a result is mailed, or nil. `old` is what was remembered: `told` is the result that was mailed or taken as normal.
local function reason(old, r, at)
  if not r.ok and r.failures < opt.failures then return nil end
  local told = old.told
  if told and opt.quiet_for and old.mailed and at - old.mailed < opt.quiet_for then return nil end
  if not told then return not r.ok and "failed" or opt.always and "result" or nil end
  if told.ok ~= r.ok then return r.ok and "fine again" or "failed" end
  if told.essence ~= r.essence then return r.ok and "changed" or "fails differently" end
  if not r.ok and opt.remind and at - (old.mailed or 0) >= opt.remind then return "still failing" end
  return opt.always and "result" or nil
end

local function section(lines, title, body)
  if body == "" then return end
  lines[#lines + 1] = "\n" .. title .. "\n"
  lines[#lines + 1] = body
end

local function letter(why, r, told, at, forgets)
  local lines = { ("%s: %s (%s)\n"):format(name, why, r.verdict) }
  lines[#lines + 1] = (opt.run and "command  " or "address  ") .. text.clean(what)
  lines[#lines + 1] = "time     " .. at:format("%Y-%m-%d %H:%M:%S %Z")
  if told then lines[#lines + 1] = "before   " .. told.verdict end
  if forgets then lines[#lines + 1] = "note     nothing can be remembered, so each failure is mailed: " .. forgets end
  if not told or told.ok ~= r.ok then
    local took = told and math.floor(at:unix() - told.since) or 0
    if took > 0 then lines[#lines + 1] = (r.ok and "failed   for " or "was fine for ") .. time.format_duration(took) end
  end
  if told and compare == "output" and told.essence ~= r.essence then
    section(lines, "Changed:", (text.head(text.changes(told.output, r.output), 100, 16000)))
  end
  local head, more = text.head(r.output, 200, 32000)
  section(lines, opt.run and "Output:" or "Answer:", head)
  if more > 0 then lines[#lines + 1] = ("(and %d more lines: see output.txt)"):format(more) end
  return mime.message {
    from = opt.from,
    to = opt.to,
    subject = job.short(("%s: %s (%s)"):format(name, why, r.verdict), 200),
    text = table.concat(lines, "\n") .. "\n",
    attachments = more > 0 and { { data = r.output, filename = "output.txt" } } or nil,
    priority = why == "failed" and "high" or nil,
    auto_submitted = "auto-generated",
  }
end

-- What the check came to, for all runs that could be remembered and for those that couldn't.
local now, result

local function run_watch()
  local watch = job.open("heartbeat", key, opt)
  if watch.pending and watch:deliver() == "waiting" then
    log.warn("the mail of an earlier run still waits for the server; nothing was checked")
    return
  end

  now, result = time.now(), check()
  local old = watch.data
  result.failures = result.ok and 0 or (old.failures or 0) + 1
  local told = old.told
  local same = told and told.ok == result.ok
  local fresh = { failures = result.failures, mailed = old.mailed }
  fresh.told = { ok = result.ok, verdict = result.verdict, essence = result.essence, since = same and told.since or now:unix() }
  fresh.told.output = text.head(result.output, 1000, 64000) -- to show later what has changed

  local function done(end_) print(("%s: %s (%s), %s"):format(name, result.ok and "well" or "failed", result.verdict, end_)) end

  local why = reason(old, result, now:unix())
  if why then
    fresh.mailed = now:unix()
    local ends =
      { sent = "mailed: " .. why, waiting = "the mail waits for the server", failed = "the mail was refused: the next run tries again" }
    done(ends[watch:mail(letter(why, result, told, now), fresh)])
    return
  end

  -- A failure that doesn't count yet, and a change in a time of silence, leave what was told as it is.
  local settled = not told and result.ok or same and told.essence == result.essence
  watch.data = settled and fresh or { failures = result.failures, mailed = old.mailed, told = told }
  watch:save()
  if settled then
    done(told and "unchanged" or "noted")
  elseif result.failures > 0 and result.failures < opt.failures then
    done(("%d of %d in a row"):format(result.failures, opt.failures))
  else
    done("a mail was sent not long ago: kept for later")
  end
end

-- A watch of the disk on which it remembers would be silent when that is full: such a failure is mailed all the same,
-- by each run.
local ok, problem = pcall(run_watch)
if not ok and smtp.is_error(problem, "store") then
  now, result = now or time.now(), result or check()
  if not result.ok then
    job.relay(opt):send(letter("failed", result, nil, now, problem.message)):check()
    print(("%s: failed (%s), mailed: failed"):format(name, result.verdict))
  end
end
if not ok then error(problem, 0) end
