smtp.connect{ adress_of_server = "mail.example.org" }
