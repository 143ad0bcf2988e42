local name = “Ann”
