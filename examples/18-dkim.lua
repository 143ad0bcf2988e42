-- DKIM: the domain signs its mail, so that receivers know who sent it. Messages are
-- signed as they go out; the body is hashed once for all recipients.
local signer = mime.dkim {
  domain = "example.org",
  selector = "2026",
  key_file = script.path("data/dkim-example.pem"), -- RSA or Ed25519; use your own: this one is no secret
  expires = "14d",
}
print(signer.algorithm)
print(select(3, signer:dns())) -- the record that DNS must have

local msg = mime.message {
  from = "News <news@example.org>",
  to = "ann@example.org",
  subject = "What is new",
  text = "Nothing, and that is good news.\n",
  list = { unsubscribe = "https://example.org/u?ann", one_click = true }, -- one-click works in signed mail only
  dkim = signer, -- or { rsa, ed25519 }: some receivers know only RSA
}

local conn = smtp.connect { url = env.get("SMTP_URL", "smtp://localhost:2525") }
for _, to in ipairs { "ann@example.org", "bob@example.org" } do
  local copy = msg:clone { To = to } -- gets a signature of its own
  conn:send_message(copy)
  print(to, tostring(copy):match("^DKIM%-Signature: v=1") ~= nil)
end
conn:quit()
