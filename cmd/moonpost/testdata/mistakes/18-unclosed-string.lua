local subject = "Your invoice
print(subject)
