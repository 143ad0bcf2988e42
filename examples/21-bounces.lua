-- Who didn't get our mail: reads a bounce and lists its recipients.
local msg = mime.parse { path = script.path("data/bounce.eml") }
local report = assert(msg:delivery_report(), "this is no report")

print(report.type, "about " .. report.message_id, "from " .. report.reporter)
for _, r in ipairs(report.recipients) do
  -- 5.1.x is about the address: strike it off; 5.2.2 is a full mailbox: try again another day.
  local gone = r.action == "failed" and r.status and r.status:find("^5%.1%.")
  print(r.address, r.status, gone and "strike it off" or "keep it", r.text)
end
