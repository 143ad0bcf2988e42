-- A number with its unit, without quotes around it.
smtp.connect{ host = "localhost", timeout = 30s }
