-- Sends one plain message. SMTP_URL says where; a local server otherwise.
local conn = smtp.connect(env.get("SMTP_URL", "smtp://localhost:2525"))

local msg = mime.message {
  from = "Desk <desk@example.org>",
  to = "Ann Example <ann@example.org>",
  subject = "Grüße from Lua",
  text = "Hello Ann,\n\nthis mail was written by a script.\n",
}

local r = conn:send_message(msg)
print(("accepted by %d, server said: %d %s"):format(#r.accepted, r.code, r.message))
conn:quit()
