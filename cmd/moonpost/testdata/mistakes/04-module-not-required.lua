for row in csv.rows("people.csv") do
  print(row.email)
end
