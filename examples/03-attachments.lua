-- Attachments of every kind: a file, bytes with a name, a whole message.
local forwarded = mime.message { from = "bob@example.org", to = "desk@example.org", subject = "Order 17", text = "Two, please.\n" }

local msg = mime.message {
  from = "desk@example.org",
  to = { "ann@example.org", { name = "Groß, Jörg", address = "joerg@example.org" } },
  cc = "archive@example.org",
  subject = "Papers",
  text = "See the attachments.\n",
  attachments = {
    script.path("data/brochure.pdf"), -- by path: streamed when it is sent
    { data = "name;sum\nÅsa;12\n", filename = "Übersicht 2026.csv", type = "text/csv" }, -- by bytes; any name works
    mime.attached_message(forwarded),
  },
}
for i, part in ipairs(msg:attachments()) do
  print(i, part.content_type, part.filename)
end

smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(msg):check() end)
