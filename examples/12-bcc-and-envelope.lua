-- Who gets a mail is the envelope; Bcc is in it but never on the wire.
local msg = mime.message {
  from = "news@example.org",
  to = "ann@example.org",
  bcc = { "archive@example.org", "boss@example.org" },
  subject = "Quietly copied",
  text = "Hello\n",
  envelope = { from = "bounces+ann@example.org" },
}
print("from", msg.envelope.from)
print("to", table.concat(msg.envelope.to, " "))
print("Bcc on the wire:", tostring(msg):find("Bcc", 1, true) ~= nil)

local copy = msg:clone { To = "bob@example.org", Subject = "A copy for Bob" } -- bodies are shared, Date and Message-ID are new
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn)
  conn:send_message(msg):check()
  conn:send_message(copy, { to = "bob@example.org" }):check()
end)
