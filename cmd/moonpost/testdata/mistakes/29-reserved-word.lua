local range = { start = 1, end = 10 }
