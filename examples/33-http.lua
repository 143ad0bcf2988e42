-- Orders from a web server: rows into a mail, with a limit on everything.
--   moonpost run --sink examples/33-http.lua --url https://shop.example.org/orders
local http, flags = require "http", require "flags"

local args = flags.parse {
  url = { help = "where the orders are, as JSON", required = true },
  to = { default = "sales@example.org", help = "who gets the mail" },
}

-- A status is a value; no answer, or one that is too large, raises.
local ok, answer = pcall(http.get, args.url, { query = { since = "2026-10-01" }, timeout = "10s", max_size = "2MB" })
if not ok then
  print("no orders today: " .. answer.stage, answer.message)
  os.exit(3)
end
print(answer.status, answer.headers["content-type"])

local lines, total = {}, 0
for _, order in ipairs(answer:raise_for_status():json()) do
  lines[#lines + 1] = string.format("%s  %8.2f", order.day, order.total)
  total = total + order.total
end

local msg = mime.message {
  from = "shop@example.org",
  to = args.to,
  subject = string.format("%d orders, %.2f in all", #lines, total),
  text = table.concat(lines, "\n") .. "\n",
}
smtp.connect("localhost"):send_message(msg)
print(msg.Subject)

-- Another server is told.
local told = http.post(args.url, { json = { mailed = #lines }, timeout = "5s" })
print(told.status, told.ok)
