local settings = { mail = {} }
print("from " .. settings.mail.from)
