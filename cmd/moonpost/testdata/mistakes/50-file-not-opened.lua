local text = io.open("news.txt"):read("*a")
print(text)
