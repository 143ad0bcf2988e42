"""Prints as JSON what Python's email package and a spreadsheet's XML have of a report mail.

usage: facts.py MESSAGE.eml
"""
import email
import email.policy
import io
import json
import re
import sys
import zipfile

with open(sys.argv[1], "rb") as file:
    msg = email.message_from_binary_file(file, policy=email.policy.default)
parts = list(msg.walk())
html = msg.get_body(("html",)).get_content()
text = msg.get_body(("plain",)).get_content()
pictures = [p for p in parts if p.get_content_maintype() == "image"]
book = next(p for p in parts if (p.get_filename() or "").endswith(".xlsx"))
sheets = zipfile.ZipFile(io.BytesIO(book.get_payload(decode=True)))
order = [p["Content-ID"].strip("<>") for p in pictures]
for number, cid in enumerate(order):
    html = html.replace(cid, "picture-%d" % number)  # they are made anew each time
print(json.dumps({
    "defects": [repr(d) for p in parts for d in p.defects],
    "html": html,
    "text": text,
    "html_size": len(html.encode()),
    "widest": max(len(line) for line in text.splitlines()),
    "unresolved": [cid for cid in re.findall(r"cid:([^\"')]+)", html) if not cid.startswith("picture-")],
    "forbidden": re.findall(r"<script|<link|<iframe|javascript:|src=\"http|@import", html),
    "pictures": [len(p.get_payload(decode=True)) for p in pictures],
    "without_alt": re.findall(r"<img(?![^>]*alt=\"[^\"]+\")[^>]*>", html),
    "sheet": sheets.read("xl/worksheets/sheet1.xml").decode(),
}))
