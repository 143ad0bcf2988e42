local msg = mime.mesage{ from = "a@example.org", to = "b@example.org", text = "hi" }
