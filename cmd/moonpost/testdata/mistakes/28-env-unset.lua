local conn = smtp.connect{ host = "localhost", password = env.MOONPOST_NEVER_SET }
