-- Reads a mail as it came in, broken as it is, files it under a new subject and leaves all else as it was.
local path = script.path("data/invoice.eml")
local msg = mime.parse { path = path }

for _, who in ipairs(mime.address.parse(msg.From)) do
  print("from", who.name, who.address)
end
print("subject", msg.Subject)
print("text", (msg:text():gsub("%s+$", "")))
for _, part in ipairs(msg:attachments()) do
  print("attached", part.content_type, part.filename, #part:data())
end
for _, defect in ipairs(msg.defects) do
  print("defect", defect.code, defect.where)
end

-- What nobody touches is written back byte for byte; a changed field changes nothing beside it.
local file = assert(io.open(path, "rb"))
local before = file:read("*a")
file:close()
print("same bytes", msg:bytes() == before)

msg.Subject = "[paid] " .. msg.Subject
local name = os.tmpname()
msg:save(name)
print("saved", mime.parse { path = name }.Subject, #msg:bytes() - #before)
os.remove(name)
