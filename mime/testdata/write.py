"""Reads JSON lines that describe messages, writes them with the email package, and gives JSON lines in base64."""
import base64
import json
import sys
from email.encoders import encode_base64
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import SMTP, compat32
from email.utils import formataddr


def modern(spec):
    message = EmailMessage(policy=SMTP)
    message.set_content(spec["text"], charset=spec["charset"])
    if spec["page"]:
        message.add_alternative(spec["page"], subtype="html", charset=spec["charset"])
    for part in spec["files"]:
        major, minor = part["type"].split("/")
        message.add_attachment(base64.b64decode(part["body"]), maintype=major, subtype=minor, filename=part["filename"])
    message["Subject"] = spec["subject"]
    for name in ("From", "To"):
        message[name] = [Address(display, addr_spec=address) for display, address in spec[name.lower()]]
    message["X-Note"] = spec["note"]
    message["Message-ID"] = spec["id"]
    message["Date"] = spec["date"]
    return message.as_bytes()


def legacy(spec):
    message = MIMEText(spec["text"], "plain", spec["charset"])
    if spec["page"]:
        both = MIMEMultipart("alternative")
        both.attach(message)
        both.attach(MIMEText(spec["page"], "html", spec["charset"]))
        message = both
    if spec["files"]:
        whole = MIMEMultipart()
        whole.attach(message)
        message = whole
    for part in spec["files"]:
        leaf = MIMEBase(*part["type"].split("/"))
        leaf.set_payload(base64.b64decode(part["body"]))
        encode_base64(leaf)
        leaf.add_header("Content-Disposition", "attachment", filename=("utf-8", "", part["filename"]))
        message.attach(leaf)
    message["Subject"] = Header(spec["subject"], "utf-8")
    for name in ("From", "To"):
        message[name] = ", ".join(formataddr(pair) for pair in spec[name.lower()])
    message["X-Note"] = Header(spec["note"], "utf-8")
    message["Message-ID"] = spec["id"]
    message["Date"] = spec["date"]
    return message.as_bytes(policy=compat32)


for line in sys.stdin:
    spec = json.loads(line)
    octets = legacy(spec) if spec["legacy"] else modern(spec)
    print(json.dumps(base64.b64encode(octets).decode()))
