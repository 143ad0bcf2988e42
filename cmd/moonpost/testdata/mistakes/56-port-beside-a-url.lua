local conn = smtp.connect("smtp://mail.example.org", 587)
conn:quit()
