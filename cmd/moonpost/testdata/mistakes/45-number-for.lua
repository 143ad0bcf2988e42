local count
for i = 1, count do print(i) end
