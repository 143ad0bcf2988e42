local code = 250
if code = 250 then print("ok") end
