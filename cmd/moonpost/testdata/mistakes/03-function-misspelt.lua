local name = "Ann"
prnt("Hello " .. name)
