local msg = mime{ from = "a@example.org", to = "b@example.org", text = "hi" }
