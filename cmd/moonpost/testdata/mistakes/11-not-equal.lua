local answer = 42
if answer != 42 then
  print("no")
end
