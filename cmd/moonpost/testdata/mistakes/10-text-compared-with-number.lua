local row = { age = "17" }
if row.age < 18 then
  print("too young")
end
