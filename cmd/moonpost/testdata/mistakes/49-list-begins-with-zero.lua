local list = {"a@x.test","b@x.test"}
for i = 0, #list do
  print("to " .. list[i])
end
