local sent = 0
for i = 1, 3 do
  sent += 1
end
