local r = smtp.relay{ url = "smtp://localhost:2525" }
local msg = mime.message{ from = "a@example.org", to = "b@example.org", text = "hi" }
r.send(msg)
