local order = { total = 12 }
print(order.total.amount)
