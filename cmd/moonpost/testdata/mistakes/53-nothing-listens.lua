local conn = smtp.connect("127.0.0.1", 1)
conn:quit()
