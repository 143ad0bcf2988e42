-- A port of a Python loop that keeps one connection for many mails and makes a
-- new one when the server has hung up; docs/smtplib.md puts names side by side.
local url = env.get("SMTP_URL", "smtp://localhost:2525")
local server = smtp.new(url) -- smtplib.SMTP()

local function hello()
  server:connect()
  server:ehlo()
  if server:has_extn("STARTTLS") then
    server:starttls()
    server:ehlo()
  end
end

local function send(to)
  if not server.connected then hello() end
  return server:sendmail("desk@example.org", to, "Subject: Reminder\n\nIt is due today.\n")
end

local function send_once_more(to)
  local ok, r = pcall(send, to)
  if not ok and r.kind == "disconnected" and not r.delivered then -- except SMTPServerDisconnected
    ok, r = pcall(send, to)
  end
  if ok then return ("sent, %d"):format(r.code) end
  if r.kind == "recipients_refused" then return ("refused, %d %s"):format(r.code, r.message) end
  return ("%s, delivered: %s"):format(r.kind, tostring(r.delivered))
end

for _, to in ipairs { "ann@example.org", "550@example.org", "drop-after-dot@example.org", "bob@example.org" } do
  print(to, send_once_more(to))
end
if server.connected then print(server:quit()) end
