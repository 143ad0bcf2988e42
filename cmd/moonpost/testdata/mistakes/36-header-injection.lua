local name = "Ann\r\nBcc: all@example.org"
mime.message{ from = "a@example.org", to = "b@example.org", subject = "Hello " .. name, text = "hi" }
