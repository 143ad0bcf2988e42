local subject = string.fromat("%d mails", 3)
