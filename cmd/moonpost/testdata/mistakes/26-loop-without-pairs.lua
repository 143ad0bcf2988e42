local people = { "Ann", "Bob" }
for i, name in people do
  print(name)
end
