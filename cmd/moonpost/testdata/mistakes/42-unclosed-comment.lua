print("begin")
--[[ a note
print("end")
