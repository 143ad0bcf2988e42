local function send(people)
  for _, person in ipairs(people) do
    if person.email then
      print(person.email)
  end
end

send{}
