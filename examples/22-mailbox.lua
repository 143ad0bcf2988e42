-- Sorts a mailbox into reports, other automatic mail and letters, and answers the first letter.
local mailbox = require "mailbox"
local letters = os.tmpname() -- an mbox; a path that ends in "/" would be a Maildir

for msg, meta in mailbox.read(script.path("data/inbox.mbox")) do
  local report = msg:delivery_report()
  if report then
    print(report.type, #report.recipients > 0 and report.recipients[1].address or "nobody named", report.message_id)
  elseif msg:is_automatic() then
    print("automatic", meta.sender or "null sender", msg.Subject)
  else
    print("letter", meta.sender, msg.Subject)
    mailbox.append(letters, msg, { flags = "S", sender = meta.sender, date = meta.date })
  end
end

local first = mailbox.read(letters)()
local answer = mime.reply(first, {
  from = "Desk <desk@example.org>",
  all = true,
  text = "Yes, gladly.\n",
  quote = function(msg) return msg.From .. " asked:" end,
})
print(answer.To, answer.Subject, answer["In-Reply-To"])
print(answer:text())
smtp.with(env.get("SMTP_URL", "smtp://localhost:2525"), function(conn) conn:send_message(answer):check() end)
os.remove(letters)
