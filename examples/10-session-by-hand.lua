-- Drives a whole session by docmd alone, AUTH LOGIN in base64 included.
local conn = smtp.new(env.get("SMTP_URL", "smtp://localhost:2525"))
print(conn:connect())

local function say(...)
  local code, text = conn:docmd(...)
  print(code, (text:gsub("\n.*", " …")))
  assert(code < 400, text)
  return code
end

say("EHLO", "client.example.org")
say("AUTH", "LOGIN")
say(mime.base64.encode("user@example.org"))
say(mime.base64.encode("secret"))
say("MAIL", "FROM:<desk@example.org>")
say("RCPT", "TO:<ann@example.org>")
say("DATA")
for _, line in ipairs { "From: desk@example.org", "To: ann@example.org", "Subject: By hand", "", "Every line is mine." } do
  conn:putcmd(line)
end
say(".")
say("QUIT")
