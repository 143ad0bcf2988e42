local function greeting(person)
  return "Hello " .. person.name
end

local people = { ann = { name = "Ann" } }
print(greeting(people.ann))
print(greeting(people.bob))
