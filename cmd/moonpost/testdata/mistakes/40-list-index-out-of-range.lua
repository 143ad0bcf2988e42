local rows = { { email = "ann@example.org" } }
for i = 0, 1 do
  print(rows[i].email)
end
