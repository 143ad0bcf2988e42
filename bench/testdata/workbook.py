"""What workbook.lua does, by the library that is named: xlsxwriter in constant memory, or openpyxl write-only."""
import email.message
import sqlite3
import sys

library, folder = sys.argv[1:]
rows = sqlite3.connect(folder + "/sales.db").execute("select * from sales")
names = [column[0] for column in rows.description]
path = folder + "/sales.xlsx"
if library == "xlsxwriter":
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Sales")
    sheet.freeze_panes(1, 0)
    for n, row in enumerate([names]):
        sheet.write_row(n, 0, row)
    for n, row in enumerate(rows, 1):
        sheet.write_row(n, 0, row)
    book.close()
else:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sales")
    sheet.freeze_panes = "A2"
    sheet.append(names)
    for row in rows:
        sheet.append(row)
    book.save(path)

message = email.message.EmailMessage()
message["From"], message["To"], message["Subject"] = "reports@example.org", "sales@example.org", "Sales"
message.set_content("All rows are attached.")
with open(path, "rb") as content:
    message.add_attachment(
        content.read(),
        maintype="application",
        subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        filename="sales.xlsx",
    )
with open(folder + "/sales.eml", "wb") as out:
    out.write(message.as_bytes())
