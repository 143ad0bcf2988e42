-- An option is misspelt.
local function open()
  local conn = smtp.connect{
    host = "mail.example.org",
    prot = 587,
  }
  return conn
end

open()
