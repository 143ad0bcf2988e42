"""Reads a maildir as Python's email package does and compares every message
with the row of the CSV file that it was made from.

usage: verify.py MAILDIR ID PEOPLE.csv TEMPLATE.html LOGO.png ATTACHMENT SKIPPED...

Messages without the field X-Mailing: ID are somebody else's.

SKIPPED are addresses that must not have got anything. Prints what differs
and exits 1, or prints a summary and exits 0.
"""
import csv
import email
import email.policy
import pathlib
import re
import sys


def escape(value):
    for char, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("+", "&#43;")):
        value = value.replace(char, name)
    return value


def render(template, row):
    return re.sub(r"\{\{\.(\w+)\}\}", lambda m: escape(row[m.group(1)]), template)


def alabel(address):
    local, domain = address.rsplit("@", 1)
    return local + "@" + domain.encode("idna").decode()


# What Python says of the second form of a file name, which stands in Content-Type for old readers beside the
# RFC 2231 form in Content-Disposition: RFC 2047 words in a parameter are no standard, only widely understood.
LEGACY_NAME = {"encoded word inside quoted string", "missing trailing whitespace after encoded-word"}


def defects(msg):
    for part in msg.walk():
        yield from part.defects
        for name, value in part.items():
            for defect in getattr(value, "defects", ()):
                if name != "Content-Type" or str(defect) not in LEGACY_NAME:
                    yield defect


def check(msg, row, template, logo, attachment):
    html = render(template, row)
    title = "Welcome, " + row["name"]
    body = msg.get_body(("html",))
    text = msg.get_body(("plain",))
    images = [p for p in msg.walk() if p.get_content_maintype() == "image"]
    files = list(msg.iter_attachments())
    wrong = [str(d) for d in defects(msg)]
    if msg["Subject"] != title:
        wrong.append(f"subject {msg['Subject']!r}, want {title!r}")
    if [a.addr_spec for a in msg["To"].addresses] != [alabel(row["email"])]:
        wrong.append(f"to {msg['To']!r}")
    if body is None or body.get_content().strip() != html.strip():
        wrong.append("html differs")
    if text is None or row["name"] not in text.get_content() or row["city"] not in text.get_content():
        wrong.append("text lacks the name or the city")
    if len(images) != 1 or images[0]["Content-ID"] != "<logo>" or images[0].get_content() != logo:
        wrong.append("inline image differs")
    if len(files) != 1 or files[0].get_content() != attachment.read_bytes() or files[0].get_filename() != attachment.name:
        wrong.append("attachment differs")
    if not msg["Date"] or not msg["Message-ID"]:
        wrong.append("Date or Message-ID is missing")
    return wrong


def main():
    mailing = sys.argv[2]
    maildir, people, template, logo, attachment = (pathlib.Path(a) for a in sys.argv[1:2] + sys.argv[3:7])
    skipped = set(sys.argv[7:])
    with open(people, encoding="utf-8", newline="") as f:
        rows = {alabel(r["email"]): r for r in csv.DictReader(f) if r["email"] not in skipped}
    template = template.read_text(encoding="utf-8")
    logo = logo.read_bytes()
    seen, ids, failures = set(), set(), []
    for path in sorted(maildir.rglob("new/*")):
        msg = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if msg["X-Mailing"] != mailing:
            continue
        to = msg["To"].addresses[0].addr_spec
        if to not in rows or to in seen:
            failures.append(f"{path.name}: unexpected message to {to}")
            continue
        seen.add(to)
        ids.add(msg["Message-ID"])
        failures += [f"{to}: {w}" for w in check(msg, rows[to], template, logo, attachment)]
    failures += [f"no message to {to}" for to in rows if to not in seen]
    if len(ids) != len(seen):
        failures.append("two messages have one Message-ID")
    for line in failures[:20]:
        print(line)
    print(f"{len(seen)} messages verified, {len(failures)} differences")
    sys.exit(1 if failures else 0)


main()
