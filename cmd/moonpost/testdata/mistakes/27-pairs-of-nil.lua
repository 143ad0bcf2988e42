local config = { names = { "Ann" } }
for i, name in ipairs(config.nmaes) do
  print(name)
end
