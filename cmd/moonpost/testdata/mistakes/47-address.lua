mime.message{ from = "a@example.org", to = "ann@@example", subject = "x", text = "hi" }
