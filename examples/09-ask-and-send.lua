-- Asks for a message on the terminal and sends it with the transcript on.
local function prompt(question)
  io.write(question)
  return io.read("*l") or ""
end

local from = prompt("From: ")
local to = {}
for address in prompt("To: "):gmatch("[^%s,]+") do
  to[#to + 1] = address
end

print("Enter message, end with ^D (Unix) or ^Z (Windows):")
local lines = { "From: " .. from, "To: " .. table.concat(to, ", "), "" }
for line in io.lines() do
  lines[#lines + 1] = line
end
local text = table.concat(lines, "\r\n") .. "\r\n"
print("Message length is " .. #text)

local server = smtp.connect(env.get("SMTP_URL", "smtp://localhost:2525"))
server:set_debuglevel(1)
server:sendmail(from, to, text)
server:quit()
